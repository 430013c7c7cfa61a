// SPDX-License-Identifier: MIT
#include <rivals/hand.hpp>

namespace {

pack greatest_of(const float* x, integer n) {
  return pack(
      bench::greatest(bench::fold(n, -INFINITY, bench::greater{}, [&](integer i) { return bench::load(x + i); })));
}

} // namespace

const bench::a_case rows("rows", [](matrix& y, const matrix& x) {
  const integer n = x.extent(1);
  for (integer i = 0; i < x.extent(0); ++i) {
    const float* from = x.row(i);
    float* to = y.row(i);
    const pack greatest = greatest_of(from, n);
    const pack sum = bench::fold<4>(n, 0, bench::plus{}, [&](integer j) {
      const pack e = exp(bench::load(from + j) - greatest);
      bench::store(to + j, e);
      return e;
    });
    const pack scale(1 / bench::total(sum));
    bench::each(n, [&](integer j) { bench::store(to + j, bench::load(to + j) * scale); });
  }
});

const bench::a_case log_rows("log_rows", [](matrix& y, const matrix& x) {
  const integer n = x.extent(1);
  for (integer i = 0; i < x.extent(0); ++i) {
    const float* from = x.row(i);
    float* to = y.row(i);
    const pack greatest = greatest_of(from, n);
    const pack sum =
        bench::fold<4>(n, 0, bench::plus{}, [&](integer j) { return exp(bench::load(from + j) - greatest); });
    const pack shift = greatest + pack(std::log(bench::total(sum)));
    bench::each(n, [&](integer j) { bench::store(to + j, bench::load(from + j) - shift); });
  }
});
