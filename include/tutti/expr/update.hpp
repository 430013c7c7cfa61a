// SPDX-License-Identifier: MIT
#pragma once

// The operators that change a tensor or a view in place.

#include <tutti/core/fixed.hpp>
#include <tutti/expr/operators.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {
/// What can be changed in place: a tensor that is not const, or a view.
template <class To>
concept updatable =
    operand<To> &&
    (requires(To& to) { to.writable(); } || requires { typename std::remove_cvref_t<To>::element_type; });

/// Writes a formula of `to` through it. Its shape stays, and the formula must broadcast to that.
template <class To, class E>
TUTTI_INLINE constexpr To&& update(To&& to, const E& e) {
  as_leaf(to) = e;
  return std::forward<To>(to);
}
} // namespace detail

/// Shapes: y's, which stays. Types: y's, to which the result is converted; complex numbers to real ones do not compile.
/// Errors: as elementwise's; a shape_error where y op x does not broadcast to y; y is then as it was. Cost: as the
/// assignment's, one sweep in place; memory for the result only where x reads y in another order.

/// `y op= x` is `y = y op x`, whatever of y's memory x reads, but never changes the shape of y: y op x must broadcast
/// to it. Integers divided by `/=` are truncated. NumPy: the same operators, of which only `/=` differs, which there
/// refuses integers.
/// Example: `tensor x = array({1, 2, 3}); x *= x; x(range(1)) += 10; std::cout << x;` is `[11 4 9]`.
template <detail::updatable To, argument X>
TUTTI_INLINE constexpr To&& operator+=(To&& to, X&& x) {
  return detail::update(std::forward<To>(to), to + std::forward<X>(x));
}
template <detail::updatable To, argument X>
TUTTI_INLINE constexpr To&& operator-=(To&& to, X&& x) {
  return detail::update(std::forward<To>(to), to - std::forward<X>(x));
}
template <detail::updatable To, argument X>
TUTTI_INLINE constexpr To&& operator*=(To&& to, X&& x) {
  return detail::update(std::forward<To>(to), to * std::forward<X>(x));
}
template <detail::updatable To, argument X>
TUTTI_INLINE constexpr To&& operator/=(To&& to, X&& x) {
  return detail::update(std::forward<To>(to), to / std::forward<X>(x));
}
template <detail::updatable To, argument X>
TUTTI_INLINE constexpr To&& operator%=(To&& to, X&& x) {
  return detail::update(std::forward<To>(to), to % std::forward<X>(x));
}

/// The same on the bits of integers and on bools. NumPy: the same operators.
/// Example: `tensor hit = array({1, 5, 9}) > 3; hit &= array({1, 5, 9}) < 7; std::cout << hit;` is `[False True False]`.
template <detail::updatable To, argument X>
  requires detail::bitwise_arguments<To, X>
TUTTI_INLINE constexpr To&& operator&=(To&& to, X&& x) {
  return detail::update(std::forward<To>(to), to & std::forward<X>(x));
}
template <detail::updatable To, argument X>
  requires detail::bitwise_arguments<To, X>
TUTTI_INLINE constexpr To&& operator|=(To&& to, X&& x) {
  return detail::update(std::forward<To>(to), to | std::forward<X>(x));
}
template <detail::updatable To, argument X>
  requires detail::bitwise_arguments<To, X>
TUTTI_INLINE constexpr To&& operator^=(To&& to, X&& x) {
  return detail::update(std::forward<To>(to), to ^ std::forward<X>(x));
}
template <detail::updatable To, argument X>
  requires detail::bitwise_arguments<To, X>
TUTTI_INLINE constexpr To&& operator<<=(To&& to, X&& x) {
  return detail::update(std::forward<To>(to), to << std::forward<X>(x));
}
template <detail::updatable To, argument X>
  requires detail::bitwise_arguments<To, X>
TUTTI_INLINE constexpr To&& operator>>=(To&& to, X&& x) {
  return detail::update(std::forward<To>(to), to >> std::forward<X>(x));
}

TUTTI_NAMESPACE_END
