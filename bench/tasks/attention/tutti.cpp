// SPDX-License-Identifier: MIT
#include <limits>

#include <rivals/tutti.hpp>

const bench::a_case attention("attention", [](cube& y, const cube& q, const cube& k, const cube& v) {
  const auto scores = matmul(q, swapaxes(k, -1, -2)) * 0.125f;
  const auto weights = exp(scores - max(scores, -1, keepdims));
  y = matmul(weights / sum(weights, -1, keepdims), v);
});

// No query looks at a later key.
const bench::a_case causal("causal", [](cube& y, const cube& q, const cube& k, const cube& v) {
  const auto seen = tutti::arange(q.shape(1))(all, newaxis) >= tutti::arange(k.shape(1));
  const auto scores = where(seen, matmul(q, swapaxes(k, -1, -2)) * 0.125f, -std::numeric_limits<float>::infinity());
  const auto weights = exp(scores - max(scores, -1, keepdims));
  y = matmul(weights / sum(weights, -1, keepdims), v);
});
