// SPDX-License-Identifier: MIT
#pragma once

// Short inner loops, as over the 3 channels of an image, are walked as one long loop with those outside them, wherever
// the destination lies without gaps across them. An operand that does too is none the worse for it. Any other, say
// the channels' three weights, is wrapped: its elements come round again, or stand still, and go through a packed buffer.

#include <numeric>

#include <tutti/plan/nest.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// The stride along the inner loop that stands for a wrapped operand.
inline constexpr index wrapped_stride = std::numeric_limits<index>::min();

/// An inner loop shorter than this spends more on entering its rows than a packed buffer costs.
inline constexpr index short_loop = 64;

/// Makes one loop of the inner ones, if that is worth it, and says of how many; their extents and strides move behind the
/// last loop. `targets` are how many of the walks, the first ones, are destinations.
inline index wrap_short_loops(nest& loops, std::span<walk> walks, index targets) {
  const index rank = loops.rank;
  if (rank < 2 || loops.size() == 0 || loops.extent[static_cast<std::size_t>(rank - 1)] >= short_loop) return 0;
  const auto lies_on = [&](const walk& w, index a) { // loop a goes on where the next one ends
    const auto at = static_cast<std::size_t>(a);
    return w.stride[at] == w.stride[at + 1] * loops.extent[at + 1];
  };
  index wrapped = 1, extent = loops.extent[static_cast<std::size_t>(rank - 1)];
  while (wrapped < rank && extent < short_loop) {
    const index a = rank - wrapped - 1;
    for (index t = 0; t < targets; ++t) {
      const walk& to = walks[static_cast<std::size_t>(t)];
      if (to.stride[static_cast<std::size_t>(rank - 1)] != 1 || !lies_on(to, a)) return 0;
    }
    extent *= loops.extent[static_cast<std::size_t>(a)];
    ++wrapped;
  }
  const auto first = static_cast<std::size_t>(rank - wrapped), last = static_cast<std::size_t>(rank);
  for (walk& w : walks) {
    bool regular = true;
    for (index a = rank - wrapped; a + 1 < rank; ++a) regular = regular && lies_on(w, a);
    const index stride = regular ? w.stride[last - 1] : wrapped_stride;
    for (std::size_t a = last; a > first; --a) w.stride[a] = w.stride[a - 1];
    w.stride[first] = stride;
  }
  for (std::size_t a = last; a > first; --a) loops.extent[a] = loops.extent[a - 1];
  loops.extent[first] = extent;
  loops.rank = rank - wrapped + 1;
  return wrapped;
}

/// Whether all wrapped operands of a nest only come round again: none moves on along the outermost short loop.
inline bool comes_round(const nest& loops, std::span<const walk> walks) {
  const auto behind = static_cast<std::size_t>(loops.rank);
  return std::all_of(walks.begin(), walks.end(),
                     [&](const walk& w) { return w.stride[behind - 1] != wrapped_stride || w.stride[behind] == 0; });
}

/// How many periods a row of at most `most` elements has: of whole packs, if there is room for them. (Rows that end within
/// one take more than twice as long: each ends in a part of a pack, and few begin where a line does.)
inline index periods_of_row(index period, index most, index lanes) {
  const index fitting = most / period, whole = lanes / std::gcd(period, lanes);
  return fitting < whole ? fitting : fitting / whole * whole;
}

/// Cuts the long loop of `wrapped` short ones into rows of at most `most` elements: many rows of a block cost less than as
/// many blocks of one row, and an operand that only comes round again is the same for all of them. `period` is after how
/// many positions all but the outermost short loop begin anew. Returns how many elements the last row has, if that is less.
inline index cut_wrapped_loop(nest& loops, std::span<walk> walks, index wrapped, index period, index most,
                              index lanes) {
  const auto inner = static_cast<std::size_t>(loops.rank - 1), behind = inner + static_cast<std::size_t>(wrapped);
  if (behind + 1 >= axis_values::capacity || loops.size() == 0) return 0;
  const index times = loops.extent[inner + 1]; // how often the period comes
  if (times * period <= most || most < 2 * period) return 0;
  const index kept = periods_of_row(period, most, lanes);
  const auto insert = [&](axis_values& values, index middle, index row) {
    for (std::size_t a = behind; a > inner; --a) values[a + 1] = values[a];
    values[inner] = middle;
    values[inner + 1] = row;
  };
  for (walk& w : walks) {
    const index stride = w.stride[inner];
    insert(w.stride, stride == wrapped_stride ? kept * w.stride[inner + 1] : kept * period * stride, stride);
  }
  insert(loops.extent, (times + kept - 1) / kept, kept * period);
  loops.folded[inner + 1] = false;
  ++loops.rank;
  return times % kept * period;
}

} // namespace plan

TUTTI_NAMESPACE_END
