// SPDX-License-Identifier: MIT
#pragma once

// Absolute values, roots, powers, exponentials and logarithms. Every function takes tensors and expressions and gives
// an expression, or takes plain numbers and gives a number.

#include <tutti/core/scalar_math.hpp>
#include <tutti/expr/operators.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {

// What apply is given: a number, or a pack of numbers; and a constant beside it.
template <class V>
struct number_in {
  using type = typename V::value_type;
};
template <scalar_value V>
struct number_in<V> {
  using type = V;
};
template <class V>
using number_in_t = typename number_in<V>::type;
template <class V>
constexpr V constant(double value) { return V(static_cast<number_in_t<V>>(value)); }

// The element type of an argument, whether tensor or number.
template <class X>
struct argument_type {
  using type = X;
};
template <operand X>
struct argument_type<X> {
  using type = value_t<X>;
};
template <class X>
using argument_t = typename argument_type<std::remove_cvref_t<X>>::type;

template <class X>
inline constexpr bool is_unsigned_or_bool = std::is_unsigned_v<argument_t<X>>;

// What a function that does nothing to this type gives: no node stands for it.
template <argument X>
constexpr auto unchanged(X&& x) {
  if constexpr (operand<X>) return as_node(std::forward<X>(x));
  else return x;
}

// More type rules to inherit from.
struct real_arithmetic : promoting {
  template <std::size_t, class... Ts>
  using in = typename real_number<number_t<promote_t<Ts...>>>::type;
};
struct real_floating : promoting {
  template <std::size_t, class... Ts>
  using in = typename real_number<floating_t<promote_t<Ts...>>>::type;
};

// By repeated squaring, wrapping; a negative exponent gives 0.
template <class V>
constexpr V pow_of_integers(V base, const V& exponent) {
  using scalar_math::select;
  const auto times = [](const V& a, const V& b) { return multiply_op::apply(a, b); };
  const auto some = [](const auto& truth) {
    if constexpr (scalar_value<V>) return truth;
    else return any(truth);
  };
  using T = number_in_t<V>;
  const V zero = constant<V>(0);
  V result = select(exponent < zero, zero, constant<V>(1));
  for (int i = 0; i < std::numeric_limits<T>::digits; ++i) {
    const V bit = V(static_cast<T>(T{1} << i));
    if (!some(exponent >= bit)) break;
    result = select((exponent & bit) != zero, times(result, base), result);
    base = times(base, base);
  }
  return result;
}

} // namespace detail

struct abs_op : detail::promoting {
  static constexpr std::string_view name = "abs";
  static constexpr double cost = 1;
  template <class In>
  using out = real_t<In>;
  template <class V>
  static constexpr auto apply(const V& x) {
    if constexpr (is_complex<V>) {
      return std::abs(x);
    } else {
      using scalar_math::abs;
      return abs(x);
    }
  }
};
struct sign_op : detail::real_arithmetic {
  static constexpr std::string_view name = "sign";
  static constexpr double cost = 2;
  template <class V>
  static constexpr auto apply(const V& x) {
    using scalar_math::sign;
    return sign(x);
  }
};
struct square_op : detail::arithmetic {
  static constexpr std::string_view name = "square";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& x) {
    using scalar_math::square;
    return square(x);
  }
};
struct sqrt_op : detail::floating {
  static constexpr std::string_view name = "sqrt";
  static constexpr double cost = 8;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::sqrt;
    return sqrt(x);
  }
};
struct cbrt_op : detail::real_floating {
  static constexpr std::string_view name = "cbrt";
  static constexpr double cost = 20;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::cbrt;
    return cbrt(x);
  }
};
struct rsqrt_op : detail::real_floating {
  static constexpr std::string_view name = "rsqrt";
  static constexpr double cost = 12;
  template <class V>
  static constexpr auto apply(const V& x) {
    using scalar_math::rsqrt;
    return rsqrt(x);
  }
};
struct pow_op : detail::arithmetic {
  static constexpr std::string_view name = "pow", verb = "take pow of";
  static constexpr double cost = 40;
  template <class V>
  static constexpr auto apply(const V& base, const V& exponent) {
    if constexpr (std::integral<detail::number_in_t<V>>) {
      return detail::pow_of_integers(base, exponent);
    } else if constexpr (is_complex<V>) {
      return scalar_math::power(base, exponent);
    } else {
      using std::pow;
      return pow(base, exponent);
    }
  }
};
struct hypot_op : detail::real_floating {
  static constexpr std::string_view name = "hypot", verb = "take hypot of";
  static constexpr double cost = 12;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) {
    using std::hypot;
    return hypot(a, b);
  }
};

struct exp_op : detail::floating {
  static constexpr std::string_view name = "exp";
  static constexpr double cost = 15;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::exp;
    return exp(x);
  }
};
struct exp2_op : detail::real_floating {
  static constexpr std::string_view name = "exp2";
  static constexpr double cost = 15;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::exp2;
    return exp2(x);
  }
};
struct expm1_op : detail::real_floating {
  static constexpr std::string_view name = "expm1";
  static constexpr double cost = 20;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::expm1;
    return expm1(x);
  }
};
struct log_op : detail::floating {
  static constexpr std::string_view name = "log";
  static constexpr double cost = 15;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::log;
    return log(x);
  }
};
struct log2_op : detail::real_floating {
  static constexpr std::string_view name = "log2";
  static constexpr double cost = 15;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::log2;
    return log2(x);
  }
};
struct log10_op : detail::floating {
  static constexpr std::string_view name = "log10";
  static constexpr double cost = 15;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::log10;
    return log10(x);
  }
};
struct log1p_op : detail::real_floating {
  static constexpr std::string_view name = "log1p";
  static constexpr double cost = 20;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::log1p;
    return log1p(x);
  }
};

