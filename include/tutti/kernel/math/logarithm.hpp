// SPDX-License-Identifier: MIT
#pragma once

// log, log2, log10, log1p. After FreeBSD's msun (e_log.c, e_log2.c, e_log10.c, s_log1p.c; Sun Microsystems 1993), as
// musl has them, but for log of float.

#include <tutti/kernel/math/support.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

namespace detail {

/// x = 2^k m, sqrt(1/2) <= m < sqrt(2), for positive finite x.
template <float_lane T, index N>
struct logarithm_parts {
  pack<T, N> k, m;
};

template <float_lane T, index N>
TUTTI_INLINE logarithm_parts<T, N> split_normal(const pack<T, N>& x) {
  using V = pack<T, N>;
  using word = unsigned_like<T>;
  using bits = pack<word, N>;
  constexpr word one = std::bit_cast<word>(T(1));
  constexpr word sqrt_half = std::same_as<T, float> ? word(0x3f3504f3u) : word(0x3fe6a09e00000000u);
  constexpr word mantissa = (word(1) << mantissa_bits<T>)-1;
  const bits moved = to_bits(x) + bits(static_cast<word>(one - sqrt_half));
  const bits m = (moved & bits(mantissa)) + bits(sqrt_half);
  // An integer in the mantissa of 2^mantissa_bits: the conversion that AVX2 lacks for 64 bits.
  constexpr T great = std::same_as<T, float> ? T(0x1p23) : T(0x1p52);
  const bits k = shift_right<mantissa_bits<T>>(moved) | bits(std::bit_cast<word>(great));
  return {from_bits<T>(k) - V(great + T(exponent_bias<T>)), from_bits<T>(m)};
}

template <float_lane T, index N>
TUTTI_INLINE logarithm_parts<T, N> split_exponent(const pack<T, N>& x) {
  using V = pack<T, N>;
  const auto subnormal = x < V(std::numeric_limits<T>::min());
  const V up = constant<V>(std::same_as<T, float> ? 0x1p25 : 0x1p54);
  auto parts = split_normal(select(subnormal, x * up, x));
  parts.k = select(subnormal, parts.k - constant<V>(std::same_as<T, float> ? 25 : 54), parts.k);
  return parts;
}

/// The result where x is positive and finite, and what a logarithm is elsewhere.
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> at_edges_of_logarithm(const pack<T, N>& x, const pack<T, N>& result) {
  using V = pack<T, N>;
  const V zero = constant<V>(0), infinity = V(std::numeric_limits<T>::infinity());
  const V of_others = select(x == zero, -infinity, select(x < zero, V(std::numeric_limits<T>::quiet_NaN()), x));
  return select((x > zero) & (x < infinity), result, of_others);
}

/// log(1 + f) = f - half * f + s * sum, for f from sqrt(1/2) - 1 to sqrt(2) - 1. The products are left to the fma calls
/// of who wants the logarithm.
template <index N>
struct logarithm_series {
  pack<double, N> half, s, sum;
};

template <index N>
TUTTI_INLINE logarithm_series<N> log1p_series(const pack<double, N>& f) {
  using V = pack<double, N>;
  const V s = f / (constant<V>(2) + f);
  const V z = s * s;
  const V rest =
      horner(z, 1.479819860511658591e-01, 1.531383769920937332e-01, 1.818357216161805012e-01, 2.222219843214978396e-01,
             2.857142874366239149e-01, 3.999999999940941908e-01, 6.666666666666735130e-01);
  const V half = constant<V>(0.5) * f;
  return {half, s, fma(z, rest, half * f)};
}

inline constexpr double ln2_high = 6.93147180369123816490e-01;
inline constexpr double ln2_low = 1.90821492927058770002e-10;

// The upper 32 bits of each lane, so that a product with as short a constant is exact.
template <index N>
TUTTI_INLINE pack<double, N> upper_bits(const pack<double, N>& v) {
  return from_bits<double>(to_bits(v) & pack<std::uint64_t, N>(0xffffffff00000000u));
}

/// k log_b(2) + log_b(m), in the base in which the constants are.
template <index N>
TUTTI_INLINE pack<double, N> log_in_base(const pack<double, N>& x, double of_2_high, double of_2_low, double of_e_high,
                                         double of_e_low) {
  using V = pack<double, N>;
  const auto [k, m] = split_exponent(x);
  const V f = m - constant<V>(1);
  const auto [half, s, series] = log1p_series(f);
  const V high = upper_bits(fnma(half, f, f));
  const V low = fma(s, series, fnma(half, f, f - high));
  const V exact = high * constant<V>(of_e_high);
  const V scaled = k * constant<V>(of_2_high);
  const V sum = scaled + exact;
  const V rounded_off = (scaled - sum) + exact;
  const V tail = fma(k, constant<V>(of_2_low), fma(low + high, constant<V>(of_e_low), low * constant<V>(of_e_high)));
  return at_edges_of_logarithm(x, sum + (tail + rounded_off));
}

struct log2_of_double {
  template <index N>
  TUTTI_INLINE pack<double, N> operator()(const pack<double, N>& x) const {
    return log_in_base(x, 1, 0, 1.44269504072144627571e+00, 1.67517131648865118353e-10);
  }
};

struct log10_of_double {
  template <index N>
  TUTTI_INLINE pack<double, N> operator()(const pack<double, N>& x) const {
    return log_in_base(x, 3.01029995663611771306e-01, 3.69423907715893078616e-13, 4.34294481878168880939e-01,
                       2.50829467116452752298e-11);
  }
};

struct log1p_of_double {
  template <index N>
  TUTTI_INLINE pack<double, N> operator()(const pack<double, N>& x) const {
    using V = pack<double, N>;
    const V one = constant<V>(1);
    const V u = one + x;
    const auto parts = split_normal(u);
    // Where 1 + x has no exponent of its own, x itself is exact.
    const auto near_one = parts.k == constant<V>(0);
    const V f = select(near_one, x, parts.m - one);
    // What rounding 1 + x lost; nothing that counts beyond 2^54.
    const V lost = select(x >= one, one - (u - x), x - (u - one)) / u;
    const V c = select(near_one | (u > constant<V>(0x1p54)), constant<V>(0), lost);
    const auto [half, s, series] = log1p_series(f);
    const V low = fma(s, series, fma(parts.k, constant<V>(ln2_low), c));
    const V result = fma(parts.k, constant<V>(ln2_high), f - fma(half, f, -low));
    const V at_edges = at_edges_of_logarithm(u, result);
    return select(x == constant<V>(0), x, at_edges);
  }
};

} // namespace detail

