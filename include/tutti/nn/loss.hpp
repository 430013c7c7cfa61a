// SPDX-License-Identifier: MIT
#pragma once

// Classes: their numbers as rows of truths, and how badly a model predicts them.

#include <limits>

#include <tutti/nn/normalization.hpp>

TUTTI_NAMESPACE_BEGIN

namespace nn {

/// Along a new last axis of extent `classes`, whether each class is the label. A label below 0 or from `classes` on has
/// no true class. Shapes: the labels', then `classes`. Types: bool, of integers; a product with it has the other
/// factor's type (PyTorch's is int64: `cast<std::int64_t>`). Errors: a value_error where the number of classes is
/// negative, or neither the labels' type nor int32 can count to it; a shape_error beyond 8 axes. Cost: a comparison for
/// each element of the result, in the loop of the formula that it stands in. PyTorch: one_hot.
/// Example: `nn::one_hot(array({2, 0}), 3)` is `[[False False True] [ True False False]]`.
template <operand Labels>
constexpr auto one_hot(Labels&& labels, index classes) {
  static_assert(kind_of<value_t<Labels>> == kind::integer, "tutti: labels are integers: the number of each class");
  if (classes < 0) throw value_error("one_hot: the number of classes cannot be negative");
  // int32 holds the usual numbers of classes, and all labels but those of the widest types.
  using number = promote_t<value_t<Labels>, std::int32_t>;
  if (static_cast<index>(static_cast<number>(classes)) != classes)
    throw value_error("one_hot: " + std::string(dtype_name<value_t<Labels>>()) + " labels cannot name " +
                      std::to_string(classes) + " classes: cast them to int64");
  return expand_dims(std::forward<Labels>(labels), -1) == arange(static_cast<number>(classes));
}

namespace detail {

// Integers of the rank that logits have without the axis of classes are labels; all else are probabilities.
template <class Logits, class Target>
inline constexpr bool are_labels = kind_of<value_t<Target>> == kind::integer &&
                                   (rank_of<Target> != rank_of<Logits> || rank_of<Target> == dynamic_rank);

template <index A, index B>
constexpr void require_shape(const char* what, const index_list<A>& shape, const index_list<B>& wanted) {
  if (!(shape == wanted))
    throw shape_error("cross_entropy: " + std::string(what) + " of shape " + to_string(shape) + " instead of " +
                      to_string(wanted));
}

} // namespace detail

/// The mean of -log(the probability that a model gave to the right class), where softmax(logits) are the probabilities.
/// The classes lie along axis 1 of the logits, (count, classes, ...), or along the only axis. `target` is either the
/// labels, integers, or the wanted probabilities of all classes (one_hot, say). A label that is no class makes the
/// result NaN, and so does having no element. Stable for logits of any size. Shapes: labels have the logits' shape
/// without the axis of the classes, probabilities the logits' shape; the result is a rank-0 expression. Types: the
/// logits' own, double of integers; real numbers only. Errors: a shape_error where the target has another shape, an
/// axis_error where the logits have no axis, a value_error where there are no classes. Cost: an exponential and some
/// operations for each logit; logits (count, classes) are read once, row by row. PyTorch: cross_entropy.
/// Example: `nn::cross_entropy(array({{0., 0.}, {0., 1000.}}), array({0, 1}))` is `0.34657359027997264`.
template <operand Logits, operand Target>
constexpr auto cross_entropy(Logits&& logits, Target&& target) {
  const auto x = as_node(std::forward<Logits>(logits));
  const auto t = as_node(std::forward<Target>(target));
  const auto& shape = x.shape();
  const index axis = shape.size() > 1 ? 1 : 0;
  const auto log_p = log_softmax(x, axis);
  if constexpr (detail::are_labels<Logits, Target>) {
    const index classes = shape[axis];
    detail::require_shape("labels", t.shape(), max(x, axis).shape());
    const auto right = where(moveaxis(one_hot(t, classes), -1, axis), log_p, 0);
    const auto number = cast<std::int64_t>(t);
    return -mean(where(number >= 0 && number < classes, sum(right, axis), std::numeric_limits<double>::quiet_NaN()));
  } else {
    detail::require_shape("targets", t.shape(), shape);
    // Where nothing is wanted of a class, its logarithm, which may be minus infinity, must not count.
    if constexpr (kind_of<value_t<Target>> == kind::boolean) return -mean(sum(where(t, log_p, 0), axis));
    else return -mean(sum(cast<value_t<decltype(log_p)>>(t) * log_p, axis));
  }
}

} // namespace nn

TUTTI_NAMESPACE_END
