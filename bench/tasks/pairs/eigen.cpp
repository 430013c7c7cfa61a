// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

const bench::a_case rbf("rbf", [](vector& y, const vector& p, const vector& q) {
  y = (-(p.replicate(1, q.size()) - q.transpose().replicate(p.size(), 1)).square()).exp().rowwise().sum();
});

using three = std::tuple<vector, vector, vector>;
const bench::a_case nbody("nbody", [](three& a, const vector& x, const vector& y, const vector& z, const vector& m) {
  const auto between = [n = x.size()](const vector& v) { return v.transpose().replicate(n, 1) - v.replicate(1, n); };
  // The weights of the pairs are needed three times: kept, not computed again.
  const matrix r2 = between(x).square() + between(y).square() + between(z).square() + 1e-4f;
  const matrix w = m.transpose().replicate(m.size(), 1) / (r2 * r2.sqrt());
  std::get<0>(a) = (w * between(x)).rowwise().sum();
  std::get<1>(a) = (w * between(y)).rowwise().sum();
  std::get<2>(a) = (w * between(z)).rowwise().sum();
});
