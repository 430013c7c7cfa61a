// SPDX-License-Identifier: MIT
#pragma once

// Attention: each query's weighted mean of the values, by how well its key fits.

#include <cmath>
#include <limits>
#include <optional>

#include <tutti/nn/normalization.hpp>

TUTTI_NAMESPACE_BEGIN

namespace nn {

/// Query i looks at the keys 0 to i only: `scaled_dot_product_attention(q, k, v, is_causal)`.
struct is_causal_t {};
inline constexpr is_causal_t is_causal{};

/// What scales the scores of attention; 1 / sqrt(d), for queries of d elements, unless told.
struct attention_options {
  std::optional<double> scale = std::nullopt;
};

namespace detail {

// Throws where an operand of attention lacks one of the two axes that it must have.
constexpr void require_rows(const auto&... operands) {
  (normalize_axis(-2, operands.dimension(), "scaled_dot_product_attention"), ...);
}

template <class Q, class K>
auto attention_scores(const Q& q, const K& k, const attention_options& options) {
  require_rows(q, k);
  return matmul(q, swapaxes(k, -1, -2)) * options.scale.value_or(1 / std::sqrt(static_cast<double>(q.shape().back())));
}

} // namespace detail

/// matmul(softmax(matmul(q, swapaxes(k, -1, -2)) * scale), v). Shapes: for queries of shape (..., n, d), keys (..., m,
/// d) and values (..., m, e) the shape (..., n, e), where the axes before broadcast. Types: the operands' common one,
/// double where that is integer or bool; real numbers only. Errors: a shape_error where the shapes are others, an
/// axis_error where an operand has fewer than two axes, a value_error where there are no keys. Cost: that of the two
/// products and the softmax; where ranks are static, and there are 4096 scores or more, some rows at a time, so that
/// the (n, m) scores are never in memory. PyTorch: scaled_dot_product_attention. Source: Vaswani et al., Attention Is
/// All You Need, 2017.
/// Example: `to_string(nn::scaled_dot_product_attention(ones<float>({4, 2}), ones<float>({5, 2}), ones<float>({5,
/// 3})).shape())` is `(4, 3)`.
template <operand Q, operand K, operand V>
auto scaled_dot_product_attention(Q&& q, K&& k, V&& v, attention_options options = {}) {
  return matmul(
      softmax(detail::attention_scores(as_floating(std::forward<Q>(q)), as_floating(std::forward<K>(k)), options)),
      as_floating(std::forward<V>(v)));
}

/// The same with a mask, which broadcasts with the scores' shape (..., n, m). Bools say which keys a query may look at;
/// other masks are added to the scores. A query that may look at nothing gives NaN, as the formula does. Cost: the less,
/// the more keys at either end are hidden from up to 128 queries. PyTorch: attn_mask.
/// Example: `nn::scaled_dot_product_attention(ones<float>({2, 1}), ones<float>({2, 1}), array({{1.f}, {3.f}}),
/// array({{true, true}, {false, true}}))` is `[[2.] [3.]]`.
template <operand Q, operand K, operand V, operand Mask>
auto scaled_dot_product_attention(Q&& q, K&& k, V&& v, Mask&& mask, attention_options options = {}) {
  const auto scores =
      detail::attention_scores(as_floating(std::forward<Q>(q)), as_floating(std::forward<K>(k)), options);
  const auto masked = [&] {
    using T = compute_t<value_t<decltype(scores)>>;
    if constexpr (std::same_as<value_t<Mask>, bool>)
      return where(std::forward<Mask>(mask), scores, -std::numeric_limits<T>::infinity());
    else return scores + std::forward<Mask>(mask);
  }();
  return matmul(softmax(masked), as_floating(std::forward<V>(v)));
}

/// The same where a query looks at no key behind its own place, counted from the first of both. PyTorch: is_causal.
/// Example: `nn::scaled_dot_product_attention(ones<float>({2, 1}), ones<float>({2, 1}), array({{1.f}, {3.f}}),
/// nn::is_causal)` is `[[1.] [2.]]`.
template <operand Q, operand K, operand V>
auto scaled_dot_product_attention(Q&& q, K&& k, V&& v, is_causal_t, attention_options options = {}) {
  detail::require_rows(q, k);
  const index_list<rank_of<Q>> queries = q.shape();
  const index_list<rank_of<K>> keys = k.shape();
  // Positions in 32 bits: as wide as floats, so that the mask takes no more registers than the scores.
  const auto mask = arange(static_cast<std::int32_t>(queries[queries.size() - 2]))(all_t{}, newaxis) >=
                    arange(static_cast<std::int32_t>(keys[keys.size() - 2]));
  return scaled_dot_product_attention(std::forward<Q>(q), std::forward<K>(k), std::forward<V>(v), mask, options);
}

} // namespace nn

TUTTI_NAMESPACE_END
