// SPDX-License-Identifier: MIT
#include <rivals/hand.hpp>

namespace {

void sweep(matrix& y, const matrix& x) {
  const integer n = x.extent(1);
  const pack fifth(0.2f);
  for (integer i = 1; i < x.extent(0) - 1; ++i) {
    const float *row = x.row(i), *above = row - n, *below = row + n;
    float* to = y.row(i);
    const auto at = [&](integer j) {
      const pack across = bench::load(row + j - 1) + bench::load(row + j + 1);
      bench::store(to + j,
                   fifth * ((bench::load(row + j) + bench::load(above + j)) + (bench::load(below + j) + across)));
    };
    bench::each<2>(n - 1 - lanes, [&](integer j) { at(j + 1); });
    at(n - 1 - lanes); // overlaps the one before
  }
}

} // namespace

const bench::a_case once("sweep", sweep);

const bench::a_case steps("steps", [](std::tuple<matrix, matrix>& y, const matrix& x) {
  auto& [a, b] = y;
  std::copy_n(x.data(), x.size(), a.data());
  std::copy_n(x.data(), x.size(), b.data());
  for (int step = 0; step < 500; ++step) {
    sweep(b, a);
    sweep(a, b);
  }
});
