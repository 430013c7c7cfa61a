// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

const bench::a_case layer("layer", [](matrix& y, const matrix& x) {
  const vector mean = x.rowwise().mean();
  y = x.colwise() - mean;
  const vector scale = (y.square().rowwise().mean() + 1e-5f).rsqrt();
  y.colwise() *= scale;
});

const bench::a_case rms("rms", [](matrix& y, const matrix& x) {
  const vector scale = (x.square().rowwise().mean() + 1e-5f).rsqrt();
  y = x.colwise() * scale;
});
