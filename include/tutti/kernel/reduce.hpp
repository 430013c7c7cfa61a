// SPDX-License-Identifier: MIT
#pragma once

// Folds rows: along themselves (reduce_row) or one onto the other (reduce_columns). Sums are pairwise: blocks are folded
// by a few accumulators side by side, and the blocks' results are combined as a tree whose form depends on the length
// alone.

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include <tutti/kernel/rows.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// Combines values that arrive one by one as a balanced tree would: value k meets the 2^i values before it when k + 1
/// is a multiple of 2^i.
template <class Op, class V>
class pairwise {
public:
  TUTTI_INLINE explicit pairwise(const Op& op) : op_(op) {}
  TUTTI_INLINE void push(V value) {
    std::size_t level = 0;
    for (std::size_t k = count_++; (k & 1u) != 0; k >>= 1u, ++level) value = op_.combine(levels_[level], value);
    levels_[level] = value;
  }
  /// The fold of all, or `otherwise` where nothing came.
  TUTTI_INLINE V result(V otherwise) const {
    bool first = true;
    V total = otherwise;
    for (std::size_t level = 0; level < levels_.size() && (count_ >> level) != 0; ++level) {
      if (((count_ >> level) & 1u) == 0) continue;
      total = first ? levels_[level] : op_.combine(levels_[level], total);
      first = false;
    }
    return total;
  }

private:
  const Op& op_;
  std::size_t count_ = 0;
  std::array<V, 40> levels_;
};

/// Lanes from `count` on replaced by the operation's identity.
template <index N, class Op, class In, class V>
TUTTI_INLINE V pad_tail(const V& v, index count) {
  const auto inside =
      simd::iota<std::int32_t, N>() < simd::broadcast<std::int32_t, N>(static_cast<std::int32_t>(count));
  return simd::select(inside, v, V(Op::template identity<In>()));
}

template <index N, class Op, class In, index Bytes>
TUTTI_INLINE simd::mask<Bytes, N> pad_tail(const simd::mask<Bytes, N>& m, index count) {
  const auto inside =
      simd::iota<std::int32_t, N>() < simd::broadcast<std::int32_t, N>(static_cast<std::int32_t>(count));
  return simd::detail::resize<Bytes>(Op::template identity<In>() ? m | !inside : m & inside);
}

/// A mask as wide as the bools in memory; packs are what they are.
template <class V>
TUTTI_INLINE V as_stored(const V& v) { return v; }
template <index Bytes, index N>
TUTTI_INLINE simd::mask<1, N> as_stored(const simd::mask<Bytes, N>& m) { return simd::detail::resize<1>(m); }

/// An operation as a function of two values.
template <class Op>
struct combining {
  const Op& op;
  template <class V>
  TUTTI_INLINE auto operator()(const V& a, const V& b) const { return op.combine(a, b); }
};

/// The fold of the lanes of a pack.
template <class Op, class V>
TUTTI_INLINE auto fold_lanes(const Op& op, const V& v) { return simd::fold(v, combining<Op>{op}); }

/// Those of several packs. (A function that all statements share.)
template <class Op, class Packs, class In>
[[gnu::noinline]] void fold_each(const Op& op, const Packs& packs, In* to) {
  simd::fold_each(packs, combining<Op>{op}, to);
}

/// Steps of a block per accumulator, and blocks whose accumulators are combined one by one: both short enough that the
/// error of a float sum stays near that of its tree.
inline constexpr index block_steps = 16;

/// Folds what `x` loads in accumulators side by side, which hide the latency of combining.
template <index N, class In, index Accumulators, class Op, class Loader>
class row_folder {
public:
  using V = std::remove_cvref_t<decltype(std::declval<const Loader&>().load(0))>;
  struct side_by_side {
    V of[static_cast<std::size_t>(Accumulators)];
  };
  static constexpr index step = N * Accumulators, block = step * block_steps;

  TUTTI_INLINE row_folder(const Op& op, const Loader& x) : op_(op), x_(x) {}

