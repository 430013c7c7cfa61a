// SPDX-License-Identifier: MIT
#pragma once

// What the functions of nn compute in.

#include <tutti/tensor.hpp>

TUTTI_NAMESPACE_BEGIN

namespace nn {

/// An argument as a node of a floating type: integers and bools as double, so that nothing wraps.
/// Example: `nn::as_floating(array({1, 2}))` is `[1. 2.]`.
template <operand X>
constexpr auto as_floating(X&& x) {
  using F = floating_t<value_t<X>>;
  if constexpr (std::same_as<F, value_t<X>>) return as_node(std::forward<X>(x));
  else return cast<F>(std::forward<X>(x));
}

} // namespace nn

TUTTI_NAMESPACE_END
