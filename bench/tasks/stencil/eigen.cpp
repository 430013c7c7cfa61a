// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

namespace {

void sweep(matrix& y, const matrix& x) {
  const auto shifted = [&](integer down, integer right) {
    return x.block(1 + down, 1 + right, x.rows() - 2, x.cols() - 2);
  };
  y.block(1, 1, x.rows() - 2, x.cols() - 2) =
      0.2f * (shifted(0, 0) + shifted(-1, 0) + shifted(1, 0) + shifted(0, -1) + shifted(0, 1));
}

} // namespace

const bench::a_case once("sweep", sweep);

const bench::a_case steps("steps", [](std::tuple<matrix, matrix>& y, const matrix& x) {
  auto& [a, b] = y;
  a = x;
  b = x;
  for (int step = 0; step < 500; ++step) {
    sweep(b, a);
    sweep(a, b);
  }
});