  TUTTI_INLINE side_by_side none() const {
    side_by_side acc;
#pragma GCC unroll 8
    for (index a = 0; a < Accumulators; ++a) acc.of[a] = V(Op::template identity<In>());
    return acc;
  }
  /// Whole steps, at least one.
  TUTTI_INLINE side_by_side steps(index begin, index end) const {
    side_by_side acc = none();
    for (index j = begin; j < end; j += step) {
#pragma GCC unroll 8
      for (index a = 0; a < Accumulators; ++a) acc.of[a] = op_.combine(acc.of[a], V(x_.load(j + a * N)));
    }
    return acc;
  }
  TUTTI_INLINE void combine(side_by_side& a, const side_by_side& b) const {
#pragma GCC unroll 8
    for (index i = 0; i < Accumulators; ++i) a.of[i] = op_.combine(a.of[i], b.of[i]);
  }
  TUTTI_INLINE V across(side_by_side acc) const {
#pragma GCC unroll 3
    for (index apart = 1; apart < Accumulators; apart *= 2) {
#pragma GCC unroll 4
      for (index a = 0; a < Accumulators; a += 2 * apart) acc.of[a] = op_.combine(acc.of[a], acc.of[a + apart]);
    }
    return acc.of[0];
  }

private:
  const Op& op_;
  const Loader& x_;
};

/// `folded` and what `x` loads from j on, a pack after the other. (They are few: clang would unroll the loop, and enter
/// it more slowly.)
template <index N, class In, class Op, class V, class Loader>
TUTTI_INLINE V reduce_rest(const Op& op, V folded, const Loader& x, index j, index n) {
#pragma GCC unroll 1
  for (; j + N <= n; j += N) folded = op.combine(folded, V(x.load(j)));
  if (j < n) folded = op.combine(folded, pad_tail<N, Op, In>(V(x.load_partial(j, n - j)), n - j));
  return folded;
}

/// A pack whose lanes' fold is that of what `x` loads for j < n; the operation's identity for n == 0. The accumulators begin
/// anew every block, and those of several blocks are combined side by side before they make a value of the tree. (The steps
/// are written in one place: each place is a dozen copies of the whole formula.)
template <index N, class In, index Accumulators, class Op, class Loader>
TUTTI_INLINE auto reduce_row_to_pack(const Op& op, const Loader& x, index n) {
  using folder = row_folder<N, In, Accumulators, Op, Loader>;
  using V = typename folder::V;
  constexpr index block = folder::block;
  constexpr bool settles = requires { Op::settled(In{}); }; // all and any: from some value on nothing changes it
  const folder fold(op, x);
  pairwise<Op, V> tree(op);
  V rest(Op::template identity<In>()); // of what is less than a block
  auto sums = fold.none();             // of the blocks since the last value of the tree
  index j = 0, blocks = 0;
  for (const index whole = n / folder::step * folder::step; j < whole;) {
    const index begin = std::exchange(j, std::min(j + block, whole));
    const auto block_sums = fold.steps(begin, j);
    if (j - begin < block) {
      rest = fold.across(block_sums);
      break;
    }
    fold.combine(sums, block_sums);
    if constexpr (settles)
      if (const V sum = fold.across(sums); Op::settled(fold_lanes(op, sum))) return sum;
    if (++blocks % block_steps == 0 || j + block > n) tree.push(fold.across(std::exchange(sums, fold.none())));
  }
  if (blocks > 0 && j == n && n % block == 0) return tree.result(rest);
  rest = reduce_rest<N, In>(op, rest, x, j, n);
  if (blocks == 0) return rest;
  tree.push(rest);
  return tree.result(rest);
}

/// As an operation: nothing counts for nothing.
struct counting {
  template <class>
  static constexpr bool identity() { return false; }
};

