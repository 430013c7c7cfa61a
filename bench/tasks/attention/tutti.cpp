// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

const bench::a_case attention("attention", [](cube& y, const cube& q, const cube& k, const cube& v) {
  const auto scores = matmul(q, swapaxes(k, -1, -2)) * 0.125f;
  const auto weights = exp(scores - max(scores, -1, keepdims));
  y = matmul(weights / sum(weights, -1, keepdims), v);
});
