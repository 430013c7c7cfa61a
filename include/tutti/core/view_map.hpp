// SPDX-License-Identifier: MIT
#pragma once

// view_map: what every view is, whether a slice, a permutation, a new axis or a broadcast. It says for each axis of the
// result which axis of the source it walks along, from where and in which steps. Leaves apply it to their strides;
// expressions hand it on to their operands.

#include <array>

#include <tutti/core/layout.hpp>

TUTTI_NAMESPACE_BEGIN

/// One axis of a view: `source` is the axis walked along, or `fresh` for an axis that the source does not have.
struct view_axis {
  static constexpr index fresh = -1;
  index source = fresh;
  index step = 0;
  index extent = 1;
  friend constexpr bool operator==(const view_axis&, const view_axis&) = default;
};

/// A view of something of rank `From`, itself of rank `To`.
template <index From, index To>
struct view_map {
  index_list<From> start;                                                           // where each source axis begins
  std::array<view_axis, static_cast<std::size_t>(index_list<To>::capacity)> axes{}; // what each result axis walks
  index rank = To;

  constexpr view_axis& operator[](index i) { return axes[static_cast<std::size_t>(i)]; }
  constexpr const view_axis& operator[](index i) const { return axes[static_cast<std::size_t>(i)]; }

  constexpr index_list<To> shape() const {
    auto result = index_list<To>::filled(rank, 0);
    for (index i = 0; i < rank; ++i) result[i] = (*this)[i].extent;
    return result;
  }

  friend constexpr bool operator==(const view_map& a, const view_map& b) {
    return a.start == b.start && a.rank == b.rank && a.axes == b.axes;
  }

  /// The strides of the view over a source with these strides.
  constexpr index_list<To> strides(const index_list<From>& source) const {
    auto result = index_list<To>::filled(rank, 0);
    for (index i = 0; i < rank; ++i)
      if ((*this)[i].source != view_axis::fresh) result[i] = (*this)[i].step * source[(*this)[i].source];
    return result;
  }

  /// How far into the source the view begins.
  constexpr index offset(const index_list<From>& source) const {
    index sum = 0;
    for (index i = 0; i < source.size(); ++i) sum += start[i] * source[i];
    return sum;
  }
};

/// A view of a view: `second` as seen through `first`, as one view of first's source.
template <index From, index Between, index To>
constexpr auto compose(const view_map<From, Between>& first, const view_map<Between, To>& second) {
  view_map<From, To> result;
  result.start = first.start;
  result.rank = second.rank;
  for (index i = 0; i < first.rank; ++i)
    if (first[i].source != view_axis::fresh) result.start[first[i].source] += second.start[i] * first[i].step;
  for (index i = 0; i < second.rank; ++i) {
    result[i] = second[i];
    if (second[i].source == view_axis::fresh) continue;
    const view_axis& through = first[second[i].source];
    result[i].source = through.source;
    result[i].step = second[i].step * through.step;
  }
  return result;
}

/// The same view, of ranks known at run time.
template <index From, index To>
constexpr auto any_rank(const view_map<From, To>& map) {
  view_map<dynamic_rank, dynamic_rank> result;
  result.start = map.start;
  result.rank = map.rank;
  for (index i = 0; i < map.rank; ++i) result[i] = map[i];
  return result;
}

/// The rank of an operand of rank `Operand` after a view of rank `To` of something of rank `From` has sunk to it: a single
/// element beside others that have axes stays one.
template <index Operand, index From, index To>
inline constexpr index sunk_rank = Operand == 0 && From != 0 ? 0 : To;

/// The same view for an operand that was broadcast to `domain`: it stays at 0 along axes that it does not have or over
/// which it is stretched.
template <index Operand, index From, index To>
constexpr auto map_for_operand(const view_map<From, To>& map, const index_list<From>& domain,
                               const index_list<Operand>& operand) {
  constexpr index rank = sunk_rank<Operand, From, To>;
  view_map<Operand, rank> result;
  result.start = index_list<Operand>::filled(operand.size(), 0);
  result.rank = rank == 0 ? 0 : map.rank;
  const index missing = domain.size() - operand.size();
  const auto stretched = [&](index axis) {
    return axis < missing || (operand[axis - missing] == 1 && domain[axis] != 1);
  };
  for (index axis = missing; axis < domain.size(); ++axis)
    if (!stretched(axis)) result.start[axis - missing] = map.start[axis];
  for (index i = 0; i < result.rank; ++i) {
    if (map[i].source == view_axis::fresh) result[i] = map[i];
    else if (!stretched(map[i].source)) result[i] = {map[i].source - missing, map[i].step, map[i].extent};
    // A stretched axis keeps extent 1: the other operands stretch it again. So does a broadcast view's step of 0.
    if (map[i].step == 0 && map[i].source != view_axis::fresh) result[i] = {view_axis::fresh, 0, map[i].extent};
  }
  return result;
}

TUTTI_NAMESPACE_END