/// How many of what `x` loads for j < n are true. Lanes as narrow as the masks count for as many steps as they surely can.
template <index N, class Loader>
TUTTI_INLINE index count_row(const Loader& x, index n) {
  using M = std::remove_cvref_t<decltype(x.load(0))>;
  constexpr index bytes = M::lane_bytes, accumulators = 4, step = N * accumulators;
  constexpr index block = step * (bytes == 1 ? 31 : 248);
  using lane = simd::detail::signed_of<bytes>;
  using wide = simd::detail::signed_of<std::max<index>(bytes, 2)>; // which holds the sum of all lanes
  using V = simd::pack<lane, N>;
  const auto counted = [](const M& m) { return simd::detail::reinterpret<V>(m); }; // a true lane is -1
  const auto add = [](const auto& a, const auto& b) { return a + b; };
  const auto across = [&](const V& v) { return static_cast<index>(simd::fold(simd::convert<wide>(v), add)); };
  const V none(lane(0));
  V rest = none; // of what is less than a block
  index total = 0, j = 0;
  for (const index whole = n / step * step; j < whole;) {
    const index begin = std::exchange(j, std::min(j + block, whole));
    V sums[accumulators] = {none, none, none, none};
    for (index i = begin; i < j; i += step) {
#pragma GCC unroll 4
      for (index a = 0; a < accumulators; ++a) sums[a] = sums[a] + counted(x.load(i + a * N));
    }
    rest = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    if (j < whole) total -= across(std::exchange(rest, none));
  }
  for (; j + N <= n; j += N) rest = rest + counted(x.load(j));
  if (j < n) rest = rest + counted(pad_tail<N, counting, bool>(x.load_partial(j, n - j), n - j));
  return total - across(rest);
}

/// The fold of what `x` loads for j < n.
template <index N, class In, index Accumulators, class Op, class Loader>
TUTTI_INLINE In reduce_row(const Op& op, const Loader& x, index n) {
  return fold_lanes(op, reduce_row_to_pack<N, In, Accumulators>(op, x, n));
}

/// The folds of `rows` rows that a loader advances through, each of less than a step; `rows` is a multiple of Count. Ends at
/// the last row. (Rows so short are entered by the cycle: one function for those of any length takes twice as long.)
template <index N, class In, index Count, class Op, class Loader>
TUTTI_INLINE void reduce_short_rows(const Op& op, Loader& x, index n, index rows, In* to) {
  using V = std::remove_cvref_t<decltype(x.load(0))>;
  std::array<V, static_cast<std::size_t>(Count)> packs;
  for (index r = 0; r < rows; r += Count) {
#pragma GCC unroll 8
    for (index k = 0; k < Count; ++k) {
      if (r + k > 0) x.advance();
      packs[static_cast<std::size_t>(k)] = reduce_rest<N, In>(op, V(Op::template identity<In>()), x, 0, n);
    }
    simd::fold_each(packs, combining<Op>{op}, to + r);
  }
}

/// Rows that reduce_columns folds one after the other before their sum enters the tree.
inline constexpr index block_rows = 64;

/// How many rows of scratch reduce_columns needs to fold `rows` rows.
constexpr index column_levels(index rows) {
  return rows <= block_rows ? 1 : 2 + static_cast<index>(std::bit_width(static_cast<std::size_t>(rows / block_rows)));
}

/// The tree of rows: rows of scratch are folded onto each other, the same for all that is folded.
template <index N, class In, class Op>
[[gnu::noinline]] void fold_onto(const Op& op, In* to, const In* from, index n) {
  index j = 0;
  for (; j + N <= n; j += N) simd::store(to + j, op.combine(simd::load<N>(to + j), simd::load<N>(from + j)));
  if (j < n) simd::store(to + j, op.combine(simd::load<N>(to + j), simd::load_partial<N>(from + j, n - j)));
}

