// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

const bench::a_case layer("layer", [](matrix& y, const matrix& x, const matrix& w, const vector& b) {
  y = relu(matmul(x, w) + b);
});
