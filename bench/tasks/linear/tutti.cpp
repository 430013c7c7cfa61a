// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>
#include <tutti/nn/activation.hpp>

const bench::a_case layer("layer", [](matrix& y, const matrix& x, const matrix& w, const vector& b) {
  y = tutti::nn::relu(matmul(x, w) + b);
});
