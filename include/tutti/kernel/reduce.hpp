// SPDX-License-Identifier: MIT
#pragma once

// Folds rows: along themselves (reduce_row) or one onto the other (reduce_columns). Sums are pairwise: blocks are folded
// by a few accumulators side by side, and the blocks' results are combined as a tree whose form depends on the length
// alone.

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

/// Folds what `x` loads in accumulators side by side, which hide the latency of combining. Each is written out, so that
/// all stay in registers.
template <index N, class In, index Accumulators, class Op, class Loader>
class row_folder {
public:
  using V = std::remove_cvref_t<decltype(std::declval<const Loader&>().load(0))>;
  using side_by_side = std::array<V, static_cast<std::size_t>(Accumulators)>;
  static constexpr index step = N * Accumulators, block = step * block_steps;

  TUTTI_INLINE row_folder(const Op& op, const Loader& x) : op_(op), x_(x) {}

  /// Whole steps, at least one.
  TUTTI_INLINE side_by_side steps(index begin, index end) const { return steps(begin, end, all()); }
  TUTTI_INLINE side_by_side combine(const side_by_side& a, const side_by_side& b) const { return combine(a, b, all()); }
  TUTTI_INLINE V across(const side_by_side& acc) const { return across<0, Accumulators>(acc); }
  /// Less than a block, from `begin` to `end`.
  TUTTI_INLINE V rest(index begin, index end) const {
    index j = begin + (end - begin) / step * step;
    V v = j > begin ? across(steps(begin, j)) : V(Op::template identity<In>());
    for (; j + N <= end; j += N) v = op_.combine(v, V(x_.load(j)));
    if (j < end) v = op_.combine(v, pad_tail<N, Op, In>(V(x_.load_partial(j, end - j)), end - j));
    return v;
  }

private:
  static constexpr auto all() { return std::make_index_sequence<static_cast<std::size_t>(Accumulators)>{}; }

  template <std::size_t... A>
  TUTTI_INLINE side_by_side steps(index begin, index end, std::index_sequence<A...>) const {
    side_by_side acc{((void)A, V(Op::template identity<In>()))...};
    for (index j = begin; j < end; j += step)
      ((std::get<A>(acc) = op_.combine(std::get<A>(acc), V(x_.load(j + static_cast<index>(A) * N)))), ...);
    return acc;
  }
  template <std::size_t... A>
  TUTTI_INLINE side_by_side combine(const side_by_side& a, const side_by_side& b, std::index_sequence<A...>) const {
    return {op_.combine(std::get<A>(a), std::get<A>(b))...};
  }
  template <index First, index Count>
  TUTTI_INLINE V across(const side_by_side& acc) const {
    if constexpr (Count == 1) return std::get<static_cast<std::size_t>(First)>(acc);
    else return op_.combine(across<First, Count / 2>(acc), across<First + Count / 2, Count / 2>(acc));
  }

  const Op& op_;
  const Loader& x_;
};

/// A pack whose lanes' fold is that of what `x` loads for j < n; the operation's identity for n == 0. The accumulators begin
/// anew every block, and those of several blocks are combined side by side before they make a value of the tree.
template <index N, class In, index Accumulators, class Op, class Loader>
TUTTI_INLINE auto reduce_row_to_pack(const Op& op, const Loader& x, index n) {
  using folder = row_folder<N, In, Accumulators, Op, Loader>;
  using V = typename folder::V;
  constexpr index block = folder::block;
  constexpr bool settles = requires { Op::settled(In{}); }; // all and any: from some value on nothing changes it
  const folder fold(op, x);
  pairwise<Op, V> tree(op);
  index j = 0;
  while (j + block <= n) {
    auto sums = fold.steps(j, j + block);
    const index end = std::min(j + block_steps * block, n);
    for (j += block; j + block <= end; j += block) {
      sums = fold.combine(sums, fold.steps(j, j + block));
      if constexpr (settles)
        if (Op::settled(fold_lanes(op, fold.across(sums)))) break;
    }
    const V sum = fold.across(sums);
    if constexpr (settles)
      if (Op::settled(fold_lanes(op, sum))) return sum;
    tree.push(sum);
  }
  if (j < n) {
    const V rest = fold.rest(j, n);
    if (j == 0) return rest;
    tree.push(rest);
  }
  return tree.result(V(Op::template identity<In>()));
}