/// The natural logarithm.
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> log(const pack<T, N>& x) {
  using V = pack<T, N>;
  const auto [k, m] = detail::split_exponent(x);
  const V f = m - detail::constant<V>(1);
  if constexpr (std::same_as<T, float>) {
    // The scheme of S. Moshier's Cephes, logf; a Chebyshev fit of (log(1 + f) - f + f^2 / 2) / f^3, 3e-8.
    const V z = f * f;
    const V tail = detail::horner(f, 0.0697161147145117783, -0.114797338466376356, 0.116854199234867393,
                                  -0.124256873314511061, 0.142490576456974804, -0.166678023195012541,
                                  0.200007157488921017, -0.24999996957950882, 0.333333311800300481);
    V low = fma(f * z, tail, k * detail::constant<V>(-2.12194440054690583e-4));
    low = fma(z, detail::constant<V>(-0.5), low);
    return detail::at_edges_of_logarithm(x, fma(k, detail::constant<V>(0.693359375), f + low));
  } else {
    const auto [half, s, series] = detail::log1p_series(f);
    const V low = detail::fnma(half, f, fma(k, detail::constant<V>(detail::ln2_low), s * series));
    return detail::at_edges_of_logarithm(x, fma(k, detail::constant<V>(detail::ln2_high), low + f));
  }
}

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> log2(const pack<T, N>& x) {
  if constexpr (std::same_as<T, float>) return detail::by_way_of_double(detail::log2_of_double{}, x);
  else return detail::log2_of_double{}(x);
}

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> log10(const pack<T, N>& x) {
  if constexpr (std::same_as<T, float>) return detail::by_way_of_double(detail::log10_of_double{}, x);
  else return detail::log10_of_double{}(x);
}

/// log(1 + x), exact for small x too.
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> log1p(const pack<T, N>& x) {
  if constexpr (std::same_as<T, float>) return detail::by_way_of_double(detail::log1p_of_double{}, x);
  else return detail::log1p_of_double{}(x);
}

} // namespace simd

TUTTI_NAMESPACE_END
