// SPDX-License-Identifier: MIT
#pragma once

// Reductions to truths: all, any, and the comparisons of whole tensors.

#include <tutti/expr/predicates.hpp>
#include <tutti/expr/reduce.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {

struct truth_folding {
  static constexpr double cost = 1;
  static constexpr bool has_identity = true;
  template <class>
  using in = bool;
  template <class>
  using out = bool;
  template <class V>
  static constexpr V finish(const V& value, index) { return value; }
};

} // namespace detail

struct all_op : detail::truth_folding {
  static constexpr std::string_view name = "all";
  template <class>
  static constexpr bool identity() { return true; }
  /// A result that no further element changes.
  static constexpr bool settled(bool value) { return !value; }
  template <class V>
  static constexpr V combine(const V& a, const V& b) {
    if constexpr (std::same_as<V, bool>) return a && b;
    else return a & b;
  }
};
struct any_op : detail::truth_folding {
  static constexpr std::string_view name = "any";
  template <class>
  static constexpr bool identity() { return false; }
  static constexpr bool settled(bool value) { return value; }
  template <class V>
  static constexpr V combine(const V& a, const V& b) {
    if constexpr (std::same_as<V, bool>) return a || b;
    else return a | b;
  }
};

/// `all` is two things, as in English: in x(all, 0) the whole axis, and all(x) whether all elements are true (not 0).
struct all_fn : all_t {
  template <operand X, class... Where>
  constexpr auto operator()(X&& x, Where... where) const { return reduce(all_op{}, std::forward<X>(x), where...); }
};

/// As a slice, the whole axis (NumPy: `:`). As a function, whether all elements are true, along the axes or altogether;
/// of nothing true. Shapes and errors as sum's. Types: bool. Cost as any's. NumPy: all.
/// Example: `all(array({1, 0}))` is `False`; `all(array({{1, 0}, {1, 1}}), 1)` is `[False True]`.
inline constexpr all_fn all{};

/// Shapes and errors as sum's. Types: bool. Cost: an operation for each element up to the block that settles it.

/// Whether any element is true (not 0); of nothing false. NumPy: any.
/// Example: `any(array({{0, 0}, {0, 1}}), 1)` is `[False True]`.
template <operand X, class... Where>
constexpr auto any(X&& x, Where... where) { return reduce(any_op{}, std::forward<X>(x), where...); }

/// Whether two tensors have the same shape and equal elements. Shapes: any; other shapes are not equal. Types: any; a
/// bool, computed at once. Errors: none. Cost: a comparison for each element, up to the first block that differs.
/// NumPy: array_equal.
/// Example: `array_equal(array({1, 2}), array({1, 2}))` is `1`.
template <operand A, operand B>
bool array_equal(const A& a, const B& b) {
  if (!(a.shape() == b.shape())) return false;
  // Static shapes that do not broadcast cannot be compared; they have been.
  if constexpr (statically_shaped<A> && statically_shaped<B>)
    if constexpr (!std::same_as<shape_t<A>, shape_t<B>>) return false;
    else return all(a == b);
  else return all(a == b);
}

/// Whether all elements are within rtol * |b| + atol of each other, as isclose says. Shapes as isclose's. Types: any; a
/// bool, computed at once. Errors as isclose's. Cost as array_equal's. NumPy: allclose.
/// Example: `allclose(array({1., 2.}), array({1., 2. + 1e-9}))` is `1`.
template <class A, class B>
  requires arguments<A, B>
bool allclose(const A& a, const B& b, double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false) {
  return all(isclose(a, b, rtol, atol, equal_nan));
}

TUTTI_NAMESPACE_END
