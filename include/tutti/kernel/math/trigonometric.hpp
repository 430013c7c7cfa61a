// SPDX-License-Identifier: MIT
#pragma once

// sin, cos, tan. Double after FreeBSD's msun (k_sin.c, k_cos.c, e_rem_pio2.c; Sun Microsystems 1993); float is computed
// in double with shorter polynomials. Arguments too great for the reduction go one by one through the C library.

#include <tutti/kernel/math/support.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

namespace detail {

/// x = n pi / 2 + (r + tail), |r| at most a little more than pi / 4. Only n's lowest two bits are meant to be used.
template <index N>
struct quadrant {
  pack<std::int64_t, N> n;
  pack<double, N> r, tail;
};

inline constexpr double two_over_pi = 6.36619772367581382433e-01;
inline constexpr double greatest_reduced_float = 0x1p28; // n times the first 25 bits of pi / 2 stays exact
inline constexpr double greatest_reduced_double = 0x1p20;

template <index N>
TUTTI_INLINE quadrant<N> reduce_float_angle(const pack<double, N>& x) {
  using V = pack<double, N>;
  const auto n = nearest_multiple(x, two_over_pi);
  const V first = fma(n.real, constant<V>(-1.57079631090164184570e+00), x);
  const V r = fma(n.real, constant<V>(-1.58932547735281966916e-08), first);
  return {n.integer, r, constant<V>(0)};
}

// pi / 2 in three parts of 33 bits, whose products with n are exact, and a rest. What each subtraction rounds off is
// gathered in the tail.
template <index N>
TUTTI_INLINE quadrant<N> reduce_angle(const pack<double, N>& x) {
  using V = pack<double, N>;
  const auto n = nearest_multiple(x, two_over_pi);
  const V first = fma(n.real, constant<V>(-1.57079632673412561417e+00), x);
  const V w2 = n.real * constant<V>(6.07710050630396597660e-11);
  const V second = first - w2;
  const V lost2 = (first - second) - w2;
  const V w3 = n.real * constant<V>(2.02226624871116645580e-21);
  const V third = second - w3;
  const V lost3 = (second - third) - w3;
  const V rest = fma(n.real, constant<V>(-8.47842766036889956997e-32), lost2 + lost3);
  const V r = third + rest;
  return {n.integer, r, (third - r) + rest};
}

template <index N>
TUTTI_INLINE pack<double, N> sin_kernel(const pack<double, N>& x, const pack<double, N>& tail) {
  using V = pack<double, N>;
  const V z = x * x;
  const V v = z * x;
  const V r = horner(z, 1.58969099521155010221e-10, -2.50507602534068634195e-08, 2.75573137070700676789e-06,
                     -1.98412698298579493134e-04, 8.33333333332248946124e-03);
  const V y = fma(z, fnma(v, r, constant<V>(0.5) * tail), -tail);
  return x - fma(v, constant<V>(1.66666666666666324348e-01), y);
}

template <index N>
TUTTI_INLINE pack<double, N> cos_kernel(const pack<double, N>& x, const pack<double, N>& tail) {
  using V = pack<double, N>;
  const V one = constant<V>(1);
  const V z = x * x;
  const V r = z * horner(z, -1.13596475577881948265e-11, 2.08757232129817482790e-09, -2.75573143513906633035e-07,
                         2.48015872894767294178e-05, -1.38888888888741095749e-03, 4.16666666666666019037e-02);
  const V half = constant<V>(0.5) * z;
  const V w = one - half;
  return w + (((one - w) - half) + fma(z, r, -(x * tail)));
}

// Chebyshev fits of (sin r - r) / r^3 and (cos r - 1 + r^2 / 2) / r^4: 2e-8, 2e-9.
template <index N>
TUTTI_INLINE pack<double, N> short_sin_kernel(const pack<double, N>& x) {
  const auto z = x * x;
  return fma(x * z, horner(z, -0.000195878405213053236, 0.0083327480375171464, -0.166666646611148391), x);
}

template <index N>
TUTTI_INLINE pack<double, N> short_cos_kernel(const pack<double, N>& x) {
  const auto z = x * x;
  return horner(z, 0.0000245478916198138609, -0.00138883028023091604, 0.041666664658300421, -0.5, 1);
}

/// a function of x + Turn pi / 2 from its sine and cosine.
template <int Turn, index N>
TUTTI_INLINE pack<double, N> sine_in_quadrant(const pack<std::int64_t, N>& n, const pack<double, N>& sine,
                                              const pack<double, N>& cosine) {
  using bits = pack<std::int64_t, N>;
  const bits turned = n + bits(Turn);
  const auto value = select((turned & bits(1)) != bits(0), cosine, sine);
  const auto sign = shift_left<62>(turned & bits(2));
  return reinterpret<pack<double, N>>(reinterpret<bits>(value) ^ sign);
}

template <int Turn>
struct sine_of_float {
  template <index N>
  TUTTI_INLINE pack<double, N> operator()(const pack<double, N>& x) const {
    const auto q = reduce_float_angle(x);
    return sine_in_quadrant<Turn>(q.n, short_sin_kernel(q.r), short_cos_kernel(q.r));
  }
};

struct tangent_of_float {
  template <index N>
  TUTTI_INLINE pack<double, N> operator()(const pack<double, N>& x) const {
    const auto q = reduce_float_angle(x);
    const auto sine = short_sin_kernel(q.r), cosine = short_cos_kernel(q.r);
    return sine_in_quadrant<0>(q.n, sine, cosine) / sine_in_quadrant<1>(q.n, sine, cosine);
  }
};

template <int Turn, index N>
TUTTI_INLINE pack<double, N> sine_of_double(const pack<double, N>& x) {
  const auto q = reduce_angle(x);
  return sine_in_quadrant<Turn>(q.n, sin_kernel(q.r, q.tail), cos_kernel(q.r, q.tail));
}

/// result, but for great lanes of x the C library's.
template <class F, float_lane T, index N>
TUTTI_INLINE pack<T, N> unless_great(const pack<T, N>& x, const pack<T, N>& result, F of_scalar) {
  const auto limit = std::same_as<T, float> ? greatest_reduced_float : greatest_reduced_double;
  const auto great = abs(x) > constant<pack<T, N>>(limit);
  if (any(great)) [[unlikely]]
    return select(great, by_lane(of_scalar, x), result);
  return result;
}

struct scalar_sin {
  template <class T>
  T operator()(T x) const { return std::sin(x); }
};
struct scalar_cos {
  template <class T>
  T operator()(T x) const { return std::cos(x); }
};
struct scalar_tan {
  template <class T>
  T operator()(T x) const { return std::tan(x); }
};

/// x where it is so small that f(x) rounds to it, and where it is a zero with a sign.
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> itself_if_small(const pack<T, N>& x, const pack<T, N>& result) {
  using V = pack<T, N>;
  return select(abs(x) < constant<V>(std::same_as<T, float> ? 0x1p-13 : 0x1p-27), x, result);
}

} // namespace detail

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> sin(const pack<T, N>& x) {
  pack<T, N> result;
  if constexpr (std::same_as<T, float>) result = detail::by_way_of_double(detail::sine_of_float<0>{}, x);
  else result = detail::sine_of_double<0>(x);
  return detail::unless_great(x, detail::itself_if_small(x, result), detail::scalar_sin{});
}

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> cos(const pack<T, N>& x) {
  pack<T, N> result;
  if constexpr (std::same_as<T, float>) result = detail::by_way_of_double(detail::sine_of_float<1>{}, x);
  else result = detail::sine_of_double<1>(x);
  return detail::unless_great(x, result, detail::scalar_cos{});
}

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> tan(const pack<T, N>& x) {
  pack<T, N> result;
  if constexpr (std::same_as<T, float>) {
    result = detail::by_way_of_double(detail::tangent_of_float{}, x);
  } else {
    const auto q = detail::reduce_angle(x);
    const auto sine = detail::sin_kernel(q.r, q.tail), cosine = detail::cos_kernel(q.r, q.tail);
    result = detail::sine_in_quadrant<0>(q.n, sine, cosine) / detail::sine_in_quadrant<1>(q.n, sine, cosine);
  }
  return detail::unless_great(x, detail::itself_if_small(x, result), detail::scalar_tan{});
}

} // namespace simd

TUTTI_NAMESPACE_END
