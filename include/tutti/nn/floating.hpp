// SPDX-License-Identifier: MIT
#pragma once

// What the functions of nn compute in.

#include <tutti/tensor.hpp>

TUTTI_NAMESPACE_BEGIN

namespace nn {

/// An argument as the layers take it, so that nothing wraps. Shapes and cost as sqrt's. Types: floating and complex
/// numbers keep theirs, integers and bools give double. Errors: none. PyTorch: x.double() of integers.
/// Example: `nn::as_floating(array({1, 2}))` is `[1. 2.]`.
template <operand X>
constexpr auto as_floating(X&& x) {
  using F = floating_t<value_t<X>>;
  if constexpr (std::same_as<F, value_t<X>>) return as_node(std::forward<X>(x));
  else return cast<F>(std::forward<X>(x));
}

} // namespace nn

TUTTI_NAMESPACE_END
