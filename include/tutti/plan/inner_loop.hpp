// SPDX-License-Identifier: MIT
#pragma once

// Which loop of a nest is the inner one.

#include <tutti/kernel/fold_neighbours.hpp>
#include <tutti/plan/nest.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// What the statement is like, as far as cutting needs to know.
struct statement_traits {
  index lanes = 1;                 // elements of a pack
  index element_bytes = 4;         // of the widest type
  double cost = 1;                 // per element, in multiply-adds
  index kept_rows = 0;             // how many intermediate values a fused block keeps per element
  index targets = 1;               // how many of the walks, the first ones, are destinations
  bool writes_rows = false;        // and not only results of reductions
  bool revisits = false;           // a block's rows are read more than once
  bool buffers = false;            // an operand is computed into a buffer, row by row
  bool may_split = false;          // one reduction and nothing else: what a result is made of may be cut into parts
  bool may_join = false;           // only reductions, none below another, and what is made of their results
  bool positions = false;          // which finds positions: its rows are told apart
  bool loads_strided = false;      // whose inner loop can put strided operands together itself
  bool repeats = false;            // or repeat elements
  bool squares = false;            // or transpose squares
  bool may_keep_in_target = false; // what is kept is of the destination's type
  index threads = 1;               // how many may share the blocks
};

namespace detail {

inline bool unit_or_fixed(index stride) { return stride == 0 || stride == 1; }

// The loop along which an operand that is not contiguous along `inner` is, if any.
inline index contiguous_loop(const nest& loops, const walk& w, index inner) {
  for (index a = 0; a < loops.rank; ++a)
    if (a != inner && w.stride[static_cast<std::size_t>(a)] == 1) return a;
  return -1;
}

// Whether an operand comes round again and again at all positions of the loops beside `inner` that are not folded, as points do
// that others are paired with: what is packed of it is packed once for many of them.
inline bool is_repeated(const nest& loops, const walk& w, index inner) {
  index times = 1;
  for (index a = 0; a < loops.rank; ++a) {
    const auto at = static_cast<std::size_t>(a);
    if (a == inner || loops.folded[at]) continue;
    if (w.stride[at] != 0) return false;
    times *= loops.extent[at];
  }
  return times >= 8;
}

// Cycles per element that the choice of an inner loop costs: packing what is not contiguous along it, and entering rows.
// Packing goes through squares where the operand is contiguous along another loop of the block; a folded inner loop has
// no such loop beside it, and strides through memory. A destination (the first `targets` walks) is written element by
// element where it is not contiguous. Where the statement is one reduction and nothing else (`folds_alone`),
// its rows are folded one after the other without being entered each.
inline double inner_cost(const nest& loops, std::span<const walk> walks, index targets, index inner, index lanes,
                         bool folds_alone = false) {
  const auto at = static_cast<std::size_t>(inner);
  const double extent = static_cast<double>(std::max<index>(loops.extent[at], 1));
  const bool partial = loops.extent[at] < lanes;
  double cost = (folds_alone && loops.folded[at] ? (partial ? 8 : 5) : partial ? 44 : 40) / extent;
  for (std::size_t i = 0; i < walks.size(); ++i)
    if (const walk& w = walks[i]; !unit_or_fixed(w.stride[at]))
      cost += i < static_cast<std::size_t>(targets)         ? 2
              : loops.folded[at]                            ? 4
              : contiguous_loop(loops, w, inner) < 0        ? 1.2
              : folds_alone && is_repeated(loops, w, inner) ? 0.1
                                                            : 0.7;
  return cost;
}

// The elements of a row that several short ones make.
inline constexpr index grouped_row = 512;

// The operands' walks stand behind those of the destinations. (A span of them would take longer to compile.)
template <class Walk>
auto first_operand(std::span<Walk> walks, index targets) { return walks.begin() + targets; }

// Whether rows along loop `inner`, which is not folded, are taken together along the folded loop outside it: a row of 3
// elements costs as much to enter as one of 512. Every operand lies without gaps across them, comes round again, or has one
// element for each, as weights have, which is packed for less than entering them as long as they are shorter than a pack or so.
inline bool can_group(const nest& loops, std::span<const walk> walks, index targets, index inner, index outside) {
  const auto at = static_cast<std::size_t>(inner), next = static_cast<std::size_t>(outside);
  const index extent = loops.extent[at];
  if (loops.folded[at] || extent > grouped_row / 4) return false;
  return std::all_of(first_operand(walks, targets), walks.end(), [&](const walk& w) {
    return w.stride[next] == 0 || w.stride[next] == w.stride[at] * extent || (w.stride[at] == 0 && extent <= 16);
  });
}

// Whether the few elements that each result of loop `inner` is made of along loop `few` are neighbours, as the coordinates of
// points are, for every operand but those that only come round again or have one element for all of them. (That one is only
// repeated in registers up to four times. What is packed once for many is better transposed.)
inline bool are_neighbours(const nest& loops, std::span<const walk> walks, index few, index inner) {
  const auto at = static_cast<std::size_t>(inner), loop = static_cast<std::size_t>(few);
  const index count = loops.extent[loop];
  return loops.folded[loop] && !loops.folded[at] && kernel::folds_neighbours(count) &&
         std::all_of(walks.begin(), walks.end(), [&](const walk& w) {
           return w.of_results || w.stride[at] == 0 || (w.stride[loop] == 0 && count <= 4) ||
                  (w.stride[loop] == 1 && w.stride[at] == count && !is_repeated(loops, w, inner));
         });
}

// The last folded loop, or -1.
inline index last_folded(const nest& loops) {
  index a = loops.rank - 1;
  while (a >= 0 && !loops.folded[static_cast<std::size_t>(a)]) --a;
  return a;
}

inline index best_inner(const nest& loops, std::span<const walk> walks, const statement_traits& traits) {
  const bool folds_alone = traits.may_split && !traits.positions;
  const index folded = folds_alone ? last_folded(loops) : -1;
  const auto cost_of = [&](index a) {
    if (traits.may_join)
      for (index few = 0; few < loops.rank; ++few)
        if (are_neighbours(loops, walks, few, a))
          return 0.1 + 40 / static_cast<double>(loops.extent[static_cast<std::size_t>(a)] *
                                                loops.extent[static_cast<std::size_t>(few)]);
    if (folded >= 0 && can_group(loops, walks, traits.targets, a, folded) &&
        loops.extent[static_cast<std::size_t>(a)] * loops.extent[static_cast<std::size_t>(folded)] >= grouped_row)
      return 0.1;
    return inner_cost(loops, walks, traits.targets, a, traits.lanes, folds_alone);
  };
  index best = loops.rank - 1;
  double least = cost_of(best);
  for (index a = loops.rank - 2; a >= 0; --a)
    if (const double cost = cost_of(a); cost < 0.9 * least) {
      best = a;
      least = cost;
    }
  return best;
}

} // namespace detail

} // namespace plan

TUTTI_NAMESPACE_END
