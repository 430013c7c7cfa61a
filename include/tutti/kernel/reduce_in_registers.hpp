// SPDX-License-Identifier: MIT
#pragma once

// Folds rows onto each other without writing what some of them are folded to.

#include <tutti/kernel/reduce.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// The packs of a row that reduce_in_registers folds at once.
inline constexpr index narrow_packs = 8;

/// The rows that are folded before their sum enters the tree: of whole steps, blocks of them.
inline constexpr index registers_rows = block_steps * block_rows;

/// As reduce_columns, for rows that the loader leads through: what some packs of them are folded to stays in registers. That
/// is for rows of just so many packs, which are read in one stream, where lines of four rows side by side would be four
/// short ones; and for few rows that are near, of which nothing is written until it is complete.
template <index N, class In, class Op, class Loader>
TUTTI_INLINE void reduce_in_registers(const Op& op, const Loader& first, index rows, index n, In* scratch,
                                      index pitch) {
  using V = std::remove_cvref_t<decltype(as_stored(first.load(0)))>;
  Loader begin = first;
  index blocks = 0, r = 0;
  do {
    const index end = std::min(r + registers_rows, rows);
    index j = 0;
    for (; j + narrow_packs * N <= n; j += narrow_packs * N) {
      std::array<V, static_cast<std::size_t>(narrow_packs)> sums;
      sums.fill(V(Op::template identity<In>()));
      Loader x = begin;
      for (index i = r; i < end;) {
        auto block = sums;
        block.fill(V(Op::template identity<In>()));
        const index block_end = std::min(i + block_rows, end);
#pragma GCC unroll 1
        for (; i < block_end; ++i, x.advance()) {
#pragma GCC unroll 8
          for (index k = 0; k < narrow_packs; ++k) {
            V& sum = block[static_cast<std::size_t>(k)];
            sum = op.combine(sum, as_stored(x.load(j + k * N)));
          }
        }
#pragma GCC unroll 8
        for (index k = 0; k < narrow_packs; ++k) {
          V& sum = sums[static_cast<std::size_t>(k)];
          sum = op.combine(sum, block[static_cast<std::size_t>(k)]);
        }
      }
#pragma GCC unroll 8
      for (index k = 0; k < narrow_packs; ++k) simd::store(scratch + j + k * N, sums[static_cast<std::size_t>(k)]);
    }
    for (; j < n; j += N) { // the scratch has whole packs
      V sum(Op::template identity<In>());
      Loader x = begin;
      for (index i = r; i < end; ++i, x.advance())
        sum = op.combine(sum, as_stored(j + N <= n ? x.load(j) : x.load_partial(j, n - j)));
      simd::store(scratch + j, sum);
    }
    if (rows <= registers_rows) return;
    for (; r < end; ++r) begin.advance();
    push_row<N>(op, scratch, pitch, n, blocks++);
  } while (r < rows);
  fold_pushed_rows<N>(op, scratch, pitch, n, blocks);
}

} // namespace kernel

TUTTI_NAMESPACE_END
