// SPDX-License-Identifier: MIT
#pragma once

// Short groups of elements that follow one another in memory, as the coordinates of points do: from registers that hold
// whole groups to those that hold one place of each, and back.

#include <array>

#include <tutti/kernel/simd/strided.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

/// As many registers as a group has elements.
template <index Size, class T, index N>
using registers = std::array<pack<T, N>, static_cast<std::size_t>(Size)>;

namespace detail {

// Every second lane of two registers, from lane First on; and, the reverse, the lanes of half `Half` of two registers by
// turns.
template <index First, class T, index N, index... I>
TUTTI_INLINE pack<T, N> unzip(const pack<T, N>& a, const pack<T, N>& b, std::integer_sequence<index, I...>) {
  return pack<T, N>(__builtin_shufflevector(a.raw, b.raw, static_cast<int>(First + 2 * I)...));
}
template <index Half, class T, index N, index... I>
TUTTI_INLINE pack<T, N> zip(const pack<T, N>& a, const pack<T, N>& b, std::integer_sequence<index, I...>) {
  return pack<T, N>(__builtin_shufflevector(a.raw, b.raw, static_cast<int>(I % 2 * N + Half * (N / 2) + I / 2)...));
}

// Of an odd number of registers no two have the same place of a group in the same lane. So a place is chosen from all of
// them lane by lane, which takes no shuffle, and one shuffle puts its elements in order.
template <index Size, index Place, index Part, class T, index N, index... I>
TUTTI_INLINE pack<T, N> choose_place(const pack<T, N>& chosen, const registers<Size, T, N>& v,
                                     std::integer_sequence<index, I...> all) {
  if constexpr (Part == Size) {
    return pack<T, N>(__builtin_shufflevector(chosen.raw, chosen.raw, static_cast<int>((Place + Size * I) % N)...));
  } else {
    const pack<T, N> more(__builtin_shufflevector(chosen.raw, v[static_cast<std::size_t>(Part)].raw,
                                                  static_cast<int>((Part * N + I) % Size == Place ? N + I : I)...));
    return choose_place<Size, Place, Part + 1>(more, v, all);
  }
}
// The reverse: lane i of a place goes to where register Part, or another, has it; the registers choose from all places.
template <index Size, index Place, class T, index N, index... I>
TUTTI_INLINE pack<T, N> spread_place(const pack<T, N>& v, std::integer_sequence<index, I...>) {
  constexpr auto source = [](index lane) {
    index i = 0;
    while ((Place + Size * i) % N != lane) ++i;
    return static_cast<int>(i);
  };
  return pack<T, N>(__builtin_shufflevector(v.raw, v.raw, source(I)...));
}
template <index Size, index Part, index Place, class T, index N, index... I>
TUTTI_INLINE pack<T, N> choose_register(const pack<T, N>& chosen, const registers<Size, T, N>& spread,
                                        std::integer_sequence<index, I...> all) {
  if constexpr (Place == Size) {
    return chosen;
  } else {
    const pack<T, N> more(__builtin_shufflevector(chosen.raw, spread[static_cast<std::size_t>(Place)].raw,
                                                  static_cast<int>((Part * N + I) % Size == Place ? N + I : I)...));
    return choose_register<Size, Part, Place + 1>(more, spread, all);
  }
}

template <class T, index N, std::size_t Size, std::size_t... P>
TUTTI_INLINE auto split_odd(const std::array<pack<T, N>, Size>& v, std::index_sequence<P...>) {
  constexpr auto all = std::make_integer_sequence<index, N>{};
  return std::array{choose_place<static_cast<index>(Size), static_cast<index>(P), 1>(v[0], v, all)...};
}
template <class T, index N, std::size_t Size, std::size_t... P>
TUTTI_INLINE auto join_odd(const std::array<pack<T, N>, Size>& v, std::index_sequence<P...>) {
  constexpr auto all = std::make_integer_sequence<index, N>{};
  constexpr auto size = static_cast<index>(Size);
  const std::array spread{spread_place<size, static_cast<index>(P)>(v[P], all)...};
  return std::array{choose_register<size, static_cast<index>(P), 1>(spread[0], spread, all)...};
}

} // namespace detail

/// Registers that hold N groups of Size elements one after the other, to registers that hold the first, the second, ...
/// element of each group.
template <class T, index N, std::size_t Size>
TUTTI_INLINE std::array<pack<T, N>, Size> split_groups(const std::array<pack<T, N>, Size>& v) {
  if constexpr (Size == 1) return v;
  else if constexpr (Size % 2 != 0) return detail::split_odd(v, std::make_index_sequence<Size>{});
  else {
    constexpr auto all = std::make_integer_sequence<index, N>{};
    std::array<pack<T, N>, Size / 2> even, odd;
#pragma GCC unroll 4
    for (std::size_t i = 0; i < Size / 2; ++i) {
      even[i] = detail::unzip<0>(v[2 * i], v[2 * i + 1], all);
      odd[i] = detail::unzip<1>(v[2 * i], v[2 * i + 1], all);
    }
    even = split_groups(even);
    odd = split_groups(odd);
    std::array<pack<T, N>, Size> places;
#pragma GCC unroll 8
    for (std::size_t i = 0; i < Size; ++i) places[i] = i % 2 == 0 ? even[i / 2] : odd[i / 2];
    return places;
  }
}

template <index Bytes, index N, std::size_t Size>
TUTTI_INLINE std::array<mask<Bytes, N>, Size> split_groups(const std::array<mask<Bytes, N>, Size>& v) {
  std::array<pack<detail::signed_of<Bytes>, N>, Size> lanes;
  for (std::size_t i = 0; i < Size; ++i) lanes[i].raw = v[i].raw;
  lanes = split_groups(lanes);
  std::array<mask<Bytes, N>, Size> places;
  for (std::size_t i = 0; i < Size; ++i) places[i].raw = lanes[i].raw;
  return places;
}

/// Whether packs, or masks, of this type can be taken apart so: those of a register or less.
template <class V>
concept splits_groups = V::size > 1 && requires(const V& v) { v.raw; };

/// The reverse.
template <class T, index N, std::size_t Size>
TUTTI_INLINE std::array<pack<T, N>, Size> join_groups(const std::array<pack<T, N>, Size>& places) {
  if constexpr (Size == 1) return places;
  else if constexpr (Size % 2 != 0) return detail::join_odd(places, std::make_index_sequence<Size>{});
  else {
    constexpr auto all = std::make_integer_sequence<index, N>{};
    std::array<pack<T, N>, Size / 2> even, odd;
#pragma GCC unroll 8
    for (std::size_t i = 0; i < Size; ++i) (i % 2 == 0 ? even : odd)[i / 2] = places[i];
    even = join_groups(even);
    odd = join_groups(odd);
    std::array<pack<T, N>, Size> v;
#pragma GCC unroll 4
    for (std::size_t i = 0; i < Size / 2; ++i) {
      v[2 * i] = detail::zip<0>(even[i], odd[i], all);
      v[2 * i + 1] = detail::zip<1>(even[i], odd[i], all);
    }
    return v;
  }
}

} // namespace simd

TUTTI_NAMESPACE_END
