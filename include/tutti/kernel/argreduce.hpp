// SPDX-License-Identifier: MIT
#pragma once

// Finds where the extreme element stands: the extreme is folded as a value, and only a row that improves on what was
// found before is searched for its position.

#include <cstdint>

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

/// Takes the row that `x` loads, whose element j has position `first + j * step`, into account. Of equals the smallest
/// position counts.
template <index N, class In, index Accumulators, class Op, class Loader>
TUTTI_INLINE void find_in_row(const Op& op, const Loader& x, index n, index first, index step, best_element<In>& best) {
  const In extreme = reduce_row<N, In, Accumulators>(typename Op::values{}, x, n);
  const bool none = best.position < 0;
  if (!none && !op.better(extreme, best.value)) {
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

/// Takes a row into account column by column: values[j] and positions[j] hold the best so far; `fresh` starts them.
template <class In, class Op>
void find_in_columns(const Op& op, const In* row, index n, index first, index step, bool fresh, In* values,
                     std::int64_t* positions) {
  for (index j = 0; j < n; ++j) {
    const std::int64_t position = first + j * step;
    if (fresh || op.better(row[j], values[j]) || (same_value(row[j], values[j]) && position < positions[j])) {
      values[j] = row[j];
      positions[j] = position;
    }
  }
}

/// The same for rows that come in the order of their positions: notes in which of them the best element of a column
/// stands.
template <index N, class In, class Op, class Loader>
TUTTI_INLINE void find_row_of_columns(const Op&, const Loader& x, index n, std::int32_t number, bool fresh, In* values,
                                      std::int32_t* numbers) {
  const auto mine = simd::broadcast<std::int32_t, N>(number);
  const auto visit = [&](index j, const auto& v) {
    if (fresh) {
      simd::store(values + j, v);
      simd::store(numbers + j, mine);
    } else {
      const auto old = simd::load<N>(values + j);
      const auto best = typename Op::values{}.combine(old, v); // NaN, once it is there, stays
      simd::store(numbers + j, simd::select((best != old) & (old == old), mine, simd::load<N>(numbers + j)));
      simd::store(values + j, best);
    }
  };
  index j = 0;
  for (; j + N <= n; j += N) visit(j, x.load(j));
  if (j < n) visit(j, x.load_partial(j, n - j)); // the buffers are whole packs
}

} // namespace kernel

TUTTI_NAMESPACE_END
