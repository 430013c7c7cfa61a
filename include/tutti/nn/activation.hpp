// SPDX-License-Identifier: MIT
#pragma once

// Activation functions. All work element by element, on tensors, expressions and plain numbers; of integers all but
// relu give a floating type, double.

#include <numbers>

#include <tutti/nn/floating.hpp>

TUTTI_NAMESPACE_BEGIN

namespace nn {

using tutti::tanh;

/// Shapes, errors and cost as sqrt's. Types: floating numbers keep theirs, integers and bools give double; real numbers
/// only.

/// x where it is above 0, else 0; NaN stays. Types: x's own, int64 of bools; real numbers only. PyTorch: relu.
/// Example: `nn::relu(array({-1., 2.}))` is `[0. 2.]`.
template <operand X>
constexpr auto relu(X&& x) { return maximum(std::forward<X>(x), 0); }

/// x where it is above 0, else slope * x. PyTorch: leaky_relu. Source: Maas, Hannun and Ng, Rectifier Nonlinearities
/// Improve Neural Network Acoustic Models, 2013.
/// Example: `nn::leaky_relu(array({-1., 2.}), 0.1)` is `[-0.1 2. ]`.
template <operand X>
constexpr auto leaky_relu(X&& x, double slope = 0.01) {
  const auto e = as_floating(std::forward<X>(x));
  return where(e > 0, e, slope * e);
}

/// 1 / (1 + exp(-x)): 0 at minus infinity, 1 at infinity. Exact to the last digits for negative x too, and no
/// intermediate value overflows: with e = exp(-|x|) it is 1 / (1 + e), or e / (1 + e) where x < 0. PyTorch: sigmoid.
/// Example: `nn::sigmoid(array({0., -1000.}))` is `[0.5 0. ]`.
template <operand X>
constexpr auto sigmoid(X&& x) {
  const auto v = as_floating(std::forward<X>(x));
  // Not -abs(v): the slope at 0 is that of -v.
  const auto e = exp(where(v < 0, v, -v));
  return where(v < 0, e, 1) / (1 + e);
}

/// x * sigmoid(x), also called swish. PyTorch: silu. Source: Elfwing, Uchibe and Doya, Sigmoid-Weighted Linear Units,
/// 2017.
/// Example: `nn::silu(array({0., 1.}))` is `[0. 0.73105858]`.
template <operand X>
constexpr auto silu(X&& x) {
  const auto e = as_floating(std::forward<X>(x));
  return e * sigmoid(e);
}

/// x times the probability that a normal variable lies below x: x / 2 * erfc(-x / sqrt(2)), which loses no digits for
/// negative x. PyTorch: gelu. Source: Hendrycks and Gimpel, Gaussian Error Linear Units, 2016.
/// Example: `nn::gelu(array({0., 1.}))` is `[0. 0.84134475]`.
template <operand X>
constexpr auto gelu(X&& x) {
  const auto e = as_floating(std::forward<X>(x));
  return 0.5 * e * erfc(e * (-1 / std::numbers::sqrt2));
}

/// The approximation of gelu by tanh that many models were trained with, x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715
/// * x^3))); off by up to 5e-4. Source: Hendrycks and Gimpel, as gelu. PyTorch: gelu with approximate='tanh'.
/// Example: `nn::gelu_tanh(array({0., 1.}))` is `[0. 0.84119199]`.
template <operand X>
constexpr auto gelu_tanh(X&& x) {
  const auto e = as_floating(std::forward<X>(x));
  constexpr double scale = std::numbers::sqrt2 * std::numbers::inv_sqrtpi; // sqrt(2 / pi)
  return 0.5 * e * (1 + tanh(scale * (e + 0.044715 * (e * square(e)))));
}

} // namespace nn

TUTTI_NAMESPACE_END
