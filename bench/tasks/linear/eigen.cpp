// SPDX-License-Identifier: MIT
#include <rivals/eigen_matrix.hpp>

using floats = ematrix<float>;
const bench::a_case layer("layer", [](floats& y, const floats& x, const floats& w, const evector& b) {
  y.noalias() = x * w;
  y = (y.rowwise() + b.transpose()).cwiseMax(0.f);
});
