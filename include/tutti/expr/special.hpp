// SPDX-License-Identifier: MIT
#pragma once

// The error function and the gamma function. Real numbers only; of integers all are double.

#include <tutti/expr/math.hpp>

TUTTI_NAMESPACE_BEGIN

struct erf_op : detail::real_floating {
  static constexpr std::string_view name = "erf";
  static constexpr double cost = 25;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::erf;
    return erf(x);
  }
};
struct erfc_op : detail::real_floating {
  static constexpr std::string_view name = "erfc";
  static constexpr double cost = 30;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::erfc;
    return erfc(x);
  }
};
struct lgamma_op : detail::real_floating {
  static constexpr std::string_view name = "lgamma";
  static constexpr double cost = 60;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::lgamma;
    return lgamma(x);
  }
};
struct tgamma_op : detail::real_floating {
  static constexpr std::string_view name = "tgamma";
  static constexpr double cost = 60;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::tgamma;
    return tgamma(x);
  }
};

/// Shapes, errors and cost as sqrt's. Types: floating numbers keep theirs, integers and bools give double.

/// The error function, 2 / sqrt(pi) times the integral of exp(-t * t) from 0 to x; and 1 - erf(x), exact for large x
/// too. Real numbers only. SciPy: scipy.special.erf, erfc; PyTorch: erf, erfc.
/// Example: `erf(array({0., 0.5}))` is `[0. 0.52049988]`; `erfc(array({0., 10.}))` is `[1.00000000e+00
/// 2.08848758e-45]`.
template <function_argument X>
constexpr auto erf(X&& x) { return elementwise(erf_op{}, std::forward<X>(x)); }
template <function_argument X>
constexpr auto erfc(X&& x) { return elementwise(erfc_op{}, std::forward<X>(x)); }

/// The gamma function, (x - 1)! for whole numbers; and the logarithm of its absolute value, which does not overflow.
/// tgamma is NaN at negative whole numbers and infinite at 0, with 0's sign; lgamma is infinite at all of these. Real
/// numbers only. SciPy: scipy.special.gamma, gammaln; PyTorch: lgamma.
/// Example: `tgamma(array({5.}))` is `[24.]`; `lgamma(array({1., 100.}))` is `[ 0. 359.13420537]`.
template <function_argument X>
constexpr auto tgamma(X&& x) { return elementwise(tgamma_op{}, std::forward<X>(x)); }
template <function_argument X>
constexpr auto lgamma(X&& x) { return elementwise(lgamma_op{}, std::forward<X>(x)); }

TUTTI_NAMESPACE_END
