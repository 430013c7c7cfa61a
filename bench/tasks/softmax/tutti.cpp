// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

const bench::a_case rows("rows", [](matrix& y, const matrix& x) {
  y = exp(x - max(x, 1, keepdims)) / sum(exp(x - max(x, 1, keepdims)), 1, keepdims);
});

const bench::a_case log_rows("log_rows", [](matrix& y, const matrix& x) {
  y = x - max(x, 1, keepdims) - log(sum(exp(x - max(x, 1, keepdims)), 1, keepdims));
});
