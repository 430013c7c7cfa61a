// SPDX-License-Identifier: MIT
#pragma once

// The one normal form of every statement: loops over axes, and for each operand a stride per axis, 0 where it is
// stretched. Axes of extent 1 go, the others are ordered by the strides, and neighbours that are contiguous for every
// operand merge. Nothing here depends on types, so it is compiled once.

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <span>

#include <tutti/core/layout.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Asks for values that are set before they are read. (Zeroing them all takes longer than entering a short row.)
struct unset_t {};
inline constexpr unset_t unset{};

/// One value per loop, 0 to begin with. There is one place more than there are axes: several short loops may be walked as
/// one (see wrap.hpp).
template <class T>
struct per_loop {
  static constexpr std::size_t capacity = static_cast<std::size_t>(max_rank) + 1;
  std::array<T, capacity> values;

  constexpr per_loop() : values{} {}
  constexpr explicit per_loop(unset_t) {}
  constexpr T& operator[](std::size_t loop) { return values[loop]; }
  constexpr const T& operator[](std::size_t loop) const { return values[loop]; }
  constexpr auto begin() { return values.begin(); }
  constexpr auto begin() const { return values.begin(); }
};
using axis_values = per_loop<index>;

/// How one operand is walked: its stride along each loop, and where it starts.
struct walk {
  axis_values stride;
  index offset = 0;
  index picked_bytes = 0;  // of an element, if its lanes can be picked from registers: see simd::picks_lanes
  bool strided = false;    // the inner loop puts it together itself: see cut::loads_strided
  bool of_results = false; // it has its elements beside the results of reductions, not below them
};

/// The loops of a statement, outermost first. Axes that a fused reduction folds are marked.
struct nest {
  index rank = 0;
  axis_values extent;
  per_loop<bool> folded;

  constexpr index size() const {
    index n = 1;
    for (index a = 0; a < rank; ++a) n *= extent[static_cast<std::size_t>(a)];
    return n;
  }
};

namespace detail {

inline void swap_axes(nest& loops, std::span<walk> walks, std::size_t a, std::size_t b) {
  std::swap(loops.extent[a], loops.extent[b]);
  std::swap(loops.folded[a], loops.folded[b]);
  for (walk& w : walks) std::swap(w.stride[a], w.stride[b]);
}

inline void remove_axis(nest& loops, std::span<walk> walks, std::size_t gone) {
  for (std::size_t a = gone; a + 1 < static_cast<std::size_t>(loops.rank); ++a) swap_axes(loops, walks, a, a + 1);
  --loops.rank;
}

// True where loop a should stand inside loop b: the first operand that tells them apart has the smaller stride there.
inline bool belongs_inside(std::span<const walk> walks, std::size_t a, std::size_t b) {
  for (const walk& w : walks) {
    const index of_a = std::abs(w.stride[a]), of_b = std::abs(w.stride[b]);
    if (of_a != 0 && of_b != 0 && of_a != of_b) return of_a < of_b;
  }
  return false;
}

inline bool can_merge(const nest& loops, std::span<const walk> walks, std::size_t outer, std::size_t inner) {
  if (loops.folded[outer] != loops.folded[inner]) return false;
  for (const walk& w : walks)
    if (w.stride[outer] != w.stride[inner] * loops.extent[inner]) return false;
  return true;
}

} // namespace detail

/// Brings the loops into normal form. `walks` starts with the destinations, whose order of elements decides.
inline void normalize(nest& loops, std::span<walk> walks) {
  using std::size_t;
  // One folded axis stays even then: it is what makes the statement a fold.
  index folds = std::count(loops.folded.begin(), loops.folded.begin() + loops.rank, true);
  for (index a = loops.rank - 1; a >= 0; --a) {
    const auto at = static_cast<size_t>(a);
    if (loops.extent[at] != 1 || (loops.folded[at] && folds == 1)) continue;
    folds -= loops.folded[at] ? 1 : 0;
    detail::remove_axis(loops, walks, at);
  }
  const auto rank = [&] { return static_cast<size_t>(loops.rank); };

  // A loop that the destination walks backwards is turned round for everybody.
  for (size_t a = 0; a < rank(); ++a) {
    const auto first = std::find_if(walks.begin(), walks.end(), [a](const walk& w) { return w.stride[a] != 0; });
    if (first == walks.end() || first->stride[a] > 0 || loops.extent[a] == 0) continue;
    for (walk& w : walks) {
      w.offset += (loops.extent[a] - 1) * w.stride[a];
      w.stride[a] = -w.stride[a];
    }
  }
  // Insertion sort: stable, and ranks are small.
  for (size_t a = 1; a < rank(); ++a)
    for (size_t b = a; b > 0 && detail::belongs_inside(walks, b - 1, b); --b) detail::swap_axes(loops, walks, b - 1, b);
  for (size_t a = rank(); a-- > 1;) {
    if (!detail::can_merge(loops, walks, a - 1, a)) continue;
    loops.extent[a] *= loops.extent[a - 1];
    detail::remove_axis(loops, walks, a - 1);
  }
}

/// Moves loop `from` to place `to`, keeping the others' order.
inline void move_axis(nest& loops, std::span<walk> walks, index from, index to) {
  for (; from < to; ++from)
    detail::swap_axes(loops, walks, static_cast<std::size_t>(from), static_cast<std::size_t>(from + 1));
  for (; from > to; --from)
    detail::swap_axes(loops, walks, static_cast<std::size_t>(from), static_cast<std::size_t>(from - 1));
}

} // namespace plan

TUTTI_NAMESPACE_END