/// Shapes: x's. Types: floating and complex numbers keep theirs, integers and bools give double. Errors: none; a type
/// that the function does not have does not compile. Cost as elementwise's.

/// The absolute value; of complex numbers the modulus. The lowest integer, which has no positive counterpart, stays
/// itself. Types: x's own; of complex numbers the real one. NumPy: abs, absolute.
/// Example: `abs(array({-1, 2}))` is `[1 2]`; `abs(array({std::complex(3., 4.)}))` is `[5.]`.
template <function_argument X>
constexpr auto abs(X&& x) {
  if constexpr (detail::is_unsigned_or_bool<X>) return detail::unchanged(std::forward<X>(x));
  else return elementwise(abs_op{}, std::forward<X>(x));
}
/// -1, 0 or 1 as x is below, at or above 0; NaN of NaN. Types: x's own, int8 of bools; real numbers only. NumPy: sign.
/// Example: `sign(array({-2., 0., 3.}))` is `[-1. 0. 1.]`.
template <argument X>
constexpr auto sign(X&& x) { return elementwise(sign_op{}, std::forward<X>(x)); }

/// x * x. Types: x's own, in which integers wrap; int8 of bools. NumPy: square.
/// Example: `square(array({-2, 3}))` is `[4 9]`.
template <argument X>
constexpr auto square(X&& x) { return elementwise(square_op{}, std::forward<X>(x)); }
/// The square root; of negative numbers NaN; sqrt(-0.) is -0. Complex numbers have theirs on the right half of the
/// plane. NumPy: sqrt.
/// Example: `sqrt(array({4, 9}))` is `[2. 3.]`.
template <function_argument X>
constexpr auto sqrt(X&& x) { return elementwise(sqrt_op{}, std::forward<X>(x)); }
/// The cubic root, of negative numbers too. Real numbers only. NumPy: cbrt.
/// Example: `cbrt(array({-8., 27.}))` is `[-2. 3.]`.
template <function_argument X>
constexpr auto cbrt(X&& x) { return elementwise(cbrt_op{}, std::forward<X>(x)); }
/// 1 / sqrt(x), to full precision: infinity at 0, NaN below. Real numbers only. PyTorch: rsqrt.
/// Example: `rsqrt(array({4., 0.}))` is `[0.5 inf]`.
template <argument X>
constexpr auto rsqrt(X&& x) { return elementwise(rsqrt_op{}, std::forward<X>(x)); }

/// Shapes, errors and cost as elementwise's. Types: the operands' common one, or double where that is integer or bool.

/// a to the power b. Integers to a negative power give 0, where NumPy raises an error: make one of the two floating
/// (`pow(x, -1.0)`) for the fraction. pow(x, 0) and pow(1, x) are 1 even of NaN; a negative number to a fractional
/// power is NaN. Types: the operands' common one, in which integers wrap; int8 of bools. NumPy: power.
/// Example: `pow(array({2, 3}), 2)` is `[4 9]`; `pow(2., array({1, 2, 3}))` is `[2. 4. 8.]`.
template <class A, class B>
  requires function_arguments<A, B>
constexpr auto pow(A&& a, B&& b) { return elementwise(pow_op{}, std::forward<A>(a), std::forward<B>(b)); }
/// sqrt(a * a + b * b) without overflow or underflow on the way; infinite if one is, even beside NaN. Real numbers
/// only. NumPy: hypot.
/// Example: `hypot(array({3., 5.}), array({4., 12.}))` is `[ 5. 13.]`.
template <class A, class B>
  requires function_arguments<A, B>
constexpr auto hypot(A&& a, B&& b) { return elementwise(hypot_op{}, std::forward<A>(a), std::forward<B>(b)); }

/// Shapes, types, errors and cost as sqrt's.

/// Exponentials: e^x, 2^x and e^x - 1, the last exact to the last digits near 0 too. 0 at minus infinity (expm1: -1),
/// infinity on overflow. exp2 and expm1 take real numbers only. NumPy: exp, exp2, expm1.
/// Example: `exp(array({0., 1.}))` is `[1. 2.71828183]`; `exp2(array({0., 3.}))` is `[1. 8.]`; `expm1(array({1e-9}))`
/// is `[1.e-09]`.
template <function_argument X>
constexpr auto exp(X&& x) { return elementwise(exp_op{}, std::forward<X>(x)); }
template <function_argument X>
constexpr auto exp2(X&& x) { return elementwise(exp2_op{}, std::forward<X>(x)); }
template <function_argument X>
constexpr auto expm1(X&& x) { return elementwise(expm1_op{}, std::forward<X>(x)); }

/// Logarithms: natural, to base 2, to base 10, and log(1 + x), the last exact to the last digits near 0 too. Minus
/// infinity at 0 (log1p: at -1), NaN below; complex numbers have the principal value. log2 and log1p take real numbers
/// only. NumPy: log, log2, log10, log1p.
/// Example: `log(array({1., 0.}))` is `[ 0. -inf]`; `log2(array({8.}))` is `[3.]`; `log10(array({100.}))` is `[2.]`;
/// `log1p(array({1e-9}))` is `[9.99999999e-10]`.
template <function_argument X>
constexpr auto log(X&& x) { return elementwise(log_op{}, std::forward<X>(x)); }
template <function_argument X>
constexpr auto log2(X&& x) { return elementwise(log2_op{}, std::forward<X>(x)); }
template <function_argument X>
constexpr auto log10(X&& x) { return elementwise(log10_op{}, std::forward<X>(x)); }
template <function_argument X>
constexpr auto log1p(X&& x) { return elementwise(log1p_op{}, std::forward<X>(x)); }

TUTTI_NAMESPACE_END