/// The tree of rows that reduce_columns folds, as pairwise is of values: level i stands in row i + 1 of the scratch, whose
/// first row is a new value, or the fold of all. (Functions that all statements share.)
template <index N, class In, class Op>
[[gnu::noinline]] void push_row(const Op& op, In* scratch, index pitch, index n, index count) {
  index level = 1;
  for (; (count & 1) != 0; count >>= 1, ++level) fold_onto<N>(op, scratch, scratch + level * pitch, n);
  std::copy(scratch, scratch + n, scratch + level * pitch);
}
template <index N, class In, class Op>
[[gnu::noinline]] void fold_pushed_rows(const Op& op, In* scratch, index pitch, index n, index count) {
  bool first = true;
  for (index level = 1; count != 0; count >>= 1, ++level) {
    if ((count & 1) == 0) continue;
    In* const from = scratch + level * pitch;
    if (std::exchange(first, false)) std::copy(from, from + n, scratch);
    else fold_onto<N>(op, scratch, from, n);
  }
}
/// Folds n values onto others, be they whole packs or not.
template <index N, class In, class Op>
TUTTI_INLINE void fold_some_onto(const Op& op, In* to, const In* from, index n) {
  index j = 0;
  for (; j + N <= n; j += N) simd::store(to + j, op.combine(simd::load<N>(to + j), simd::load<N>(from + j)));
  for (; j < n; ++j) to[j] = op.combine(to[j], from[j]);
}
/// Folds `groups` groups of `n` columns onto the first of them: the second half of them onto the first, and again.
template <index N, class In, class Op>
[[gnu::noinline]] void fold_groups(const Op& op, In* columns, index n, index groups) {
  for (; groups > 1; groups -= groups / 2)
    fold_some_onto<N>(op, columns, columns + (groups - groups / 2) * n, groups / 2 * n);
}

/// Four rows, folded before they meet others.
template <class Op, class Loader>
struct four_rows {
  const Op& op;
  Loader a, b, c, d;
  TUTTI_INLINE auto load(index j) const {
    return op.combine(op.combine(a.load(j), b.load(j)), op.combine(c.load(j), d.load(j)));
  }
  TUTTI_INLINE auto load_partial(index j, index count) const {
    return op.combine(op.combine(a.load_partial(j, count), b.load_partial(j, count)),
                      op.combine(c.load_partial(j, count), d.load_partial(j, count)));
  }
};

/// Folds rows onto each other: scratch[j] becomes the fold over r of what row(r) loads at j < n. `scratch` holds
/// column_levels(rows) rows, `pitch` (a multiple of N) apart. `Fours` says that it pays to load four rows side by side, which
/// reads and writes the scratch a quarter as often, and `coexist` that it can be done.
template <index N, class In, bool Fours, class Op, class Row>
TUTTI_INLINE void reduce_columns(const Op& op, const Row& row, [[maybe_unused]] bool coexist, index rows, index n,
                                 In* scratch, index pitch) {
  if (rows == 0) return static_cast<void>(std::fill_n(scratch, (n + N - 1) / N * N, Op::template identity<In>()));
  alignas(simd::register_bytes) In nothing[N];
  std::fill_n(nothing, N, Op::template identity<In>());
  row_loader<In, N> before{}; // what rows are folded onto: nothing, or the scratch
  const auto onto = [&](const auto& entered) {
    const auto x = entered; // in registers: where a function has put it, it would be read anew at every step
    const auto to = std::exchange(before, {scratch, -1});
    index j = 0;
    for (; j + N <= n; j += N) simd::store(scratch + j, op.combine(to.load(j), as_stored(x.load(j))));
    if (j < n) simd::store(scratch + j, op.combine(to.load(j), as_stored(x.load_partial(j, n - j))));
  };
  index blocks = 0, r = 0;
  do {
    const index end = std::min(r + block_rows, rows);
    before = {nothing, 0};
    if constexpr (Fours)
      for (; coexist && r + 4 <= end; r += 4)
        onto(four_rows<Op, decltype(row(r))>{op, row(r), row(r + 1), row(r + 2), row(r + 3)});
    for (; r < end; ++r) onto(row(r));
    if (rows <= block_rows) return;
    push_row<N>(op, scratch, pitch, n, blocks++);
  } while (r < rows);
  fold_pushed_rows<N>(op, scratch, pitch, n, blocks);
}

} // namespace kernel

TUTTI_NAMESPACE_END
