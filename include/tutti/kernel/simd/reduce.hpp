// SPDX-License-Identifier: MIT
#pragma once

// From all lanes of a pack or mask to one value.

#include <array>
#include <cstring>

#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#include <tutti/kernel/simd/operators.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

/// Combines the lanes by halves: op(lower, upper), and so on down to one. The order depends on the number of lanes
/// alone.
template <lanewise V, class Op>
TUTTI_INLINE auto fold(const V& v, Op op) {
  if constexpr (V::size == 1) return v[0];
  else return fold(op(lower_half(v), upper_half(v)), op);
}

namespace detail {

// Of each group of Width lanes the lower half added to the upper one: those of a, then those of b.
template <index Width, class T, index N, class Op, index... I>
TUTTI_INLINE pack<T, N> fold_groups(const pack<T, N>& a, const pack<T, N>& b, Op op,
                                    std::integer_sequence<index, I...>) {
  constexpr auto lower = [](index i) { return i / (N / 2) * N + i % (N / 2) / (Width / 2) * Width + i % (Width / 2); };
  return op(pack<T, N>(__builtin_shufflevector(a.raw, b.raw, static_cast<int>(lower(I))...)),
            pack<T, N>(__builtin_shufflevector(a.raw, b.raw, static_cast<int>(lower(I) + Width / 2)...)));
}

template <index Width, class T, index N, std::size_t Count, class Op>
TUTTI_INLINE pack<T, N> fold_packs(const std::array<pack<T, N>, Count>& v, Op op) {
  constexpr auto all = std::make_integer_sequence<index, N>{};
  if constexpr (Width == 1) return v[0];
  else if constexpr (Count == 1) {
    return fold_packs<Width / 2>(std::array{fold_groups<Width>(v[0], v[0], op, all)}, op);
  } else {
    std::array<pack<T, N>, Count / 2> folded;
#pragma GCC unroll 8
    for (std::size_t i = 0; i < Count / 2; ++i) folded[i] = fold_groups<Width>(v[2 * i], v[2 * i + 1], op, all);
    return fold_packs<Width / 2>(folded, op);
  }
}

template <index Count, class V>
TUTTI_INLINE auto first_lanes(const V& v) {
  if constexpr (V::size == Count) return v;
  else return first_lanes<Count>(lower_half(v));
}

// A number of which each true lane sets equally many bits, in the order of the lanes: first_true counts on that. (The last
// way, of processors that are neither x86 nor AArch64, does not keep it.)
template <index Bytes, index N>
TUTTI_INLINE auto true_bits(const mask<Bytes, N>& m) {
  constexpr std::size_t size = sizeof m.raw;
#if TUTTI_REGISTER_BYTES == 64
  if constexpr (size == 64 && Bytes == 1) return _mm512_movepi8_mask(__builtin_bit_cast(__m512i, m.raw));
  else if constexpr (size == 64 && Bytes == 2) return _mm512_movepi16_mask(__builtin_bit_cast(__m512i, m.raw));
  else if constexpr (size == 64 && Bytes == 4) return _mm512_movepi32_mask(__builtin_bit_cast(__m512i, m.raw));
  else if constexpr (size == 64) return _mm512_movepi64_mask(__builtin_bit_cast(__m512i, m.raw));
  else
#endif
#if TUTTI_REGISTER_BYTES >= 32
      if constexpr (size == 32)
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(__builtin_bit_cast(__m256i, m.raw)));
  else
#endif
#if defined(__SSE2__)
      if constexpr (size == 16)
    return static_cast<std::uint16_t>(_mm_movemask_epi8(__builtin_bit_cast(__m128i, m.raw)));
  else
#elif defined(__aarch64__)
  if constexpr (size == 16) // four bits a byte
    return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(__builtin_bit_cast(uint16x8_t, m.raw), 4)), 0);
  else