/// The fold of what `x` loads for j < n.
template <index N, class In, index Accumulators, class Op, class Loader>
TUTTI_INLINE In reduce_row(const Op& op, const Loader& x, index n) {
  return fold_lanes(op, reduce_row_to_pack<N, In, Accumulators>(op, x, n));
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

/// Folds rows onto each other: scratch[j] becomes the fold over r of what row(r) loads at j < n. `scratch` holds
/// column_levels(rows) rows, `pitch` (a multiple of N) apart. `coexist` says that four rows may be loaded side by side,
/// which reads and writes the scratch a quarter as often.
template <index N, class In, class Op, class Row>
TUTTI_INLINE void reduce_columns(const Op& op, const Row& row, bool coexist, index rows, index n, In* scratch,
                                 index pitch) {
  const auto onto = [&](In* to, const auto& x) {
    index j = 0;
    for (; j + N <= n; j += N) simd::store(to + j, op.combine(simd::load<N>(to + j), as_stored(x.load(j))));
    if (j < n) simd::store(to + j, op.combine(simd::load<N>(to + j), as_stored(x.load_partial(j, n - j))));
  };
  const auto four_onto = [&](In* to, const auto& a, const auto& b, const auto& c, const auto& d) {
    index j = 0;
    const auto fold_four = [&](const auto& v, const auto& w, const auto& x, const auto& y) {
      return op.combine(op.combine(v, w), op.combine(x, y));
    };
    for (; j + N <= n; j += N)
      simd::store(to + j,
                  op.combine(simd::load<N>(to + j), as_stored(fold_four(a.load(j), b.load(j), c.load(j), d.load(j)))));
    if (const index rest = n - j; rest > 0)
      simd::store(to + j, op.combine(simd::load<N>(to + j),
                                     as_stored(fold_four(a.load_partial(j, rest), b.load_partial(j, rest),
                                                         c.load_partial(j, rest), d.load_partial(j, rest)))));
  };
  const auto start = [&](In* to, const auto& x) {
    index j = 0;
    for (; j + N <= n; j += N) simd::store(to + j, x.load(j));
    if (j < n) simd::store(to + j, x.load_partial(j, n - j));
  };
  if (rows == 0) {
    for (index j = 0; j < n; ++j) scratch[j] = Op::template identity<In>();
    return;
  }
  index blocks = 0;
  for (index r = 0; r < rows; ++blocks) {
    const index end = std::min(r + block_rows, rows);
    if (coexist && r + 4 <= end) std::fill_n(scratch, (n + N - 1) / N * N, Op::template identity<In>());
    else start(scratch, row(r++));
    for (; coexist && r + 4 <= end; r += 4) {
      const auto a = row(r), b = row(r + 1), c = row(r + 2), d = row(r + 3);
      four_onto(scratch, a, b, c, d);
    }
    for (; r < end; ++r) onto(scratch, row(r));
    if (rows <= block_rows) return;
    // As in pairwise, with rows for values; level i stands in scratch row i + 1.
    index level = 1;
    for (index k = blocks; (k & 1) != 0; k >>= 1, ++level) fold_onto<N>(op, scratch, scratch + level * pitch, n);
    std::copy(scratch, scratch + n, scratch + level * pitch);
  }
  bool first = true;
  for (index level = 0; (blocks >> level) != 0; ++level) {
    if (((blocks >> level) & 1) == 0) continue;
    In* const from = scratch + (level + 1) * pitch;
    if (std::exchange(first, false)) std::copy(from, from + n, scratch);
    else fold_onto<N>(op, scratch, from, n);
  }
}

} // namespace kernel

TUTTI_NAMESPACE_END
