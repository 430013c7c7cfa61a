// SPDX-License-Identifier: MIT
#pragma once

// Finds where the extreme element stands. Along a row every lane keeps the best that it has seen and when it saw it. Where
// that does not do (numbers that are NaN, rows against their order) the extreme is folded as a value, and only a row that
// improves on what was found before is searched for its position.

#include <cstdint>
#include <limits>

#include <tutti/core/scalar_math.hpp>
#include <tutti/kernel/reduce.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

template <class In>
struct best_element {
  In value{};
  std::int64_t position = -1; // nothing found yet
};

/// Numbers whose packs compare lane by lane: not bool, whose packs are masks.
template <class In>
inline constexpr bool counts_in_lanes = std::is_arithmetic_v<In> && !std::same_as<In, bool>;

template <class In>
constexpr bool same_value(In a, In b) { return a == b || (a != a && b != b); }
/// Whether `a` takes the place of `b`: NaN that of any number.
template <class Op, class In>
constexpr bool better(const Op& op, In a, In b) { return op.beyond(a, b) || (a != a && b == b); }

/// Keeps the better of two elements: of equals the one with the smaller position.
template <class Op, class In>
void keep_better(const Op& op, best_element<In>& best, const best_element<In>& other) {
  if (best.position < 0 || better(op, other.value, best.value) ||
      (same_value(other.value, best.value) && other.position < best.position))
    best = other;
}

/// Takes a row into account by folding and searching it, as find_in_row does.
template <index N, class In, index Accumulators, class Op, class Loader>
[[gnu::noinline]] void search_row(const Op& op, Loader x, index n, index first, index step, best_element<In>& best) {
  const In extreme = reduce_row<N, In, Accumulators>(typename Op::values{}, x, n);
  const bool none = best.position < 0;
  if (!none && !better(op, extreme, best.value)) {
    // An equal element counts only where rows do not come in the order of their positions.
    const index least = step >= 0 ? first : first + (n - 1) * step;
    if (!same_value(extreme, best.value) || least > best.position) return;
  }
  std::int64_t found = -1;
  index j = 0;
  if constexpr (counts_in_lanes<In>) {
    if (step > 0) {
      const bool nan = extreme != extreme;
      for (; j + N <= n && found < 0; j += N) {
        const auto v = x.load(j);
        const auto there = nan ? v != v : v == simd::broadcast<In, N>(extreme);
        if (simd::any(there)) found = first + (j + simd::first_true(there)) * step;
      }
    }
  }
  alignas(simd::register_bytes) In lanes[N];
  for (; j < n && (found < 0 || step < 0); j += N) {
    const index count = std::min(N, n - j);
    simd::store_partial(lanes, x.load_partial(j, count), count);
    for (index lane = 0; lane < count; ++lane)
      if (same_value(lanes[lane], extreme)) {
        const std::int64_t position = first + (j + lane) * step;
        if (found < 0 || position < found) found = position;
      }
  }
  if (none || !same_value(extreme, best.value) || found < best.position) best = {extreme, found};
}

/// What `from` loads from `begin` on.
template <class Loader>
struct part_loader {
  Loader from;
  index begin;
  TUTTI_INLINE auto load(index j) const { return from.load(begin + j); }
  TUTTI_INLINE auto load_partial(index j, index n) const { return from.load_partial(begin + j, n); }
};

/// The best of whole steps, and where in the row it stands; nothing where one of the numbers is NaN. Positions are 32 bits.
template <index N, class In, class Op, class Loader>
TUTTI_INLINE best_element<In> find_in_steps(const Op& op, const Loader& x, index n) {
  constexpr std::size_t side_by_side = 4; // comparing and choosing takes a few cycles
  using V = std::remove_cvref_t<decltype(simd::broadcast<In, N>(In{}))>;
  using numbers = std::remove_cvref_t<decltype(simd::broadcast<std::int32_t, N>(0))>;
  std::array<V, side_by_side> values, seen;
  std::array<numbers, side_by_side> when;
  [[maybe_unused]] V total(In{1});
  values.fill(V(Op::values::template identity<In>()));
  when.fill(numbers(0));
  numbers now(0);
  for (index j = 0; j < n; j += static_cast<index>(side_by_side) * N, now = now + numbers(1)) {
#pragma GCC unroll 4
    for (std::size_t k = 0; k < side_by_side; ++k) {
      seen[k] = x.load(j + static_cast<index>(k) * N);
      const auto beyond = op.beyond(seen[k], values[k]);
      values[k] = simd::select(beyond, seen[k], values[k]);
      when[k] = simd::select(beyond, now, when[k]);
    }
    if constexpr (std::floating_point<In>) total = simd::fma(seen[0], seen[1], simd::fma(seen[2], seen[3], total));
  }
  // A sum of products is NaN if a factor is, and half as many operations as a sum of all. (Infinities of both signs, or that
  // meet a zero, are taken for it: then the row is searched. It begins with 1, so that it is no subnormal, which are slow.)
  if constexpr (std::floating_point<In>)
    if (simd::any_nan(total)) [[unlikely]]
      return {};
  using scalar_math::select;
  const auto best = [&](const auto& a, const auto& b) { return select(op.beyond(b, a), b, a); };
  const auto least = [](const auto& a, const auto& b) { return select(a < b, a, b); };
  const In extreme = simd::fold(best(best(values[0], values[1]), best(values[2], values[3])), best);
  numbers first(std::numeric_limits<std::int32_t>::max());
  for (std::size_t k = 0; k < side_by_side; ++k) {
    const numbers at =
        (when[k] * numbers(std::int32_t{side_by_side}) + numbers(static_cast<std::int32_t>(k))) * numbers(N) +
        simd::iota<std::int32_t, N>();
    first = least(first, select(values[k] == V(extreme), at, first));
  }
  return {extreme, simd::fold(first, least)};
}

