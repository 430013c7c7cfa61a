// SPDX-License-Identifier: MIT
#pragma once

// float16 and bfloat16 in packs: their 16 bits to and from floats, to nearest even.

#if defined(__F16C__)
#include <immintrin.h>
#endif

#include <tutti/kernel/simd/convert.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd::detail {

template <class T, index N>
TUTTI_INLINE pack<T, N> bits_of(T value) { return broadcast<T, N>(value); }

// The methods of core/half.hpp on packs; the last select of each is one of its branches.
template <index N>
TUTTI_INLINE pack<float, N> half_to_float_generic(const pack<std::uint16_t, N>& half) {
  using bits = pack<std::uint32_t, N>;
  const auto word = [](std::uint32_t value) __attribute__((always_inline)) { return bits_of<std::uint32_t, N>(value); };
  const bits h = convert_lanes<std::uint32_t>(half);
  const bits sign = (h & word(0x8000u)) * word(0x10000u);
  // The half's exponent and mantissa where a float's stand make its value times 2^-112: the product scales back and
  // makes subnormals normal.
  const bits magnitude = (h & word(0x7fffu)) * word(0x2000u);
  const bits scaled = reinterpret<bits>(reinterpret<pack<float, N>>(magnitude) * broadcast<float, N>(0x1p112f));
  const bits special = magnitude | word(0x7f800000u); // infinity and NaN
  return reinterpret<pack<float, N>>(sign | select(magnitude < word(0x0f800000u), scaled, special));
}

template <index N>
TUTTI_INLINE pack<std::uint16_t, N> float_to_half_generic(const pack<float, N>& v) {
  using bits = pack<std::uint32_t, N>;
  const auto word = [](std::uint32_t value) __attribute__((always_inline)) { return bits_of<std::uint32_t, N>(value); };
  const bits f = reinterpret<bits>(v);
  const bits magnitude = f & word(0x7fffffffu);
  const bits sign = apply<bits>(shifted_right{}, f ^ magnitude, word(16));
  const bits odd = apply<bits>(shifted_right{}, magnitude, word(13)) & word(1);
  const bits normal = apply<bits>(shifted_right{}, magnitude + word(0xfffu - 0x38000000u) + odd, word(13));
  // Adding 0.5 aligns the bits so that the hardware's own rounding does the work.
  const auto aligned = reinterpret<pack<float, N>>(magnitude) + broadcast<float, N>(0.5f);
  const bits subnormal = reinterpret<bits>(aligned) - word(0x3f000000u);
  const bits finite = select(magnitude < word(0x38800000u), subnormal, normal);
  const bits special = select(magnitude > word(0x7f800000u), word(0x7e00u), word(0x7c00u));
  return convert_lanes<std::uint16_t>(sign | select(magnitude < word(0x477ff000u), finite, special));
}

// The plain forms of 512-bit intrinsics make g++ 12 warn of the uninitialised vector that they merge with; the zeroing
// forms compile to the same instructions.
inline constexpr unsigned short all16 = 0xffff;

template <index N>
TUTTI_INLINE pack<float, N> half_to_float(const pack<std::uint16_t, N>& half) {
#if defined(__F16C__)
#if TUTTI_REGISTER_BYTES == 64
  if constexpr (N == 16)
    return std::bit_cast<raw_t<float, 16>>(_mm512_maskz_cvtph_ps(all16, __builtin_bit_cast(__m256i, half.raw)));
  else
#endif
      if constexpr (N == 8 && register_bytes >= 32)
    return std::bit_cast<raw_t<float, 8>>(_mm256_cvtph_ps(__builtin_bit_cast(__m128i, half.raw)));
  else if constexpr (N == 4)
    return std::bit_cast<raw_t<float, 4>>(_mm_cvtph_ps(_mm_cvtsi64_si128(__builtin_bit_cast(long long, half.raw))));
  else if constexpr (N > 4) return join(half_to_float(lower_half(half)), half_to_float(upper_half(half)));
  else return half_to_float_generic(half);
#else
  return half_to_float_generic(half);
#endif
}

template <index N>
TUTTI_INLINE pack<std::uint16_t, N> float_to_half(const pack<float, N>& v) {
#if defined(__F16C__)
#if TUTTI_REGISTER_BYTES == 64
  if constexpr (N == 16)
    return std::bit_cast<raw_t<std::uint16_t, 16>>(
        _mm512_maskz_cvtps_ph(all16, __builtin_bit_cast(__m512, v.raw), _MM_FROUND_TO_NEAREST_INT));
  else
#endif
      if constexpr (N == 8 && register_bytes >= 32)
    return std::bit_cast<raw_t<std::uint16_t, 8>>(
        _mm256_cvtps_ph(__builtin_bit_cast(__m256, v.raw), _MM_FROUND_TO_NEAREST_INT));
  else if constexpr (N == 4)
    return std::bit_cast<raw_t<std::uint16_t, 4>>(
        _mm_cvtsi128_si64(_mm_cvtps_ph(__builtin_bit_cast(__m128, v.raw), _MM_FROUND_TO_NEAREST_INT)));
  else if constexpr (N > 4) return join(float_to_half(lower_half(v)), float_to_half(upper_half(v)));
  else return float_to_half_generic(v);
#else
  return float_to_half_generic(v);
#endif
}

template <index N>
TUTTI_INLINE pack<float, N> bfloat_to_float(const pack<std::uint16_t, N>& b) {
  return reinterpret<pack<float, N>>(convert_lanes<std::uint32_t>(b) * bits_of<std::uint32_t, N>(0x10000u));
}

template <index N>
TUTTI_INLINE pack<std::uint16_t, N> float_to_bfloat(const pack<float, N>& v) {
  using bits = pack<std::uint32_t, N>;
  const auto word = [](std::uint32_t value) __attribute__((always_inline)) { return bits_of<std::uint32_t, N>(value); };
  const bits f = reinterpret<bits>(v);
  const bits odd = apply<bits>(shifted_right{}, f, word(16)) & word(1);
  const bits rounded = f + word(0x7fffu) + odd;
  const bits quiet = f | word(0x400000u); // a NaN must not round to infinity
  return convert_lanes<std::uint16_t>(apply<bits>(shifted_right{}, select(v == v, rounded, quiet), word(16)));
}

/// The float pack that 16-bit patterns of Half (float16 or bfloat16) stand for, and back.
template <class Half, index N>
TUTTI_INLINE pack<float, N> widen(const pack<std::uint16_t, N>& bits) {
  if constexpr (std::same_as<Half, float16>) return half_to_float(bits);
  else return bfloat_to_float(bits);
}

template <class Half, index N>
TUTTI_INLINE pack<std::uint16_t, N> narrow(const pack<float, N>& v) {
  if constexpr (std::same_as<Half, float16>) return float_to_half(v);
  else return float_to_bfloat(v);
}

} // namespace simd::detail

TUTTI_NAMESPACE_END
