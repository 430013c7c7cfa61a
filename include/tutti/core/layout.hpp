// SPDX-License-Identifier: MIT
#pragma once

// Strides, and how one shape stretches over another.

#include <string_view>

#include <tutti/core/shape.hpp>

TUTTI_NAMESPACE_BEGIN

/// The order in which a tensor's elements lie: the last axis fastest (C, NumPy) or the first (Fortran).
enum class layout { row_major, column_major };
inline constexpr layout row_major = layout::row_major;
inline constexpr layout column_major = layout::column_major;

/// The strides, in elements, of a tensor that lies without gaps.
template <index Rank>
constexpr index_list<Rank> contiguous_strides(const index_list<Rank>& shape, layout order = row_major) {
  auto strides = index_list<Rank>::filled(shape.size(), 1);
  index step = 1;
  for (index i = 0; i < shape.size(); ++i) {
    const index axis = order == row_major ? shape.size() - 1 - i : i;
    strides[axis] = step;
    // An extent of 0 may stand beside extents whose product overflows: nothing is ever read with those strides.
    (void)__builtin_mul_overflow(step, std::max<index>(shape[axis], 1), &step);
  }
  return strides;
}

/// True where the elements lie in row-major order without gaps. Axes of extent 1 may have any stride.
template <index Rank>
constexpr bool is_contiguous(const index_list<Rank>& shape, const index_list<Rank>& strides) {
  index step = 1;
  for (index axis = shape.size() - 1; axis >= 0; --axis) {
    if (shape[axis] == 0) return true;
    if (shape[axis] != 1 && strides[axis] != step) return false;
    (void)__builtin_mul_overflow(step, shape[axis], &step);
  }
  return true;
}

namespace detail {

[[noreturn]] inline void throw_broadcast(std::string_view verb, std::span<const index> a, std::span<const index> b,
                                         index axis, index from_a, index from_b) {
  throw shape_error("cannot " + std::string(verb) + " shapes " + list_text(a) + " and " + list_text(b) + ": axis " +
                    std::to_string(axis) + " is " + std::to_string(from_a) + " and " + std::to_string(from_b));
}

[[noreturn]] inline void throw_misfit(std::string_view verb, std::span<const index> from, std::span<const index> to) {
  throw shape_error("cannot " + std::string(verb) + " shape " + list_text(from) + " to shape " + list_text(to));
}

} // namespace detail

/// The shape to which `a` and `b` broadcast, by NumPy's rule: aligned at the last axis, equal or 1. `verb` says what
/// was tried ("add"), for the message: "cannot add shapes (3, 4) and (3, 5): axis 1 is 4 and 5".
template <index RankA, index RankB>
constexpr auto broadcast_shapes(std::string_view verb, const index_list<RankA>& a, const index_list<RankB>& b) {
  const index rank = std::max(a.size(), b.size());
  auto result = index_list<broadcast_rank<RankA, RankB>>::filled(rank, 1);
  for (index i = 1; i <= rank; ++i) {
    const index from_a = i <= a.size() ? a[a.size() - i] : 1;
    const index from_b = i <= b.size() ? b[b.size() - i] : 1;
    if (from_a != from_b && from_a != 1 && from_b != 1) detail::throw_broadcast(verb, a, b, rank - i, from_a, from_b);
    result[rank - i] = from_a == 1 ? from_b : from_a;
  }
  return result;
}

/// Throws unless `from` broadcasts to exactly `to`, as the right side of an assignment to a view must.
template <index RankFrom, index RankTo>
constexpr void require_broadcastable(std::string_view verb, const index_list<RankFrom>& from,
                                     const index_list<RankTo>& to) {
  bool fits = from.size() <= to.size();
  for (index i = 1; fits && i <= from.size(); ++i)
    fits = from[from.size() - i] == to[to.size() - i] || from[from.size() - i] == 1;
  if (!fits) detail::throw_misfit(verb, from, to);
}

/// The strides of an operand seen over a larger shape: 0 along the axes that it is stretched over.
template <index Rank, index RankTo>
constexpr index_list<RankTo> broadcast_strides(const index_list<Rank>& shape, const index_list<Rank>& strides,
                                               const index_list<RankTo>& to) {
  auto result = index_list<RankTo>::filled(to.size(), 0);
  for (index i = 1; i <= shape.size(); ++i)
    if (shape[shape.size() - i] != 1) result[to.size() - i] = strides[shape.size() - i];
  return result;
}

TUTTI_NAMESPACE_END
