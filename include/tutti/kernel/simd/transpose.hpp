// SPDX-License-Identifier: MIT
#pragma once

// Transposing a square tile in registers.

#include <array>

#include <tutti/kernel/simd/memory.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

/// The rows and columns that transpose_tile transposes: a register's lanes of 4 and 8 bytes, 16 bytes' of narrower
/// ones.
template <class T>
inline constexpr index tile_side = sizeof(T) >= 16  ? 4
                                   : sizeof(T) >= 4 ? register_bytes / static_cast<index>(sizeof(T))
                                                    : 16 / static_cast<index>(sizeof(T));

namespace detail {

// The lower (or upper) halves of each 16 bytes of a and b, lane by lane by turns: one unpack instruction.
template <bool Upper, class T, index N, index... I>
TUTTI_INLINE pack<T, N> unpack(const pack<T, N>& a, const pack<T, N>& b, std::integer_sequence<index, I...>) {
  constexpr index group = 16 / static_cast<index>(sizeof(T));
  return pack<T, N>(__builtin_shufflevector(
      a.raw, b.raw,
      static_cast<int>(I / group * group + (Upper ? group / 2 : 0) + I % group / 2 + (I % 2 != 0 ? N : 0))...));
}

// Exchanges blocks of Block lanes: every odd block of a with the even one before it in b.
template <index Block, bool Second, class T, index N, index... I>
TUTTI_INLINE pack<T, N> exchange(const pack<T, N>& a, const pack<T, N>& b, std::integer_sequence<index, I...>) {
  return pack<T, N>(__builtin_shufflevector(
      a.raw, b.raw,
      static_cast<int>(Second ? ((I & Block) != 0 ? I + N : I + Block) : ((I & Block) != 0 ? I - Block + N : I))...));
}

template <index Block, class T, index N, std::size_t Rows>
TUTTI_INLINE void exchange_blocks(std::array<pack<T, N>, Rows>& row) {
  constexpr auto rows = static_cast<index>(Rows);
  if constexpr (Block < rows) {
    constexpr auto all = std::make_integer_sequence<index, N>{};
    for (index i = 0; i < rows; ++i) {
      if ((i & Block) != 0) continue;
      auto &a = row[static_cast<std::size_t>(i)], &b = row[static_cast<std::size_t>(i + Block)];
      const auto first = exchange<Block, false>(a, b, all);
      b = exchange<Block, true>(a, b, all);
      a = first;
    }
    exchange_blocks<2 * Block>(row);
  }
}

} // namespace detail

/// The packs that hold the columns of a square tile, given those of its rows. A row has at least 16 bytes. Packs of two rows
/// are two squares, one in the lower and one in the upper half.
template <class T, index N, std::size_t Rows>
  requires(Rows == N || Rows == N / 2)
TUTTI_INLINE void transpose(std::array<pack<T, N>, Rows>& row) {
  constexpr index group = 16 / static_cast<index>(sizeof(T));
  constexpr auto all = std::make_integer_sequence<index, N>{};
  // Rows i and i + 16 bytes' lanes / 2 of each group by turns, as often as halving a group goes, transpose its 16-byte
  // columns; exchanging blocks then puts these where they belong.
  for (index step = 1; step < group; step *= 2) {
    auto next = row;
    for (index g = 0; g < static_cast<index>(Rows); g += group) {
      for (index i = 0; i < group / 2; ++i) {
        const auto &a = row[static_cast<std::size_t>(g + i)], &b = row[static_cast<std::size_t>(g + i + group / 2)];
        next[static_cast<std::size_t>(g + 2 * i)] = detail::unpack<false>(a, b, all);
        next[static_cast<std::size_t>(g + 2 * i + 1)] = detail::unpack<true>(a, b, all);
      }
    }
    row = next;
  }
  detail::exchange_blocks<group>(row);
}

/// The columns of a 4 x 4 tile, two to a pack, given its rows so. Two shuffles fewer than with one to a pack.
template <class T>
  requires(sizeof(T) == 4)
TUTTI_INLINE void transpose_pairs(std::array<pack<T, 8>, 2>& rows) {
  constexpr auto all = std::make_integer_sequence<index, 8>{};
  const auto pair_up = [](const pack<T, 8>& v) __attribute__((always_inline)) {
    return pack<T, 8>(__builtin_shufflevector(v.raw, v.raw, 0, 4, 1, 5, 2, 6, 3, 7));
  };
  const auto upper = detail::unpack<true>(rows[0], rows[1], all);
  rows = {pair_up(detail::unpack<false>(rows[0], rows[1], all)), pair_up(upper)};
}

/// dst[j * dst_stride + i] = src[i * src_stride + j] for i and j below tile_side<T>. Strides count elements; src and
/// dst do not overlap.
template <class T>
TUTTI_INLINE void transpose_tile(const T* src, index src_stride, T* dst, index dst_stride) {
  constexpr index n = tile_side<T>;
  if constexpr (sizeof(T) > 8) {
    for (index i = 0; i < n; ++i)
      for (index j = 0; j < n; ++j) dst[j * dst_stride + i] = src[i * src_stride + j];
  } else {
    using bits = typename tutti::detail::integer_of<false, sizeof(T)>::type;
    std::array<pack<bits, n>, static_cast<std::size_t>(n)> row;
    for (auto& r : row) {
      r = detail::load_lanes<n>(reinterpret_cast<const bits*>(src));
      src += src_stride;
    }
    simd::transpose(row);
    for (const auto& r : row) {
      detail::store_lanes(reinterpret_cast<bits*>(dst), r);
      dst += dst_stride;
    }
  }
}

/// Whether transpose_part takes less than moving element by element: of large tiles, with masks.
template <class T>
inline constexpr bool transposes_parts = register_bytes == 64 && sizeof(T) <= 4;

/// The same for i < rows and j < columns, of which neither is more than tile_side<T>.
template <class T>
[[gnu::noinline]] void transpose_part(const T* src, index src_stride, T* dst, index dst_stride, index rows,
                                      index columns) {
  constexpr index n = tile_side<T>;
  using bits = typename tutti::detail::integer_of<false, sizeof(T)>::type;
  std::array<pack<bits, n>, static_cast<std::size_t>(n)> row{};
  for (index i = 0; i < rows; ++i)
    row[static_cast<std::size_t>(i)] =
        detail::load_lanes_partial<n>(reinterpret_cast<const bits*>(src + i * src_stride), columns);
  simd::transpose(row);
  for (index j = 0; j < columns; ++j)
    detail::store_lanes_partial(reinterpret_cast<bits*>(dst + j * dst_stride), row[static_cast<std::size_t>(j)], rows);
}

} // namespace simd

TUTTI_NAMESPACE_END
