// SPDX-License-Identifier: MIT
// The same in three statements, with the matrices between them in memory: what the one formula must be faster than.
#include <rivals/tutti.hpp>

const bench::a_case attention("attention", [](cube& y, const cube& q, const cube& k, const cube& v) {
  static cube scores, weights;
  scores = matmul(q, swapaxes(k, -1, -2)) * 0.125f;
  const auto weight = exp(scores - max(scores, -1, keepdims));
  weights = weight / sum(weight, -1, keepdims);
  y = matmul(weights, v);
});
