// SPDX-License-Identifier: MIT
#pragma once

// Folds a few elements that follow one another to one, as the coordinates of points and the pixels of windows side by side.

#include <algorithm>
#include <array>

#include <tutti/kernel/reduce.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// Whether fold_neighbours folds so many to one.
constexpr bool folds_neighbours(index count) {
  return count == 2 || count == 3 || count == 4 || count == 6 || count == 8;
}

namespace detail {
template <index Count, class In, class Op>
TUTTI_INLINE void fold_each_few(const Op& op, In* columns, index n) {
  index j = 0;
  if constexpr (simd::lane<In> && sizeof(In) >= 4) {
    constexpr index N = simd::shuffled_lanes<In>;
    for (; j + N <= n; j += N) {
      simd::registers<Count, In, N> v;
#pragma GCC unroll 4
      for (index i = 0; i < Count; ++i) v[static_cast<std::size_t>(i)] = simd::load<N>(columns + j * Count + i * N);
      v = simd::split_groups(v);
      auto folded = v[0];
#pragma GCC unroll 4
      for (std::size_t i = 1; i < v.size(); ++i) folded = op.combine(folded, v[i]);
      simd::store(columns + j, folded);
    }
  }
#pragma GCC unroll 1
  for (; j < n; ++j) {
    In folded = columns[j * Count];
    for (index i = 1; i < Count; ++i) folded = op.combine(folded, columns[j * Count + i]);
    columns[j] = folded;
  }
}
} // namespace detail

/// Folds each `count` columns, which follow one another, to one, `n` columns in all. (A function that all statements share.)
template <class In, class Op>
[[gnu::noinline]] void fold_neighbours(const Op& op, In* columns, index n, index count) {
  for (; count % 2 == 0; count /= 2) detail::fold_each_few<2>(op, columns, n /= 2);
  if (count == 3) detail::fold_each_few<3>(op, columns, n / 3);
}

namespace detail {
// The same for what `x` loads, as far as that are whole packs of results. Gives how many elements they were folded from.
template <index Count, index N, class In, class Op, class Loader>
TUTTI_INLINE index reduce_each_few(const Op& op, const Loader& x, index n, In* to) {
  index j = 0;
  for (; j + Count * N <= n; j += Count * N, to += N) {
    std::array<std::remove_cvref_t<decltype(x.load(0))>, static_cast<std::size_t>(Count)> v;
#pragma GCC unroll 4
    for (index i = 0; i < Count; ++i) v[static_cast<std::size_t>(i)] = x.load(j + i * N);
    v = simd::split_groups(v);
    auto folded = op.combine(v[0], v[1]);
    if constexpr (Count == 3) folded = op.combine(folded, v[2]);
    else if constexpr (Count == 4) folded = op.combine(folded, op.combine(v[2], v[3])); // as fold_neighbours does
    simd::store(to, as_stored(folded));
  }
  return j;
}
} // namespace detail

/// Folds each `count` of the n elements that `x` loads to one: up to four in registers, as soon as they are loaded. (Through
/// scratch it takes half as long again: 48 us instead of 32 for (100000, 3) floats. But it is nine copies of a formula, which only a
/// `Cheap` one is worth.)
template <index N, class In, bool Cheap, class Op, class Loader>
TUTTI_INLINE void reduce_neighbours(const Op& op, const Loader& x, index n, index count, In* to) {
  using V = std::remove_cvref_t<decltype(x.load(0))>;
  const index few = count % 4 == 0 ? 4 : count % 3 == 0 ? 3 : 2;
  index j = 0;
  if constexpr (Cheap && simd::splits_groups<V>) {
    if (few == 2) j = detail::reduce_each_few<2, N>(op, x, n, to);
    else if (few == 3) j = detail::reduce_each_few<3, N>(op, x, n, to);
    else j = detail::reduce_each_few<4, N>(op, x, n, to);
  }
  alignas(simd::register_bytes) In rest[12 * N]; // whole groups
  for (index here; j < n; j += here) {
    here = std::min(12 * N, n - j);
    for (index i = 0; i < here; i += N) {
      const index lanes = std::min(N, here - i);
      simd::store(rest + i, as_stored(lanes == N ? x.load(j + i) : x.load_partial(j + i, lanes)));
    }
    fold_neighbours(op, rest, here, few);
    std::copy_n(rest, here / few, to + j / few);
  }
  if (few < count) fold_neighbours(op, to, n / few, count / few);
}

} // namespace kernel

TUTTI_NAMESPACE_END
