// SPDX-License-Identifier: MIT
#include <rivals/xtensor.hpp>

const bench::a_case rbf("rbf", [](vector& y, const vector& p, const vector& q) {
  const matrix all_pairs = xt::exp(-xt::square(view(p, all(), newaxis()) - q));
  noalias(y) = xt::sum(all_pairs, {1}, now);
});

using three = std::tuple<vector, vector, vector>;
const bench::a_case nbody("nbody", [](three& a, const vector& x, const vector& y, const vector& z, const vector& m) {
  const matrix dx = x - view(x, all(), newaxis()), dy = y - view(y, all(), newaxis()),
               dz = z - view(z, all(), newaxis());
  const matrix r2 = dx * dx + dy * dy + dz * dz + 1e-4f;
  const matrix w = m / (r2 * xt::sqrt(r2));
  std::get<0>(a) = xt::sum(w * dx, {1}, now);
  std::get<1>(a) = xt::sum(w * dy, {1}, now);
  std::get<2>(a) = xt::sum(w * dz, {1}, now);
});