#else
  if constexpr (size == 16) {
    // Half of a lane's bits are even ones: both words fit into one.
    const auto words = std::bit_cast<raw_t<std::uint64_t, 2>>(m.raw);
    return (words[0] & 0x5555555555555555u) | (words[1] & 0xaaaaaaaaaaaaaaaau);
  } else
#endif
    return std::bit_cast<typename tutti::detail::integer_of<false, size>::type>(m.raw);
}

} // namespace detail

/// results[i] = fold(v[i], op), to the bit, of several packs at once.
template <class V, std::size_t Count, class Op>
TUTTI_INLINE void fold_each(const std::array<V, Count>& v, Op op, typename V::value_type* results) {
  constexpr index N = V::size, count = static_cast<index>(Count);
  constexpr bool power_of_two = (count & (count - 1)) == 0;
  if constexpr (lane<typename V::value_type> && power_of_two && count <= N && N > 1 &&
                N * static_cast<index>(sizeof(typename V::value_type)) <= register_bytes) {
    const auto folded = detail::first_lanes<count>(detail::fold_packs<N>(v, op));
    std::memcpy(results, &folded.raw, sizeof folded.raw);
  } else {
    for (std::size_t i = 0; i < Count; ++i) results[i] = fold(v[i], op);
  }
}

/// True if some lane is.
template <index Bytes, index N>
TUTTI_INLINE bool any(const mask<Bytes, N>& m) {
  if constexpr (detail::is_halves<mask<Bytes, N>>) return any(m.lower | m.upper);
  else return detail::true_bits(m) != 0;
}

/// True if some lane of the two is not a number. (A comparison's own mask, where the machine has them, is not made lanes
/// first.)
template <float_lane T, index N>
TUTTI_INLINE bool any_nan(const pack<T, N>& v, const pack<T, N>& w) {
  if constexpr (detail::is_halves<pack<T, N>>) return any_nan(v.lower, w.lower) || any_nan(v.upper, w.upper);
#if TUTTI_REGISTER_BYTES == 64
  else if constexpr (sizeof v.raw == 64 && sizeof(T) == 4)
    return _mm512_cmp_ps_mask(__builtin_bit_cast(__m512, v.raw), __builtin_bit_cast(__m512, w.raw), _CMP_UNORD_Q) != 0;
  else if constexpr (sizeof v.raw == 64)
    return _mm512_cmp_pd_mask(__builtin_bit_cast(__m512d, v.raw), __builtin_bit_cast(__m512d, w.raw), _CMP_UNORD_Q) !=
           0;
#endif
  else return any((v != v) | (w != w));
}
template <float_lane T, index N>
TUTTI_INLINE bool any_nan(const pack<T, N>& v) { return any_nan(v, v); }

/// True if every lane is.
template <index Bytes, index N>
TUTTI_INLINE bool all(const mask<Bytes, N>& m) { return !any(~m); }

/// The first lane that is true, of those where some are.
template <index Bytes, index N>
TUTTI_INLINE index first_true(const mask<Bytes, N>& m) {
  if constexpr (detail::is_halves<mask<Bytes, N>>) {
    return any(m.lower) ? first_true(m.lower) : N / 2 + first_true(m.upper);
  } else {
    const auto bits_of_a_lane = std::popcount(detail::true_bits(mask<Bytes, N>(true))) / N;
    return static_cast<index>(std::countr_zero(detail::true_bits(m)) / bits_of_a_lane);
  }
}

/// How many lanes are true.
template <index Bytes, index N>
TUTTI_INLINE index count(const mask<Bytes, N>& m) {
  if constexpr (detail::is_halves<mask<Bytes, N>>) {
    return count(m.lower) + count(m.upper);
  } else {
    const auto bits = detail::true_bits(m);
    const auto bits_of_a_lane = std::popcount(detail::true_bits(mask<Bytes, N>(true))) / N;
    return static_cast<index>(std::popcount(bits) / bits_of_a_lane);
  }
}

} // namespace simd

TUTTI_NAMESPACE_END
