// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

const bench::a_case softmax("softmax", [](matrix& y, const matrix& x) {
  y = exp(x - max(x, 0, keepdims)) / sum(exp(x - max(x, 0, keepdims)), 0, keepdims);
});

const bench::a_case zscore("zscore",
                           [](matrix& y, const matrix& x) { y = (x - mean(x, 0, keepdims)) / stddev(x, 0, keepdims); });
