// SPDX-License-Identifier: MIT
#include <rivals/xtensor.hpp>

const bench::a_case layer("layer", [](matrix& y, const matrix& x) {
  const matrix mean = xt::mean(x, {1}, keep_dims | now);
  noalias(y) = x - mean;
  const matrix spread = xt::sqrt(xt::mean(xt::square(y), {1}, keep_dims | now) + 1e-5f);
  y /= spread;
});

const bench::a_case rms("rms", [](matrix& y, const matrix& x) {
  const matrix spread = xt::sqrt(xt::mean(xt::square(x), {1}, keep_dims | now) + 1e-5f);
  noalias(y) = x / spread;
});
