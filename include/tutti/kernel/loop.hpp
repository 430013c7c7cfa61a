// SPDX-License-Identifier: MIT
#pragma once

// The inner loop of every elementwise statement: load, compute, store, one pack at a time, with a masked tail.

#include <array>

#include <tutti/kernel/rows.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// Steps that a loop does at once: cheap ones several, so that its own counting is lost among them; expensive ones fill
/// the registers by themselves.
constexpr index unroll_for(double cost) { return cost <= 8 ? 4 : 1; }

/// A loader that checks what it computes, and does so once for two packs.
template <class Loader>
concept checking = requires(const Loader& x) { x.load_two(index{}); };

/// The packs of elements j and j + N.
template <index N, class Loader>
TUTTI_INLINE auto load_two(const Loader& x, index j) {
  if constexpr (checking<Loader>) return x.load_two(j);
  else return std::array{x.load(j), x.load(j + N)};
}

/// Writes what `x` loads for j < n to consecutive elements at `to`. Of values that may be the same for the whole row the loop
/// need not ask at every step.
template <index N, index Unroll, class T, class Loader>
TUTTI_INLINE void map_row(T* to, const Loader& x, index n) {
  if constexpr (may_be_steady<Loader>)
    if (x.is_steady()) return map_row<N, Unroll>(to, x.steady(), n);
  index j = 0;
  if constexpr (checking<Loader>) {
    for (; j + 2 * N <= n; j += 2 * N) {
      const auto two = x.load_two(j);
      simd::store(to + j, two[0]);
      simd::store(to + j + N, two[1]);
    }
  } else if constexpr (Unroll > 1) {
    for (; j + Unroll * N <= n; j += Unroll * N) {
#pragma GCC unroll 4
      for (index u = 0; u < Unroll; ++u) simd::store(to + j + u * N, x.load(j + u * N));
    }
  }
  for (; j + N <= n; j += N) simd::store(to + j, x.load(j));
  if (j < n) simd::store_partial(to + j, x.load_partial(j, n - j), n - j);
}

/// The same past the caches, for a destination that none of them can hold: `to` must be aligned to a register.
template <index N, class T, class Loader>
TUTTI_INLINE void map_row_streaming(T* to, const Loader& x, index n) {
  index j = 0;
  for (; j + N <= n; j += N) simd::stream(to + j, x.load(j));
  if (j < n) simd::store_partial(to + j, x.load_partial(j, n - j), n - j);
}

/// Calls write(to, x) for `rows` rows, whose destinations are `step` apart and whose loader advances.
template <class T, class Loader, class Write>
TUTTI_INLINE void map_rows(index rows, T* to, index step, Loader x, const Write& write) {
  for (;;) {
    write(to, x);
    if (--rows == 0) return;
    to += step;
    if constexpr (advancing<Loader>) x.advance();
  }
}

} // namespace kernel

TUTTI_NAMESPACE_END
