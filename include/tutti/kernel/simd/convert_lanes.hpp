// SPDX-License-Identifier: MIT
#pragma once

// Conversion of lanes between number types, which packs and masks have alike: by what steps compilers find instructions for it.

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include <tutti/kernel/simd/pack.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd::detail {

// The type by way of which From becomes To: compilers take a conversion between floats and small integers apart lane by
// lane, but know both steps by way of int32. g++ does the same where integers become four times as wide or more, or, without
// AVX-512, a quarter as wide or less; it knows the doubling and the halving.
template <class To, class From>
struct stepping_stone {
  using type = To;
};
template <class To, class From>
  requires((std::floating_point<From> && std::integral<To> && sizeof(To) < 4) ||
           (std::integral<From> && sizeof(From) < 4 && std::floating_point<To>))
struct stepping_stone<To, From> {
  using type = std::int32_t;
};
template <std::integral To, std::integral From>
  requires(sizeof(To) > 2 * sizeof(From))
struct stepping_stone<To, From> : tutti::detail::integer_of<std::signed_integral<From>, 2 * sizeof(From)> {};
template <std::integral To, std::integral From>
  requires(2 * sizeof(To) < sizeof(From))
struct stepping_stone<To, From> : tutti::detail::integer_of<std::signed_integral<From>, sizeof(From) / 2> {};

// Integers of 1 and 2 bytes become int32 by one instruction where they fill a register of 32 bytes or more then; g++ makes
// several of it.
#if TUTTI_REGISTER_BYTES >= 32 && !defined(__clang__)
template <class From, index N>
inline constexpr bool has_widening =
    std::integral<From> && sizeof(From) <= 2 && N * 4 <= register_bytes && (N == 8 || N == 16);

template <class From, index N>
TUTTI_INLINE pack<std::int32_t, N> widened(const pack<From, N>& v) {
  constexpr bool is_signed = std::signed_integral<From>;
  using raw = raw_t<std::int32_t, N>;
#if TUTTI_REGISTER_BYTES == 64
  if constexpr (N == 16 && sizeof(From) == 1) {
    const auto x = __builtin_bit_cast(__m128i, v.raw);
    return std::bit_cast<raw>(is_signed ? _mm512_maskz_cvtepi8_epi32(0xffff, x)
                                        : _mm512_maskz_cvtepu8_epi32(0xffff, x));
  } else if constexpr (N == 16) {
    const auto x = __builtin_bit_cast(__m256i, v.raw);
    return std::bit_cast<raw>(is_signed ? _mm512_maskz_cvtepi16_epi32(0xffff, x)
                                        : _mm512_maskz_cvtepu16_epi32(0xffff, x));
  } else
#endif
      if constexpr (sizeof(From) == 1) {
    const auto x = _mm_cvtsi64_si128(std::bit_cast<long long>(v.raw));
    return std::bit_cast<raw>(is_signed ? _mm256_cvtepi8_epi32(x) : _mm256_cvtepu8_epi32(x));
  } else {
    const auto x = __builtin_bit_cast(__m128i, v.raw);
    return std::bit_cast<raw>(is_signed ? _mm256_cvtepi16_epi32(x) : _mm256_cvtepu16_epi32(x));
  }
}

// So do numbers of 4 bytes that become 8. (uint32 becomes double by an instruction of AVX-512.)
template <class To, class From, index N>
inline constexpr bool has_doubling =
    sizeof(From) == 4 && sizeof(To) == 8 && (N * 8 == 32 || N * 8 == register_bytes) &&
    (std::integral<To> ? std::integral<From>
                       : std::floating_point<From> || std::signed_integral<From> || register_bytes == 64);

template <class To, class From, index N>
TUTTI_INLINE pack<To, N> doubled(const pack<From, N>& v) {
  using raw = raw_t<To, N>;
#if TUTTI_REGISTER_BYTES == 64
  if constexpr (N == 8 && std::floating_point<From>)
    return std::bit_cast<raw>(_mm512_maskz_cvtps_pd(0xff, __builtin_bit_cast(__m256, v.raw)));
  else if constexpr (N == 8) {
    const auto x = __builtin_bit_cast(__m256i, v.raw);
    if constexpr (std::integral<To> && std::signed_integral<From>)
      return std::bit_cast<raw>(_mm512_maskz_cvtepi32_epi64(0xff, x));
    else if constexpr (std::integral<To>) return std::bit_cast<raw>(_mm512_maskz_cvtepu32_epi64(0xff, x));
    else if constexpr (std::signed_integral<From>) return std::bit_cast<raw>(_mm512_maskz_cvtepi32_pd(0xff, x));
    else return std::bit_cast<raw>(_mm512_maskz_cvtepu32_pd(0xff, x));
  } else
#endif
      if constexpr (std::floating_point<From>)
    return std::bit_cast<raw>(_mm256_cvtps_pd(__builtin_bit_cast(__m128, v.raw)));
  else {
    const auto x = __builtin_bit_cast(__m128i, v.raw);
    if constexpr (std::integral<To> && std::signed_integral<From>) return std::bit_cast<raw>(_mm256_cvtepi32_epi64(x));
    else if constexpr (std::integral<To>) return std::bit_cast<raw>(_mm256_cvtepu32_epi64(x));
    else if constexpr (std::signed_integral<From>) return std::bit_cast<raw>(_mm256_cvtepi32_pd(x));
#if TUTTI_REGISTER_BYTES == 64
    else return std::bit_cast<raw>(_mm256_cvtepu32_pd(x));
#endif
  }
}
#else
template <class From, index N>
inline constexpr bool has_widening = false;
template <class To, class From, index N>
inline constexpr bool has_doubling = false;
#endif

/// Conversion between arithmetic types.
template <class To, class From, index N>
TUTTI_INLINE pack<To, N> convert_lanes(const pack<From, N>& v) {
  using step = typename stepping_stone<To, From>::type;
  if constexpr (std::same_as<To, From>) return v;
  else if constexpr (has_widening<From, N> && std::integral<To> && sizeof(To) == 4)
    return reinterpret<pack<To, N>>(widened(v));
  else if constexpr (has_doubling<To, From, N>) return doubled<To>(v);
  else if constexpr (!std::same_as<step, To>) return convert_lanes<To>(convert_lanes<step>(v));
  else if constexpr (std::integral<To> && std::integral<From> && sizeof(To) == sizeof(From))
    return reinterpret<pack<To, N>>(v);
  else if constexpr (N == 1) return pack<To, N>(static_cast<To>(v.raw));
  else if constexpr (too_wide<From, N> || too_wide<To, N>)
    return join(convert_lanes<To>(lower_half(v)), convert_lanes<To>(upper_half(v)));
  else return pack<To, N>(__builtin_convertvector(v.raw, raw_t<To, N>));
}

} // namespace simd::detail

TUTTI_NAMESPACE_END
