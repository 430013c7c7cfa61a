// SPDX-License-Identifier: MIT
#pragma once

// The inner loop of every elementwise statement: load, compute, store, one pack at a time, with a masked tail.

#include <array>

#include <tutti/kernel/repeat.hpp>
#include <tutti/kernel/values.hpp>

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

/// Writes what `x` loads for j < n to consecutive elements at `to`: `rows` times, `step` apart, if its loader leads to the
/// next row. If it `streams`, past the caches, for a destination that none of them can hold: `to` must be aligned to a register
/// then. Of values that may be the same for the whole row the loop need not ask at every step. (The loop over rows stands
/// here: each function around a formula's loops is the formula once more to the compiler.)
template <index N, index Unroll, class T, class Loader>
TUTTI_INLINE void map_rows(T* to, Loader x, index n, index rows = 1, index step = 0, bool streams = false) {
  if constexpr (may_be_steady<Loader>)
    if (x.is_steady()) return map_rows<N, Unroll>(to, x.steady(), n, rows, step, streams);
  for (;;) {
    index j = 0;
    if constexpr (checking<Loader>) {
      for (; !streams && j + 2 * N <= n; j += 2 * N) {
        const auto two = x.load_two(j);
        simd::store(to + j, two[0]);
        simd::store(to + j + N, two[1]);
      }
    } else if constexpr (Unroll > 1) {
      for (; !streams && j + Unroll * N <= n; j += Unroll * N) {
#pragma GCC unroll 4
        for (index u = 0; u < Unroll; ++u) simd::store(to + j + u * N, x.load(j + u * N));
      }
    }
    for (; j + N <= n; j += N) {
      const auto pack = x.load(j);
      if (streams) simd::stream(to + j, pack);
      else simd::store(to + j, pack);
    }
    if (j < n) simd::store_partial(to + j, x.load_partial(j, n - j), n - j);
    if (--rows == 0) return;
    to += step;
    if constexpr (advancing<Loader>) x.advance();
  }
}

/// The same as a function: planned loops and most of the short ways around planning load a tree by the same loaders, and are
/// one piece of code so. Only what is bound by memory gains by streaming: the rest is spared the code.
template <index N, index Unroll, class T, class Loader>
[[gnu::noinline]] void run_rows(T* to, const Loader& x, index n, index rows, index step, bool streams) {
  map_rows<N, Unroll>(to, x, n, rows, step, Unroll > 1 && streams);
}

} // namespace kernel

TUTTI_NAMESPACE_END
