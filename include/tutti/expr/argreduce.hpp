// SPDX-License-Identifier: MIT
#pragma once

// argmin and argmax: reductions whose result is where, not what.

#include <tutti/expr/generate.hpp>
#include <tutti/expr/reduce.hpp>

TUTTI_NAMESPACE_BEGIN

/// The position of the element that a reduction of values (min, max) would give: the first of equals, and the first NaN
/// where there is one. The result is int64.
template <class Values>
struct position_op {
  using values = Values;
  static constexpr double cost = 2;
  static constexpr bool has_identity = false;
  template <class T>
  using in = typename detail::real_number<compute_t<T>>::type;
  template <class>
  using out = std::int64_t;
};
struct argmin_op : position_op<min_op> {
  static constexpr std::string_view name = "argmin";
  template <class V>
  static constexpr auto beyond(const V& a, const V& b) { return a < b; }
};
struct argmax_op : position_op<max_op> {
  static constexpr std::string_view name = "argmax";
  template <class V>
  static constexpr auto beyond(const V& a, const V& b) { return a > b; }
};

/// Shapes: x's without the axis, or with extent 1 there where `keepdims` is said; without an axis a rank-0 expression.
/// Types: int64, of real numbers. Errors: an axis_error where the axis is not there; a value_error where there is
/// nothing along it. Cost: a comparison for each element of x, whose formula is computed in the same loop.

/// The index of the smallest element along an axis, or in the row-major order of all: the first of equals, the first
/// NaN where there is one. NumPy: argmin.
/// Example: `argmin(array({3, 1, 2}))` is `1`.
template <operand X, std::same_as<keepdims_t>... Keep>
constexpr auto argmin(X&& x, Keep... keep) { return reduce(argmin_op{}, std::forward<X>(x), keep...); }
template <operand X, std::same_as<keepdims_t>... Keep>
constexpr auto argmin(X&& x, index axis, Keep... keep) {
  return reduce(argmin_op{}, std::forward<X>(x), axis, keep...);
}
/// The index of the greatest element, as argmin's. NumPy: argmax.
/// Example: `argmax(array({{3, 1, 2}, {4, 5, 6}}), 1)` is `[0 2]`.
template <operand X, std::same_as<keepdims_t>... Keep>
constexpr auto argmax(X&& x, Keep... keep) { return reduce(argmax_op{}, std::forward<X>(x), keep...); }
template <operand X, std::same_as<keepdims_t>... Keep>
constexpr auto argmax(X&& x, index axis, Keep... keep) {
  return reduce(argmax_op{}, std::forward<X>(x), axis, keep...);
}

TUTTI_NAMESPACE_END
