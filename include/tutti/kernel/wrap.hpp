// SPDX-License-Identifier: MIT
#pragma once

// Packs what is walked by several short loops into one long row.

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include <tutti/kernel/rows.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// Calls f(from, to, count) for every row of the innermost of these loops (outermost first), until `n` elements are
/// visited: where it starts, counted in the operand's elements and in those visited, and how many it has.
template <class F>
TUTTI_INLINE void for_each_short_row(std::span<const index> extents, const index* strides, index n, const F& f) {
  const std::size_t inner = extents.size() - 1;
  std::array<index, static_cast<std::size_t>(max_rank) + 1> position{};
  index from = 0;
  for (index j = 0; j < n; j += extents[inner]) {
    f(from, j, std::min(extents[inner], n - j));
    for (std::size_t a = inner; a-- > 0;) {
      from += strides[a];
      if (a == 0 || ++position[a] < extents[a]) break;
      from -= extents[a] * strides[a];
      position[a] = 0;
    }
  }
}

namespace detail {
// to[j] = from[j / Count] for j < n. No more is written than up to a pack beyond that.
template <index Count, class T>
void repeat_row(const T* from, index n, T* to) {
  constexpr index N = simd::shuffled_lanes<T>;
  using bits = simd::detail::moved_as<T>;
  const auto* source = reinterpret_cast<const bits*>(from);
  auto* target = reinterpret_cast<bits*>(to);
  const auto write = [&](const auto& v, index part_count) {
    [&]<index... Part>(std::integer_sequence<index, Part...>) {
      ((Part < part_count ? simd::store(target + Part * N, simd::repeat_lanes<Count, Part>(v)) : void()), ...);
    }(std::make_integer_sequence<index, Count>{});
  };
#pragma GCC unroll 2
  for (; n >= Count * N; n -= Count * N, source += N, target += Count * N) write(simd::load<N>(source), Count);
  if (n > 0) write(simd::load_partial<N>(source, (n + Count - 1) / Count), (n + N - 1) / N);
}

// to[j] = the j-th of n elements of groups of Count that follow one another, each from its last element back; `from` is
// the first group's last one.
template <index Count, class T>
void reverse_groups(const T* from, index n, T* to) {
  constexpr index N = simd::shuffled_lanes<T>, step = N / Count * Count;
  using bits = simd::detail::moved_as<T>;
  index j = 0;
  if constexpr (step > 0)
    for (; j + N <= n; j += step)
      simd::store(reinterpret_cast<bits*>(to + j),
                  simd::reverse_groups<Count>(simd::load<N>(reinterpret_cast<const bits*>(from - (Count - 1) + j))));
  for (; j < n; ++j) to[j] = from[j / Count * Count - j % Count];
}

// Calls f with `count`, which is 2, 3 or 4, as a constant.
template <class F>
void with_few(index count, const F& f) {
  if (count == 2) f(std::integral_constant<index, 2>{});
  else if (count == 3) f(std::integral_constant<index, 3>{});
  else f(std::integral_constant<index, 4>{});
}
} // namespace detail

/// to[j] = the j-th element that the loops visit, for j < n. Up to a pack beyond them may be overwritten.
template <index N, class T>
void wrap_row(const T* from, std::span<const index> extents, const index* strides, index n, T* to) {
  const std::size_t inner = extents.size() - 1;
  const index extent = extents[inner], stride = strides[inner];
  if (strides[0] == 0) { // the same again and again: once, then copied
    index period = extent;
    for (std::size_t a = 1; a < inner; ++a) period *= extents[a];
    if (period < n) {
      wrap_row<N>(from, extents, strides, period, to);
      for (index done = period; done < n; done += std::min(done, n - done))
        std::memcpy(to + done, to, static_cast<std::size_t>(std::min(done, n - done)) * sizeof(T));
      return;
    }
  }
  if constexpr (simd::shuffled_lanes<T> > 0)
    if (inner == 1 && 2 <= extent && extent <= 4) {
      if (stride == 0 && strides[0] == 1)
        return detail::with_few(extent, [&](auto few) { detail::repeat_row<few>(from, n, to); });
      if (stride == -1 && strides[0] == extent)
        return detail::with_few(extent, [&](auto few) { detail::reverse_groups<few>(from, n, to); });
    }
  if (inner == 1 && strides[0] == 1 && stride > 1) { // a transposed matrix
    const index rows = n / extent;
    transpose_block(from, stride, rows, extent, to, extent);
    for (index j = rows * extent; j < n; ++j) to[j] = from[rows + (j - rows * extent) * stride];
    return;
  }
  // Whole packs are written, of which the next row overwrites what is too much.
  if (stride == 0 && extent <= N && inner == 1) {
    index m = 0;
    for (index j = 0; j < n; j += extent, ++m) simd::store(to + j, simd::broadcast<T, N>(from[m * strides[0]]));
  } else if (stride == 1 && extent <= N) {
    for_each_short_row(extents, strides, n, [&](index at, index j, index count) {
      simd::store(to + j, simd::load_partial<N>(from + at, count));
    });
  } else if (stride == 1) {
    for_each_short_row(extents, strides, n,
                       [&](index at, index j, index count) { std::copy_n(from + at, count, to + j); });
  } else {
    for_each_short_row(extents, strides, n, [&](index at, index j, index count) {
      for (index i = 0; i < count; ++i) to[j + i] = from[at + i * stride];
    });
  }
}

} // namespace kernel

TUTTI_NAMESPACE_END
