// SPDX-License-Identifier: MIT
#include <rivals/xtensor.hpp>

namespace {

// x from row `down` and column `right` on, without as much at the other ends as is needed for a frame of one.
auto shifted(const matrix& x, bench::integer down, bench::integer right) {
  const auto rows = static_cast<bench::integer>(x.shape(0)) - 2, columns = static_cast<bench::integer>(x.shape(1)) - 2;
  return view(x, range(down, down + rows), range(right, right + columns));
}

void sweep(matrix& y, const matrix& x) {
  auto to = view(y, range(1, -1), range(1, -1));
  noalias(to) = 0.2f * (shifted(x, 1, 1) + shifted(x, 0, 1) + shifted(x, 2, 1) + shifted(x, 1, 0) + shifted(x, 1, 2));
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
