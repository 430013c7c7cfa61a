// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

const bench::a_case rbf("rbf", [](vector& y, const vector& p, const vector& q) {
  y = sum(exp(-square(p(all, newaxis) - q)), 1);
});

using positions = tutti::tensor<std::int64_t, 1>;
const bench::a_case nearest("nearest", [](positions& y, const vector& p, const vector& q) {
  y = argmin(square(p(all, newaxis) - q), 1);
});

// Accelerations of bodies at x, y, z with masses m.
using three = std::tuple<vector, vector, vector>;
const bench::a_case nbody("nbody", [](three& a, const vector& x, const vector& y, const vector& z, const vector& m) {
  const auto dx = x - x(all, newaxis), dy = y - y(all, newaxis), dz = z - z(all, newaxis);
  const auto r2 = square(dx) + square(dy) + square(dz) + 1e-4f;
  const auto w = m / (r2 * sqrt(r2));
  a = eval(sum(w * dx, 1), sum(w * dy, 1), sum(w * dz, 1));
});
