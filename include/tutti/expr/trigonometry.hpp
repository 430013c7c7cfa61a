// SPDX-License-Identifier: MIT
#pragma once

// Trigonometric and hyperbolic functions and their inverses. Angles are in radians. Of integers all are double; of
// complex numbers those that have one variable are the principal values.

#include <numbers>

#include <tutti/expr/math.hpp>

TUTTI_NAMESPACE_BEGIN

struct sin_op : detail::floating {
  static constexpr std::string_view name = "sin";
  static constexpr double cost = 20;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::sin;
    return sin(x);
  }
};
struct cos_op : detail::floating {
  static constexpr std::string_view name = "cos";
  static constexpr double cost = 20;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::cos;
    return cos(x);
  }
};
struct tan_op : detail::floating {
  static constexpr std::string_view name = "tan";
  static constexpr double cost = 25;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::tan;
    return tan(x);
  }
};
struct asin_op : detail::floating {
  static constexpr std::string_view name = "asin";
  static constexpr double cost = 20;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::asin;
    return asin(x);
  }
};
struct acos_op : detail::floating {
  static constexpr std::string_view name = "acos";
  static constexpr double cost = 20;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::acos;
    return acos(x);
  }
};
struct atan_op : detail::floating {
  static constexpr std::string_view name = "atan";
  static constexpr double cost = 20;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::atan;
    return atan(x);
  }
};
struct sinh_op : detail::floating {
  static constexpr std::string_view name = "sinh";
  static constexpr double cost = 25;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::sinh;
    return sinh(x);
  }
};
struct cosh_op : detail::floating {
  static constexpr std::string_view name = "cosh";
  static constexpr double cost = 25;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::cosh;
    return cosh(x);
  }
};
struct tanh_op : detail::floating {
  static constexpr std::string_view name = "tanh";
  static constexpr double cost = 25;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::tanh;
    return tanh(x);
  }
};
struct asinh_op : detail::floating {
  static constexpr std::string_view name = "asinh";
  static constexpr double cost = 30;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::asinh;
    return asinh(x);
  }
};
struct acosh_op : detail::floating {
  static constexpr std::string_view name = "acosh";
  static constexpr double cost = 30;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::acosh;
    return acosh(x);
  }
};
struct atanh_op : detail::floating {
  static constexpr std::string_view name = "atanh";
  static constexpr double cost = 25;
  template <class V>
  static constexpr auto apply(const V& x) {
    using std::atanh;
    return atanh(x);
  }
};
struct atan2_op : detail::real_floating {
  static constexpr std::string_view name = "atan2", verb = "take atan2 of";
  static constexpr double cost = 25;
  template <class V>
  static constexpr auto apply(const V& y, const V& x) {
    using std::atan2;
    return atan2(y, x);
  }
};

struct deg2rad_op : detail::real_floating {
  static constexpr std::string_view name = "deg2rad";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& x) { return x * detail::constant<V>(std::numbers::pi / 180); }
};
struct rad2deg_op : detail::real_floating {
  static constexpr std::string_view name = "rad2deg";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& x) { return x * detail::constant<V>(180 / std::numbers::pi); }
};

/// Shapes, types, errors and cost as sqrt's.

/// Sine, cosine and tangent of an angle, as exact for large angles as for small ones; NaN of infinities. NumPy: sin,
/// cos, tan.
/// Example: `sin(array({0., 1.}))` is `[0. 0.84147098]`; `cos(array({0., 1.}))` is `[1. 0.54030231]`; `tan(array({0.,
/// 1.}))` is `[0. 1.55740772]`.
template <function_argument X>
constexpr auto sin(X&& x) { return elementwise(sin_op{}, std::forward<X>(x)); }
template <function_argument X>
constexpr auto cos(X&& x) { return elementwise(cos_op{}, std::forward<X>(x)); }
template <function_argument X>
constexpr auto tan(X&& x) { return elementwise(tan_op{}, std::forward<X>(x)); }

/// The angle whose sine, cosine or tangent is x: asin and atan in [-pi/2, pi/2], acos in [0, pi]. asin and acos are NaN
/// outside [-1, 1]. NumPy: arcsin, arccos, arctan.
/// Example: `asin(array({0., 1.}))` is `[0. 1.57079633]`; `acos(array({1., 2.}))` is `[ 0. nan]`; `atan(array({0.,
/// 1.}))` is `[0. 0.78539816]`.
template <function_argument X>
constexpr auto asin(X&& x) { return elementwise(asin_op{}, std::forward<X>(x)); }
template <function_argument X>
constexpr auto acos(X&& x) { return elementwise(acos_op{}, std::forward<X>(x)); }
template <function_argument X>
constexpr auto atan(X&& x) { return elementwise(atan_op{}, std::forward<X>(x)); }
/// The angle of the point (x, y) in (-pi, pi], in the quadrant where it lies; mind the order, atan2(y, x). Zeros and
/// infinities have the values of C: atan2(0, -1) is pi, atan2(-0., -1) -pi. Real numbers only. Shapes, types and errors
/// as hypot's. NumPy: arctan2.
/// Example: `rad2deg(atan2(array({1., -1.}), array({0., -1.})))` is `[ 90. -135.]`.
template <class Y, class X>
  requires function_arguments<Y, X>
constexpr auto atan2(Y&& y, X&& x) { return elementwise(atan2_op{}, std::forward<Y>(y), std::forward<X>(x)); }

/// Hyperbolic functions: (e^x - e^-x) / 2, (e^x + e^-x) / 2 and the quotient of the two. NumPy: sinh, cosh, tanh.
/// Example: `sinh(array({0., 1.}))` is `[0. 1.17520119]`; `cosh(array({0., 1.}))` is `[1. 1.54308063]`;
/// `tanh(array({0., 1.}))` is `[0. 0.76159416]`.
template <function_argument X>
constexpr auto sinh(X&& x) { return elementwise(sinh_op{}, std::forward<X>(x)); }
template <function_argument X>
constexpr auto cosh(X&& x) { return elementwise(cosh_op{}, std::forward<X>(x)); }
template <function_argument X>
constexpr auto tanh(X&& x) { return elementwise(tanh_op{}, std::forward<X>(x)); }

/// The numbers whose sinh, cosh and tanh is x. acosh is NaN below 1; atanh is infinite at -1 and 1 and NaN beyond them.
/// NumPy: arcsinh, arccosh, arctanh.
/// Example: `asinh(array({0., 1.}))` is `[0. 0.88137359]`; `acosh(array({1., 0.}))` is `[ 0. nan]`; `atanh(array({0.,
/// 1.}))` is `[ 0. inf]`.
template <function_argument X>
constexpr auto asinh(X&& x) { return elementwise(asinh_op{}, std::forward<X>(x)); }
template <function_argument X>
constexpr auto acosh(X&& x) { return elementwise(acosh_op{}, std::forward<X>(x)); }
template <function_argument X>
constexpr auto atanh(X&& x) { return elementwise(atanh_op{}, std::forward<X>(x)); }

/// Degrees into radians and radians into degrees: x * pi / 180 and x * 180 / pi. Real numbers only. NumPy: deg2rad,
/// rad2deg, radians, degrees.
/// Example: `deg2rad(array({180.}))` is `[3.14159265]`; `rad2deg(acos(array({0.6})))` is `[53.13010235]`.
template <argument X>
constexpr auto deg2rad(X&& x) { return elementwise(deg2rad_op{}, std::forward<X>(x)); }
template <argument X>
constexpr auto rad2deg(X&& x) { return elementwise(rad2deg_op{}, std::forward<X>(x)); }

TUTTI_NAMESPACE_END
