// SPDX-License-Identifier: MIT
// The same in three statements, with the matrices between them in memory: what the one formula must be faster than.
#include <limits>

#include <rivals/tutti.hpp>

const bench::a_case attention("attention", [](cube& y, const cube& q, const cube& k, const cube& v) {
  static cube scores, weights;
  scores = matmul(q, swapaxes(k, -1, -2)) * 0.125f;
  const auto weight = exp(scores - max(scores, -1, keepdims));
  weights = weight / sum(weight, -1, keepdims);
  y = matmul(weights, v);
});

const bench::a_case causal("causal", [](cube& y, const cube& q, const cube& k, const cube& v) {
  static cube scores, weights;
  const auto seen = tutti::arange(q.shape(1))(all, newaxis) >= tutti::arange(k.shape(1));
  scores = where(seen, matmul(q, swapaxes(k, -1, -2)) * 0.125f, -std::numeric_limits<float>::infinity());
  const auto weight = exp(scores - max(scores, -1, keepdims));
  weights = weight / sum(weight, -1, keepdims);
  y = matmul(weights, v);
});
