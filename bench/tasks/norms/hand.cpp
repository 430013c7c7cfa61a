// SPDX-License-Identifier: MIT
#include <rivals/hand.hpp>

const bench::a_case layer("layer", [](matrix& y, const matrix& x) {
  const integer n = x.extent(1);
  const float share = 1 / static_cast<float>(n);
  for (integer i = 0; i < x.extent(0); ++i) {
    const float* from = x.row(i);
    const auto at = [&](integer j) { return bench::load(from + j); };
    const pack mean(bench::total(bench::fold(n, 0, bench::plus{}, at)) * share);
    const pack squares = bench::fold(n, 0, bench::plus{}, [&](integer j) {
      const pack d = at(j) - mean;
      return d * d;
    });
    const pack scale(1 / std::sqrt(bench::total(squares) * share + 1e-5f));
    bench::each(n, [&, to = y.row(i)](integer j) { bench::store(to + j, (at(j) - mean) * scale); });
  }
});

const bench::a_case rms("rms", [](matrix& y, const matrix& x) {
  const integer n = x.extent(1);
  const float share = 1 / static_cast<float>(n);
  for (integer i = 0; i < x.extent(0); ++i) {
    const auto at = [from = x.row(i)](integer j) { return bench::load(from + j); };
    const pack squares = bench::fold(n, 0, bench::plus{}, [&](integer j) { return at(j) * at(j); });
    const pack scale(1 / std::sqrt(bench::total(squares) * share + 1e-5f));
    bench::each(n, [&, to = y.row(i)](integer j) { bench::store(to + j, at(j) * scale); });
  }
});
