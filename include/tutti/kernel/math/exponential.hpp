// SPDX-License-Identifier: MIT
#pragma once

// exp, exp2, expm1.

#include <tutti/kernel/math/support.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

namespace detail {

// (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2. float: S. Moshier's Cephes, expf. double: a Chebyshev fit, 1e-16.
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> exponential_tail(const pack<T, N>& r) {
  if constexpr (std::same_as<T, float>)
    return horner(r, 1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1,
                  5.0000001201e-1);
  else
    return horner(r, 2.5100395159429244e-8, 2.76201010120980002e-7, 2.75572684396780024e-6, 0.0000248015212695321211,
                  0.00019841269863066695, 0.00138888889172307232, 0.00833333333333005921, 0.0416666666666240938,
                  0.166666666666666675, 0.500000000000000102);
}

/// x = n ln 2 + r.
template <float_lane T, index N>
struct exponential_parts {
  nearest_integer<T, N> n;
  pack<T, N> r;
};

// ln 2 is taken off in two parts, of which the first has so few bits that its product with n is exact.
template <float_lane T, index N>
TUTTI_INLINE exponential_parts<T, N> reduce_exponent(const pack<T, N>& x) {
  using V = pack<T, N>;
  constexpr double log2_e = 1.44269504088896340736;
  constexpr double high = std::same_as<T, float> ? 0.693359375 : 6.93147180369123816490e-01;
  constexpr double low = std::same_as<T, float> ? -2.12194440054690583e-4 : 1.90821492927058770002e-10;
  const auto n = nearest_multiple(x, log2_e);
  return {n, fma(n.real, constant<V>(-low), fma(n.real, constant<V>(-high), x))};
}

/// x within bounds beyond which exp(x) is infinite or 0 even after division or multiplication by 4; NaN stays.
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> clamp_exponent(const pack<T, N>& x, double low, double high) {
  using V = pack<T, N>;
  return fast_min(fast_max(x, constant<V>(low)), constant<V>(high));
}

template <float_lane T>
inline constexpr double exp_low = std::same_as<T, float> ? -106. : -748.;
template <float_lane T>
inline constexpr double exp_high = std::same_as<T, float> ? 91. : 712.;

/// 2^Shift e^x, without overflow before its time.
template <int Shift, float_lane T, index N>
TUTTI_INLINE pack<T, N> shifted_exp(const pack<T, N>& x) {
  using V = pack<T, N>;
  auto [n, r] = reduce_exponent(clamp_exponent(x, exp_low<T>, exp_high<T>));
  const V one = constant<V>(1);
  const V p = fma(fma(exponential_tail(r), r, one), r, one);
  if constexpr (Shift != 0) {
    n.real = n.real + constant<V>(Shift);
    n.integer = n.integer + pack<signed_like<T>, N>(static_cast<signed_like<T>>(Shift));
  }
  return scale(p, n);
}

} // namespace detail

/// e^x.
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> exp(const pack<T, N>& x) { return detail::shifted_exp<0>(x); }

/// 2^x.
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> exp2(const pack<T, N>& x) {
  using V = pack<T, N>;
  constexpr bool single = std::same_as<T, float>;
  const V inside = detail::clamp_exponent(x, single ? -152. : -1080., single ? 130. : 1030.);
  const auto n = detail::nearest_multiple(inside, 1);
  const V r = (inside - n.real) * detail::constant<V>(0.693147180559945309417);
  const V one = detail::constant<V>(1);
  return detail::scale(fma(fma(detail::exponential_tail(r), r, one), r, one), n);
}

/// e^x - 1, exact for small x too.
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> expm1(const pack<T, N>& x) {
  using V = pack<T, N>;
  // Below, the result is -1 to the last bit; above, it overflows.
  const auto [n, r] = detail::reduce_exponent(detail::clamp_exponent(x, -45., std::same_as<T, float> ? 88.8 : 709.9));
  const V minus_one = fma(detail::exponential_tail(r) * r, r, r);
  // 2^n (e^r - 1) + (2^n - 1), halved lest 2^n overflow.
  const auto half = detail::power_of_two<T>(n.integer - pack<detail::signed_like<T>, N>(1));
  const V sum = fma(half, minus_one, half - detail::constant<V>(0.5));
  const V result = sum + sum;
  // A zero keeps its sign.
  return select(x == detail::constant<V>(0), x, result);
}

} // namespace simd

TUTTI_NAMESPACE_END
