// SPDX-License-Identifier: MIT
#pragma once

// Shuffles between elements that stand a few apart in memory, or are repeated a few times, and packs of neighbours.

#include <array>
#include <cstdint>
#include <limits>

#include <tutti/core/config.hpp>

#if TUTTI_REGISTER_BYTES >= 32
#include <immintrin.h>
#endif

#include <tutti/kernel/simd/memory.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

/// The lanes of the packs that these shuffles work on: a register's of 4 and 8 bytes, 16 bytes' of narrower ones, which
/// have a shuffle of their own there. 0 for what no instruction shuffles.
template <class T>
inline constexpr index shuffled_lanes = [] {
  constexpr auto bytes = static_cast<index>(sizeof(T));
  if (bytes == 4 || bytes == 8) return register_bytes / bytes;
#if defined(__SSSE3__) || defined(__ARM_NEON)
  if (bytes < 4) return 16 / bytes;
#endif
  return index{0};
}();

namespace detail {

/// An unsigned integer of as many bytes: what is moved only.
template <class T>
using moved_as = typename tutti::detail::integer_of<false, sizeof(T)>::type;

// Puts what stands in register Part of those in a row, at First + Stride * lane, into the lanes of `v`.
template <index First, index Stride, index Part, class T, index N, index... I>
TUTTI_INLINE pack<T, N> take_from(const pack<T, N>& v, const T* registers, std::integer_sequence<index, I...> all) {
  constexpr auto source = [](index i) {
    const index at = First + Stride * i;
    const bool of_first = Part == 1 && at < N; // v is the first register itself
    return static_cast<int>(of_first ? at : at / N == Part ? N + at % N : i);
  };
  const pack<T, N> taken(__builtin_shufflevector(v.raw, load_lanes<N>(registers + Part * N).raw, source(I)...));
  constexpr index parts = Stride < 0 ? -Stride : Stride;
  if constexpr (Part + 1 < parts) return take_from<First, Stride, Part + 1>(taken, registers, all);
  else return taken;
}

template <index... I, class V>
TUTTI_INLINE V reversed(const V& v, std::integer_sequence<index, I...>) {
  return V(__builtin_shufflevector(v.raw, v.raw, static_cast<int>(V::size - 1 - I)...));
}

template <index Count, index... I, class V>
TUTTI_INLINE V groups_reversed(const V& v, std::integer_sequence<index, I...>) {
  return V(__builtin_shufflevector(
      v.raw, v.raw, static_cast<int>(I < V::size / Count * Count ? I / Count * Count + Count - 1 - I % Count : I)...));
}

template <index Count, index Part, index... I, class V>
TUTTI_INLINE V repeat(const V& v, std::integer_sequence<index, I...>) {
  return V(__builtin_shufflevector(v.raw, v.raw, static_cast<int>((Part * V::size + I) / Count)...));
}

} // namespace detail

/// The elements p[0], p[Stride], p[2 * Stride], ... in a pack. Reads all that stands between them, and that behind the
/// last one up to where the next pack begins.
template <index Stride, class T>
TUTTI_INLINE auto take_every(const T* p) {
  constexpr index N = shuffled_lanes<T>;
  constexpr auto all = std::make_integer_sequence<index, N>{};
  const auto* const bits = reinterpret_cast<const detail::moved_as<T>*>(p);
  if constexpr (Stride == -1) {
    return detail::reversed(detail::load_lanes<N>(bits - (N - 1)), all);
  } else {
    constexpr index first = Stride < 0 ? -Stride * N - 1 : 0; // where p stands in the registers
    const auto* const registers = bits - first;
    return detail::take_from<first, Stride, 1>(detail::load_lanes<N>(registers), registers, all);
  }
}

/// Whether a few instructions pick lanes of these elements from two registers, whatever their places, which need not be known
/// to the compiler.
template <class T>
inline constexpr bool picks_lanes = TUTTI_REGISTER_BYTES >= 32 && lane<T> && (sizeof(T) == 4 || sizeof(T) == 8);

/// Where picked lanes stand, by 4 bytes: in which place of their register, and whether that is the second one.
struct picked_places {
  static constexpr std::size_t count = register_bytes / 4;
  alignas(register_bytes) std::array<std::int32_t, count> at{};
  constexpr void set(std::size_t i, std::int32_t place, bool of_second) {
    constexpr std::int32_t second = register_bytes == 64 ? 16 : std::numeric_limits<std::int32_t>::min();
    at[i] = place | (of_second ? second : 0);
  }
};

