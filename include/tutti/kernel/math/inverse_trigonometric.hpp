// SPDX-License-Identifier: MIT
#pragma once

// asin, acos, atan, atan2, after FreeBSD's msun (e_asin.c, e_acos.c, s_atan.c, e_atan2.c; Sun Microsystems 1993). Float
// by way of double.

#include <tutti/kernel/math/support.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

namespace detail {

inline constexpr double half_pi_high = 1.57079632679489655800e+00;
inline constexpr double half_pi_low = 6.12323399573676603587e-17;

// (asin(x) - x) / x at z = x^2.
template <index N>
TUTTI_INLINE pack<double, N> asin_rest(const pack<double, N>& z) {
  const auto p = horner(z, 3.47933107596021167570e-05, 7.91534994289814532176e-04, -4.00555345006794114027e-02,
                        2.01212532134862925881e-01, -3.25565818622400915405e-01, 1.66666666666666657415e-01);
  const auto q = horner(z, 7.70381505559019352791e-02, -6.88283971605453293030e-01, 2.02094576023350569471e+00,
                        -2.40339491173441421878e+00, 1);
  return z * p / q;
}

struct asin_of_double {
  template <index N>
  TUTTI_INLINE pack<double, N> operator()(const pack<double, N>& x) const {
    using V = pack<double, N>;
    const V a = abs(x), half = constant<V>(0.5);
    // asin(a) = pi / 2 - 2 asin(sqrt((1 - a) / 2)) for a > 1 / 2.
    const auto great = a > half;
    const V z = select(great, (constant<V>(1) - a) * half, a * a);
    const V s = select(great, sqrt(z), a);
    const V series = fma(s, asin_rest(z), s);
    const V folded = constant<V>(half_pi_high) - (series + series - constant<V>(half_pi_low));
    return copysign(select(great, folded, series), x);
  }
};

struct acos_of_double {
  template <index N>
  TUTTI_INLINE pack<double, N> operator()(const pack<double, N>& x) const {
    using V = pack<double, N>;
    const V a = abs(x), half = constant<V>(0.5), zero = constant<V>(0);
    const auto great = a > half;
    const V z = select(great, (constant<V>(1) - a) * half, a * a);
    const V s = select(great, sqrt(z), x);
    const V rest = s * asin_rest(z);
    const V pi_high = constant<V>(2 * half_pi_high), pi_low = constant<V>(2 * half_pi_low);
    const V near_one = constant<V>(2) * (s + rest);
    const V near_minus_one = pi_high - (near_one - pi_low);
    const V middle = constant<V>(half_pi_high) - (x - fnma(x, asin_rest(z), constant<V>(half_pi_low)));
    return select(great, select(x < zero, near_minus_one, near_one), middle);
  }
};

struct atan_of_double {
  template <index N>
  TUTTI_INLINE pack<double, N> operator()(const pack<double, N>& x) const {
    using V = pack<double, N>;
    const V a = abs(x), one = constant<V>(1);
    // atan(a) = atan(c) + atan((a - c) / (1 + a c)) for the c next to a of 0, 1/2, 1, 3/2 and infinity.
    const auto from_half = a >= constant<V>(7. / 16), from_one = a >= constant<V>(11. / 16),
               from_three_halves = a >= constant<V>(19. / 16), from_infinity = a >= constant<V>(39. / 16);
    const auto chosen = [&](double c0, double c1, double c2, double c3, double c4) __attribute__((always_inline)) {
      const V small = select(from_half, constant<V>(c1), constant<V>(c0));
      const V middle = select(from_three_halves, constant<V>(c3), constant<V>(c2));
      return select(from_infinity, constant<V>(c4), select(from_one, middle, small));
    };
    const V c = chosen(0, 0.5, 1, 1.5, 0);
    const V numerator = select(from_infinity, -one, a - c);
    const V denominator = select(from_infinity, a, fma(a, c, one));
    const V t = numerator / denominator;
    const V z = t * t;
    const V rest = z * horner(z, 1.62858201153657823623e-02, -3.65315727442169155270e-02, 4.97687799461593236017e-02,
                              -5.83357013379057348645e-02, 6.66107313738753120669e-02, -7.69187620504482999495e-02,
                              9.09088713343650656196e-02, -1.11111104054623557880e-01, 1.42857142725034663711e-01,
                              -1.99999999998764832476e-01, 3.33333333333329318027e-01);
    const V high =
        chosen(0, 4.63647609000806093515e-01, 7.85398163397448278999e-01, 9.82793723247329054082e-01, half_pi_high);
    const V low =
        chosen(0, 2.26987774529616870924e-17, 3.06161699786838301793e-17, 1.39033110312309984516e-17, half_pi_low);
    return copysign(high - (fma(t, rest, -low) - t), x);
  }
};

struct atan2_of_double {
  template <index N>
  TUTTI_INLINE pack<double, N> operator()(const pack<double, N>& y, const pack<double, N>& x) const {
    using V = pack<double, N>;
    const V ax = abs(x), ay = abs(y), one = constant<V>(1), zero = constant<V>(0);
    const V infinity = constant<V>(std::numeric_limits<double>::infinity());
    // Two infinities lie on the diagonal, two zeros on the axis.
    const V quotient = select((ax == ay) & (ax == infinity), one, select((ay == zero) & (ax == zero), zero, ay / ax));
    const V angle = atan_of_double{}(quotient);
    const V obtuse = constant<V>(2 * half_pi_high) - (angle - constant<V>(2 * half_pi_low));
    return copysign(select(signbit(x), obtuse, angle), y);
  }
};

} // namespace detail

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> asin(const pack<T, N>& x) {
  if constexpr (std::same_as<T, float>) return detail::by_way_of_double(detail::asin_of_double{}, x);
  else return detail::asin_of_double{}(x);
}

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> acos(const pack<T, N>& x) {
  if constexpr (std::same_as<T, float>) return detail::by_way_of_double(detail::acos_of_double{}, x);
  else return detail::acos_of_double{}(x);
}

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> atan(const pack<T, N>& x) {
  if constexpr (std::same_as<T, float>) return detail::by_way_of_double(detail::atan_of_double{}, x);
  else return detail::atan_of_double{}(x);
}

/// The angle of the point (x, y).
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> atan2(const pack<T, N>& y, const pack<T, N>& x) {
  if constexpr (std::same_as<T, float>) return detail::by_way_of_double(detail::atan2_of_double{}, y, x);
  else return detail::atan2_of_double{}(y, x);
}

} // namespace simd

TUTTI_NAMESPACE_END
