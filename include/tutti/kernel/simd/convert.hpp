// SPDX-License-Identifier: MIT
#pragma once

// Conversion of packs between element types, as convert_element does it for one element.

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include <tutti/kernel/simd/operators.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

namespace detail {

// The type by way of which From becomes To: compilers take a conversion between floats and small integers apart lane by
// lane, but know both steps by way of int32. g++ does the same where integers become four times as wide or more, and
// knows the doubling.
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

// Integers of 1 and 2 bytes become int32 by one instruction where they fill a register then; g++ makes several of it.
#if TUTTI_REGISTER_BYTES >= 32 && !defined(__clang__)
template <class From, index N>
inline constexpr bool has_widening = std::integral<From> && sizeof(From) <= 2 && N * 4 == register_bytes;

template <class From, index N>
TUTTI_INLINE pack<std::int32_t, N> widened(const pack<From, N>& v) {
  constexpr bool is_signed = std::signed_integral<From>;
  using raw = raw_t<std::int32_t, N>;
#if TUTTI_REGISTER_BYTES == 64
  if constexpr (sizeof(From) == 1) {
    const auto x = __builtin_bit_cast(__m128i, v.raw);
    return std::bit_cast<raw>(is_signed ? _mm512_maskz_cvtepi8_epi32(0xffff, x)
                                        : _mm512_maskz_cvtepu8_epi32(0xffff, x));
  } else {
    const auto x = __builtin_bit_cast(__m256i, v.raw);
    return std::bit_cast<raw>(is_signed ? _mm512_maskz_cvtepi16_epi32(0xffff, x)
                                        : _mm512_maskz_cvtepu16_epi32(0xffff, x));
  }
#else
  if constexpr (sizeof(From) == 1) {
    const auto x = _mm_cvtsi64_si128(std::bit_cast<long long>(v.raw));
    return std::bit_cast<raw>(is_signed ? _mm256_cvtepi8_epi32(x) : _mm256_cvtepu8_epi32(x));
  } else {
    const auto x = __builtin_bit_cast(__m128i, v.raw);
    return std::bit_cast<raw>(is_signed ? _mm256_cvtepi16_epi32(x) : _mm256_cvtepu16_epi32(x));
  }
#endif
}
#else
template <class From, index N>
inline constexpr bool has_widening = false;
#endif

/// Conversion between arithmetic types.
template <class To, class From, index N>
TUTTI_INLINE pack<To, N> convert_lanes(const pack<From, N>& v) {
  using step = typename stepping_stone<To, From>::type;
  if constexpr (std::same_as<To, From>) return v;
  else if constexpr (has_widening<From, N> && std::same_as<To, std::int32_t>) return widened(v);
  else if constexpr (!std::same_as<step, To>) return convert_lanes<To>(convert_lanes<step>(v));
  else if constexpr (std::integral<To> && std::integral<From> && sizeof(To) == sizeof(From))
    return reinterpret<pack<To, N>>(v);
  else if constexpr (N == 1) return pack<To, N>(static_cast<To>(v.raw));
  else if constexpr (too_wide<From, N> || too_wide<To, N>)
    return join(convert_lanes<To>(lower_half(v)), convert_lanes<To>(upper_half(v)));
  else return pack<To, N>(__builtin_convertvector(v.raw, raw_t<To, N>));
}

} // namespace detail

/// v as a pack of To (of float where To is a half type), or as a mask where To is bool: NaN is true. Real numbers out
/// of an integer type's range give what the hardware gives.
template <class To, lanewise V>
TUTTI_INLINE auto convert(const V& v) {
  using from = typename V::value_type;
  using to = compute_t<To>;
  constexpr index n = V::size;
  if constexpr (std::same_as<to, from>) {
    return v;
  } else if constexpr (is_mask<V> && std::integral<to>) {
    // True lanes are all ones, which is -1. (g++ 12 cannot select 64-bit lanes by a comparison of doubles on SSE2.)
    using word = pack<typename tutti::detail::integer_of<true, sizeof(to)>::type, n>;
    return detail::reinterpret<pack<to, n>>(
        -detail::reinterpret<word>(detail::resize<static_cast<index>(sizeof(to))>(v)));
  } else if constexpr (is_mask<V>) {
    return select(v, broadcast<to, n>(to(1)), broadcast<to, n>(to(0)));
  } else if constexpr (std::same_as<to, bool>) {
    return v != broadcast<from, n>(from(0));
  } else if constexpr (is_complex<to>) {
    using real = real_t<to>;
    if constexpr (is_complex<from>)
      return pack<to, n>(detail::convert_lanes<real>(v.re), detail::convert_lanes<real>(v.im));
    else return pack<to, n>(detail::convert_lanes<real>(v), broadcast<real, n>(real(0)));
  } else {
    static_assert(!is_complex<from>, "a complex number is not converted to a real one: take its real part");
    return detail::convert_lanes<to>(v);
  }
}

} // namespace simd

TUTTI_NAMESPACE_END