/// The lanes of `a` and `b`, a register each, that stand at these places.
template <lane T, index N>
TUTTI_INLINE pack<T, N> pick_lanes(const pack<T, N>& a, const pack<T, N>& b,
                                   const pack<std::int32_t, register_bytes / 4>& places) {
  static_assert(sizeof(T) * N == register_bytes && picks_lanes<T>);
#if TUTTI_REGISTER_BYTES == 64
  return pack<T, N>(__builtin_bit_cast(typename pack<T, N>::raw_type,
                                       _mm512_permutex2var_epi32(__builtin_bit_cast(__m512i, a.raw),
                                                                 __builtin_bit_cast(__m512i, places.raw),
                                                                 __builtin_bit_cast(__m512i, b.raw))));
#elif TUTTI_REGISTER_BYTES == 32
  const auto at = __builtin_bit_cast(__m256i, places.raw);
  const auto of_a = _mm256_permutevar8x32_ps(__builtin_bit_cast(__m256, a.raw), at),
             of_b = _mm256_permutevar8x32_ps(__builtin_bit_cast(__m256, b.raw), at);
  return pack<T, N>(
      __builtin_bit_cast(typename pack<T, N>::raw_type, _mm256_blendv_ps(of_a, of_b, __builtin_bit_cast(__m256, at))));
#else
  return (void)b, (void)places, a;
#endif
}

/// The same of one register.
template <lane T, index N>
TUTTI_INLINE pack<T, N> pick_lanes(const pack<T, N>& v, const pack<std::int32_t, register_bytes / 4>& places) {
  static_assert(sizeof(T) * N == register_bytes && picks_lanes<T>);
#if TUTTI_REGISTER_BYTES == 64
  const auto picked =
      _mm512_permutexvar_epi32(__builtin_bit_cast(__m512i, places.raw), __builtin_bit_cast(__m512i, v.raw));
  return pack<T, N>(__builtin_bit_cast(typename pack<T, N>::raw_type, picked));
#elif TUTTI_REGISTER_BYTES == 32
  const auto picked =
      _mm256_permutevar8x32_epi32(__builtin_bit_cast(__m256i, v.raw), __builtin_bit_cast(__m256i, places.raw));
  return pack<T, N>(__builtin_bit_cast(typename pack<T, N>::raw_type, picked));
#else
  return (void)places, v;
#endif
}

/// The lanes with each whole group of Count in reverse order.
template <index Count, lane T, index N>
TUTTI_INLINE pack<T, N> reverse_groups(const pack<T, N>& v) {
  return detail::groups_reversed<Count>(v, std::make_integer_sequence<index, N>{});
}

/// Part `Part` of the Count packs that have each lane of `v` Count times.
template <index Count, index Part, lane T, index N>
TUTTI_INLINE pack<T, N> repeat_lanes(const pack<T, N>& v) {
  return detail::repeat<Count, Part>(v, std::make_integer_sequence<index, N>{});
}

/// Whether store_every takes less than storing lane by lane: for elements of this type, on this processor. (Each part of a
/// register that it writes takes two steps: floats three or four apart half as long, doubles no less.)
template <index Stride, class T>
inline constexpr bool stores_every =
    TUTTI_REGISTER_BYTES == 64 && (sizeof(T) == 4 || sizeof(T) == 8) && Stride * static_cast<index>(sizeof(T)) <= 16;

/// Writes the lanes of a register to to[0], to[Stride], to[2 * Stride], ... and nothing to what stands between them.
template <index Stride, class T, index N>
TUTTI_INLINE void store_every(T* to, const pack<T, N>& v) {
#if TUTTI_REGISTER_BYTES == 64
  [&]<index... Part>(std::integer_sequence<index, Part...>) {
    const auto write = [](void* at, std::uint32_t first, const pack<T, N>& repeated) {
      const auto lanes = __builtin_bit_cast(__m512i, repeated.raw);
      if constexpr (sizeof(T) == 4) _mm512_mask_storeu_epi32(at, static_cast<__mmask16>(first), lanes);
      else _mm512_mask_storeu_epi64(at, static_cast<__mmask8>(first), lanes);
    };
    constexpr auto first_of = [](index part) {
      std::uint32_t lanes = 0;
      for (index i = 0; i < N; ++i) lanes |= std::uint32_t{(part * N + i) % Stride == 0} << i;
      return lanes;
    };
    (write(to + Part * N, first_of(Part), repeat_lanes<Stride, Part>(v)), ...);
  }(std::make_integer_sequence<index, Stride>{});
#else
  for (index i = 0; i < N; ++i) to[Stride * i] = v[i];
#endif
}

} // namespace simd

TUTTI_NAMESPACE_END
