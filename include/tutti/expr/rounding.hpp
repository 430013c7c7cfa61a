// SPDX-License-Identifier: MIT
#pragma once

// Rounding to whole numbers, and remainders. Integers and bools are whole: rounding makes no node over them.

#include <tutti/expr/math.hpp>

TUTTI_NAMESPACE_BEGIN

namespace scalar_math {

/// To the nearest whole number, of two equally near ones to the even one.
template <std::floating_point T>
T round(T x) { return std::nearbyint(x); }

} // namespace scalar_math

struct floor_op : detail::real_promoting {
  static constexpr std::string_view name = "floor";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::floor;
    return floor(x);
  }
};
struct ceil_op : detail::real_promoting {
  static constexpr std::string_view name = "ceil";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::ceil;
    return ceil(x);
  }
};
struct trunc_op : detail::real_promoting {
  static constexpr std::string_view name = "trunc";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::trunc;
    return trunc(x);
  }
};
struct round_op : detail::real_promoting {
  static constexpr std::string_view name = "round";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& x) {
    using scalar_math::round;
    return round(x);
  }
};
struct fmod_op : detail::real_arithmetic {
  static constexpr std::string_view name = "fmod", verb = "take fmod of";
  static constexpr double cost = 12;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) {
    if constexpr (std::integral<detail::number_in_t<V>>) {
      // mod has the sign of b: one b less where a has the other.
      using scalar_math::select;
      const V zero = detail::constant<V>(0), rest = mod_op::apply(a, b);
      return select((rest != zero) & ((a < zero) != (b < zero)), subtract_op::apply(rest, b), rest);
    } else {
      using std::fmod;
      return fmod(a, b);
    }
  }
};

namespace detail {

template <class Op, function_argument X>
constexpr auto rounded(Op op, X&& x) {
  if constexpr (kind_of<argument_t<X>> <= kind::integer) return unchanged(std::forward<X>(x));
  else return elementwise(op, std::forward<X>(x));
}

} // namespace detail

/// Shapes, errors and cost as sqrt's. Types: x's own; real numbers only.

/// Whole numbers: the next below, the next above, the next towards 0. The sign of zeros stays; infinities and NaN stay.
/// Integers and bools stay what they are. NumPy: floor, ceil, trunc.
/// Example: `floor(array({-1.5, 1.5}))` is `[-2. 1.]`; `ceil(array({-1.5, 1.5}))` is `[-1. 2.]`; `trunc(array({-1.5,
/// 1.5}))` is `[-1. 1.]`.
template <function_argument X>
constexpr auto floor(X&& x) { return detail::rounded(floor_op{}, std::forward<X>(x)); }
template <function_argument X>
constexpr auto ceil(X&& x) { return detail::rounded(ceil_op{}, std::forward<X>(x)); }
template <function_argument X>
constexpr auto trunc(X&& x) { return detail::rounded(trunc_op{}, std::forward<X>(x)); }
/// The nearest whole number, of two equally near ones the even one: 0.5 gives 0, 1.5 and 2.5 give 2 (std::round gives
/// 1, 2 and 3). Otherwise as floor. NumPy: round, rint.
/// Example: `round(array({0.5, 1.5, 2.5}))` is `[0. 2. 2.]`.
template <function_argument X>
constexpr auto round(X&& x) { return detail::rounded(round_op{}, std::forward<X>(x)); }

/// Shapes, errors and cost as elementwise's. Types: the operands' common one; real numbers only.

/// What is left of a when b is taken from it as often as goes, with the sign of a: a - trunc(a / b) * b. Integers by 0
/// leave 0; floating numbers by 0, and infinite a, leave NaN. Types: the operands' common one, int8 of bools; real
/// numbers only. NumPy: fmod.
/// Example: `fmod(array({-7., 7.}), 3)` is `[-1. 1.]`.
template <class A, class B>
  requires function_arguments<A, B>
constexpr auto fmod(A&& a, B&& b) { return elementwise(fmod_op{}, std::forward<A>(a), std::forward<B>(b)); }
/// The remainder with the sign of b: a - floor(a / b) * b, the same as mod and `%`. The remainder of IEEE 754 and
/// std::remainder, which goes by the nearest quotient, is another. Integers by 0 give 0; bools do not compile. NumPy: remainder; Python: %.
/// Example: `remainder(array({-7., 7.}), 3)` is `[2. 1.]`.
template <class A, class B>
  requires function_arguments<A, B>
constexpr auto remainder(A&& a, B&& b) {
  detail::require_numbers<A, B>();
  return elementwise(mod_op{}, std::forward<A>(a), std::forward<B>(b));
}

TUTTI_NAMESPACE_END
