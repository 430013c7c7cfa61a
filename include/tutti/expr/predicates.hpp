// SPDX-License-Identifier: MIT
#pragma once

// Questions about each number: bool expressions. Of types without NaN and infinities the answer is known without a
// look.

#include <tutti/expr/complex.hpp>

TUTTI_NAMESPACE_BEGIN

namespace scalar_math {

/// Of complex numbers: of either part.
template <class T>
  requires scalar_value<T>
constexpr bool isnan(const T& x) { return x != x; }
template <class T>
  requires scalar_value<T>
constexpr bool isfinite(const T& x) {
  return x - x == x - x; // infinity less infinity is NaN
}
template <std::floating_point T>
constexpr bool isinf(T x) { return x == x && !isfinite(x); }
template <class T>
constexpr bool isinf(const std::complex<T>& z) { return isinf(z.real()) || isinf(z.imag()); }

} // namespace scalar_math

struct isnan_op : detail::predicate {
  static constexpr std::string_view name = "isnan";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& x) {
    using scalar_math::isnan;
    return isnan(x);
  }
};
struct isinf_op : detail::predicate {
  static constexpr std::string_view name = "isinf";
  static constexpr double cost = 2;
  template <class V>
  static constexpr auto apply(const V& x) {
    using scalar_math::isinf;
    return isinf(x);
  }
};
struct isfinite_op : detail::predicate {
  static constexpr std::string_view name = "isfinite";
  static constexpr double cost = 2;
  template <class V>
  static constexpr auto apply(const V& x) {
    using scalar_math::isfinite;
    return isfinite(x);
  }
};
struct signbit_op : detail::real_promoting {
  static constexpr std::string_view name = "signbit";
  static constexpr double cost = 1;
  template <class>
  using out = bool;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::signbit;
    return signbit(x);
  }
};

namespace detail {

template <class X>
inline constexpr bool has_nan = kind_of<argument_t<X>> >= kind::real;

// An operation where the type has NaN and infinities, and the same answer everywhere else.
template <class Op, function_argument X>
constexpr auto ask(Op op, X&& x, bool otherwise) {
  if constexpr (has_nan<X>) return elementwise(op, std::forward<X>(x));
  else return everywhere(as_node(std::forward<X>(x)), otherwise);
}

} // namespace detail

/// Shapes, errors and cost as sqrt's. Types: bool.

/// Whether each element is NaN, is infinite, is neither; complex numbers are NaN or infinite if a part is. Integers and
/// bools are always finite. NumPy: isnan, isinf, isfinite.
/// Example: `isnan(array({1., std::nan("")}))` is `[False True]`; `isinf(array({1., -HUGE_VAL}))` is `[False True]`;
/// `isfinite(array({1., std::nan("")}))` is `[ True False]`.
template <function_argument X>
constexpr auto isnan(X&& x) { return detail::ask(isnan_op{}, std::forward<X>(x), false); }
template <function_argument X>
constexpr auto isinf(X&& x) { return detail::ask(isinf_op{}, std::forward<X>(x), false); }
template <function_argument X>
constexpr auto isfinite(X&& x) { return detail::ask(isfinite_op{}, std::forward<X>(x), true); }

/// Whether the sign bit is set: of negative numbers, of -0. and of NaN with that sign. Real numbers only.
/// NumPy: signbit.
/// Example: `signbit(array({-1., 0., -0.}))` is `[ True False True]`.
template <function_argument X>
constexpr auto signbit(X&& x) {
  if constexpr (detail::has_nan<X>) return elementwise(signbit_op{}, std::forward<X>(x));
  else if constexpr (detail::is_unsigned_or_bool<X>) return detail::everywhere(as_node(std::forward<X>(x)), false);
  else return std::forward<X>(x) < 0;
}

/// Whether a and b are equal but for rounding: |a - b| <= atol + rtol * |b|, where b is the reference. Infinities are
/// close to themselves alone; NaN is close to nothing, unless `equal_nan` lets it be close to NaN. Shapes and errors as
/// elementwise's. NumPy: isclose.
/// Example: `isclose(array({1., 2.}), array({1. + 1e-9, 2.1}))` is `[ True False]`.
template <argument A, argument B>
constexpr auto isclose(A&& a, B&& b, double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false) {
  const auto close = [&](const auto& x, const auto& y) {
    return (abs(x - y) <= atol + rtol * abs(y) && isfinite(y)) || x == y || (equal_nan && isnan(x) && isnan(y));
  };
  // In a floating type: differences of unsigned integers would wrap.
  using F = floating_t<common_t<A, B>>;
  const auto as_floating = []<class X>(X&& x) {
    if constexpr (scalar_value<std::remove_cvref_t<X>>) return convert_element<F>(x);
    else if constexpr (std::same_as<value_t<X>, F>) return as_node(std::forward<X>(x));
    else return cast<F>(std::forward<X>(x));
  };
  return close(as_floating(std::forward<A>(a)), as_floating(std::forward<B>(b)));
}

TUTTI_NAMESPACE_END
