// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

namespace {

void sweep(matrix& y, const matrix& x) {
  constexpr range inner(1, -1), before(0, -2), after(2, none);
  y(inner, inner) = 0.2f * (x(inner, inner) + x(before, inner) + x(after, inner) + x(inner, before) + x(inner, after));
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
