// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

const bench::a_case layer("layer", [](matrix& y, const matrix& x) {
  y = (x - mean(x, 1, keepdims)) / sqrt(variance(x, 1, keepdims) + 1e-5);
});

const bench::a_case rms("rms", [](matrix& y, const matrix& x) { y = x / sqrt(mean(square(x), 1, keepdims) + 1e-5); });
