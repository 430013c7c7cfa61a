// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

namespace {

using row = Eigen::Array<float, 1, Eigen::Dynamic>;

} // namespace

const bench::a_case softmax("softmax", [](matrix& y, const matrix& x) {
  const row greatest = x.colwise().maxCoeff();
  y = (x.rowwise() - greatest).exp();
  const row scale = y.colwise().sum().inverse();
  y.rowwise() *= scale;
});

const bench::a_case zscore("zscore", [](matrix& y, const matrix& x) {
  const row mean = x.colwise().mean();
  y = x.rowwise() - mean;
  const row scale = y.square().colwise().mean().rsqrt();
  y.rowwise() *= scale;
});
