// SPDX-License-Identifier: MIT
#pragma once

// What the elementary functions share: polynomials, powers of two, and the way of float by way of double.
//
// The functions are written for packs of any number of lanes and do the same for every number: products that a sum
// follows are explicit fma calls, so that no compiler's choice decides about a rounding.

#include <tutti/kernel/simd.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd::detail {

/// c as lanes of V.
template <class V>
TUTTI_INLINE V constant(double c) { return V(static_cast<typename V::value_type>(c)); }

/// Horner's scheme: coefficients from the highest power down.
template <class V>
TUTTI_INLINE V horner(const V&, const V& sum) { return sum; }
template <class V, class... C>
TUTTI_INLINE V horner(const V& x, const V& sum, double next, C... rest) {
  return horner(x, fma(sum, x, constant<V>(next)), rest...);
}
template <class V, class... C>
TUTTI_INLINE V horner(const V& x, double highest, C... rest) { return horner(x, constant<V>(highest), rest...); }

/// c - a * b.
template <class V>
TUTTI_INLINE V fnma(const V& a, const V& b, const V& c) { return fma(-a, b, c); }

template <float_lane T>
inline constexpr int mantissa_bits = std::numeric_limits<T>::digits - 1;
template <float_lane T>
inline constexpr int exponent_bias = std::numeric_limits<T>::max_exponent - 1;

/// v shifted left by a constant number of bits.
template <int Count, integer_lane T, index N>
TUTTI_INLINE pack<T, N> shift_left(const pack<T, N>& v) {
  return apply<pack<T, N>>(shifted_left{}, v, pack<T, N>(static_cast<T>(Count)));
}
/// v shifted right by a constant number of bits; the sign of signed lanes fills the gap.
template <int Count, integer_lane T, index N>
TUTTI_INLINE pack<T, N> shift_right(const pack<T, N>& v) {
  return apply<pack<T, N>>(shifted_right{}, v, pack<T, N>(static_cast<T>(Count)));
}

/// The integer nearest to x, and the same as an integer pack. |x| < 2^21 (float) or 2^50 (double).
template <float_lane T, index N>
struct nearest_integer {
  pack<T, N> real;
  pack<signed_like<T>, N> integer;
};

// Adding 1.5 * 2^mantissa_bits leaves the integer in the lowest bits.
template <float_lane T, index N>
TUTTI_INLINE nearest_integer<T, N> split_shifted(const pack<T, N>& sum) {
  using bits = pack<signed_like<T>, N>;
  const auto shift = constant<pack<T, N>>(std::same_as<T, float> ? 0x1.8p23 : 0x1.8p52), shifted = settled(sum);
  return {shifted - shift, reinterpret<bits>(shifted) - reinterpret<bits>(shift)};
}

/// The integer nearest to x * factor.
template <float_lane T, index N>
TUTTI_INLINE nearest_integer<T, N> nearest_multiple(const pack<T, N>& x, double factor) {
  const auto shift = constant<pack<T, N>>(std::same_as<T, float> ? 0x1.8p23 : 0x1.8p52);
  return split_shifted(fma(x, constant<pack<T, N>>(factor), shift));
}

// A normal 2^n.
template <float_lane T, integer_lane I, index N>
TUTTI_INLINE pack<T, N> power_of_two(const pack<I, N>& n) {
  return reinterpret<pack<T, N>>(shift_left<mantissa_bits<T>>(n + pack<I, N>(exponent_bias<T>)));
}

struct scaled_natively {
  template <class T, index N>
  TUTTI_INLINE pack<T, N> operator()(const pack<T, N>& v, const pack<T, N>& n) const {
#if TUTTI_REGISTER_BYTES == 64
    using raw = typename pack<T, N>::raw_type;
    if constexpr (sizeof(raw) == 64 && sizeof(T) == 4)
      return std::bit_cast<raw>(
          _mm512_maskz_scalef_ps(0xffff, __builtin_bit_cast(__m512, v.raw), __builtin_bit_cast(__m512, n.raw)));
    else if constexpr (sizeof(raw) == 64)
      return std::bit_cast<raw>(
          _mm512_maskz_scalef_pd(0xff, __builtin_bit_cast(__m512d, v.raw), __builtin_bit_cast(__m512d, n.raw)));
    else if constexpr (sizeof(raw) == 32 && sizeof(T) == 4)
      return std::bit_cast<raw>(_mm256_scalef_ps(__builtin_bit_cast(__m256, v.raw), __builtin_bit_cast(__m256, n.raw)));
    else if constexpr (sizeof(raw) == 32)
      return std::bit_cast<raw>(
          _mm256_scalef_pd(__builtin_bit_cast(__m256d, v.raw), __builtin_bit_cast(__m256d, n.raw)));
    else if constexpr (sizeof(raw) == 16 && sizeof(T) == 4)
      return std::bit_cast<raw>(_mm_scalef_ps(__builtin_bit_cast(__m128, v.raw), __builtin_bit_cast(__m128, n.raw)));
    else if constexpr (sizeof(raw) == 16)
      return std::bit_cast<raw>(_mm_scalef_pd(__builtin_bit_cast(__m128d, v.raw), __builtin_bit_cast(__m128d, n.raw)));
    else return v;
#else
    return static_cast<void>(n), v;
#endif
  }
};

/// v * 2^n, rounded once: 1 <= |v| < 2 or so, and |n| at most twice the greatest exponent.
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> scale(const pack<T, N>& v, const nearest_integer<T, N>& n) {
  if constexpr (register_bytes == 64 && N > 1) {
    return by_register(scaled_natively{}, v, n.real);
  } else {
    // In two steps, of which the first is exact.
    const auto half = shift_right<1>(n.integer);
    return v * power_of_two<T>(half) * power_of_two<T>(n.integer - half);
  }
}

/// A function of doubles applied to floats: rounding to float at the end leaves half a unit in the last place.
template <class F, index N, class... V>
TUTTI_INLINE pack<float, N> by_way_of_double(F f, const pack<float, N>& first, const V&... more) {
  return convert<float>(f(convert<double>(first), convert<double>(more)...));
}

} // namespace simd::detail

TUTTI_NAMESPACE_END