/// Takes the row that `x` loads, whose element j has position `first + j * step`, into account. Of equals the smallest
/// position counts. `plain` loads the same row, and computes an element in one way wherever it does: what is searched is
/// computed twice.
template <index N, class In, index Accumulators, class Op, class Loader, class Plain>
TUTTI_INLINE void find_in_row(const Op& op, const Loader& x, const Plain& plain, index n, index first, index step,
                              best_element<In>& best) {
  index done = 0;
  if constexpr (counts_in_lanes<In> && sizeof(In) >= 4) { // positions of bytes would take four registers
    constexpr index whole = 4 * N, most = index{1} << 30;
    if (step > 0 && n <= most) {
      done = n / whole * whole;
      const auto found = done > 0 ? find_in_steps<N, In>(op, x, done) : best_element<In>{};
      if (found.position < 0) done = 0;
      else keep_better(op, best, {found.value, first + found.position * step});
    }
  }
  if (done < n)
    search_row<N, In, Accumulators>(op, part_loader<Plain>{plain, done}, n - done, first + done * step, step, best);
}

/// Takes a row into account column by column: values[j] and positions[j] hold the best so far; `fresh` starts them.
template <class In, class Op>
void find_in_columns(const Op& op, const In* row, index n, index first, index step, bool fresh, In* values,
                     std::int64_t* positions) {
  for (index j = 0; j < n; ++j) {
    const std::int64_t position = first + j * step;
    if (fresh || better(op, row[j], values[j]) || (same_value(row[j], values[j]) && position < positions[j])) {
      values[j] = row[j];
      positions[j] = position;
    }
  }
}

/// The same for rows that come in the order of their positions: notes in which of them the best element of a column
/// stands. These are the rows from `number` on; before the first ones the values are the operation's identity. Several at
/// once read and write what was found so far only once. Of packs that have NaN it is right only if `NaN` says so; the
/// result is a pack that has NaN if one of them has.
template <index N, bool NaN, class In, class Op, class... Loaders>
TUTTI_INLINE auto find_rows_of_columns(const Op& op, index n, std::int32_t number, In* values, std::int32_t* numbers,
                                       const Loaders&... rows) {
  auto total = simd::broadcast<In, N>(In{});
  const auto visit = [&](auto may_be_nan, index j, const auto&... packs) __attribute__((always_inline)) {
    auto best = simd::load<N>(values + j);
    auto where = simd::load<N>(numbers + j);
    std::int32_t mine = number;
    const auto see = [&](const auto& v) __attribute__((always_inline)) {
      auto better = op.beyond(v, best);
      if constexpr (may_be_nan) better = (better | (v != v)) & (best == best); // once it is there, it stays
      where = simd::select(better, simd::broadcast<std::int32_t, N>(mine++), where);
      best = simd::select(better, v, best);
    };
    (see(packs), ...);
    if constexpr (!may_be_nan && std::floating_point<In>) total = total + (packs + ...); // NaN if one is
    simd::store(values + j, best);
    simd::store(numbers + j, where);
  };
  index j = 0;
  for (; j + N <= n; j += N) visit(std::bool_constant<NaN>{}, j, rows.load(j)...);
  // The buffers are whole packs; what stands behind a row's end may be NaN.
  if (j < n) visit(std::bool_constant<std::floating_point<In>>{}, j, rows.load_partial(j, n - j)...);
  return total;
}

} // namespace kernel

TUTTI_NAMESPACE_END
