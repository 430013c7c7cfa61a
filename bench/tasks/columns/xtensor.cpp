// SPDX-License-Identifier: MIT
#include <rivals/xtensor.hpp>

const bench::a_case softmax("softmax", [](matrix& y, const matrix& x) {
  const vector greatest = xt::amax(x, {0}, now);
  noalias(y) = xt::exp(x - greatest);
  const vector sums = xt::sum(y, {0}, now);
  y /= sums;
});

const bench::a_case zscore("zscore", [](matrix& y, const matrix& x) {
  const vector mean = xt::mean(x, {0}, now);
  noalias(y) = x - mean;
  const vector spread = xt::sqrt(xt::mean(xt::square(y), {0}, now));
  y /= spread;
});
