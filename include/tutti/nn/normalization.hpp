// SPDX-License-Identifier: MIT
#pragma once

// Softmax and layer normalization: what every element becomes depends on the elements along one axis.

#include <tutti/nn/floating.hpp>

TUTTI_NAMESPACE_BEGIN

namespace nn {

/// Shapes: x's. Types: x's own, double of integers and bools; real numbers only. Errors: an axis_error where the axis
/// is not there. Cost: a few operations for each element; the sums run row by row in the same sweep, which reads x from
/// memory once.

/// exp(x) / sum(exp(x)) along the axis, so that the elements along it are at least 0 and sum to 1. Stable: the greatest
/// element is taken out first, which changes nothing else. NaN where an element is NaN or infinity, or all are minus
/// infinity; minus infinity among others gives 0. Errors: an axis_error where the axis is not there, a value_error
/// where it has extent 0. PyTorch: softmax; SciPy: special.softmax.
/// Example: `nn::softmax(array({1., 1., -HUGE_VAL}), -1)` is `[0.5 0.5 0. ]`.
template <operand X>
constexpr auto softmax(X&& x, index axis = -1) {
  const auto e = as_floating(std::forward<X>(x));
  normalize_axis(axis, e.dimension(), "softmax");
  const auto weight = exp(e - max(e, axis, keepdims));
  return weight / sum(weight, axis, keepdims);
}

/// log(softmax(x)), without losing the digits of small probabilities. Errors as softmax's. PyTorch: log_softmax.
/// Example: `nn::log_softmax(array({0., -1000.}), -1)` is `[ 0. -1000.]`.
template <operand X>
constexpr auto log_softmax(X&& x, index axis = -1) {
  const auto e = as_floating(std::forward<X>(x));
  normalize_axis(axis, e.dimension(), "log_softmax");
  const auto shifted = e - max(e, axis, keepdims);
  return shifted - log(sum(exp(shifted), axis, keepdims));
}

/// (x - mean) / sqrt(variance + eps) along the axis, with the variance of all the elements there (ddof 0). Source: Ba,
/// Kiros and Hinton, Layer Normalization, 2016. PyTorch: layer_norm.
/// Example: `nn::layer_norm(array({1., 3.}), -1, 0.)` is `[-1. 1.]`.
template <operand X>
constexpr auto layer_norm(X&& x, index axis = -1, double eps = 1e-5) {
  const auto e = as_floating(std::forward<X>(x));
  normalize_axis(axis, e.dimension(), "layer_norm");
  return (e - mean(e, axis, keepdims)) / sqrt(variance(e, axis, keepdims) + eps);
}
/// The same, scaled by `weight` and shifted by `bias`, of which for the last axis its extent is enough. Shapes: that to
/// which x, `weight` and `bias` broadcast. Types: the common one of the three, double of integers and bools. Errors: an
/// axis_error where the axis is not there, a shape_error where `weight` or `bias` does not broadcast.
/// Example: `nn::layer_norm(array({1., 3.}), array({10., 10.}), array({0., 5.}), -1, 0.)` is `[-10. 15.]`.
template <operand X, operand Weight, operand Bias>
constexpr auto layer_norm(X&& x, Weight&& weight, Bias&& bias, index axis = -1, double eps = 1e-5) {
  return layer_norm(std::forward<X>(x), axis, eps) * std::forward<Weight>(weight) + std::forward<Bias>(bias);
}

} // namespace nn

TUTTI_NAMESPACE_END
