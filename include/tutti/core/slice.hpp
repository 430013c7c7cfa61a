// SPDX-License-Identifier: MIT
#pragma once

// What stands between the parentheses of x(all, range(0, 8, 2), -1, newaxis): the slices, and how they become a
// view_map. Python's rules: negative numbers count from the end, a range that reaches beyond the extent is cut.

#include <optional>

#include <tutti/core/view_map.hpp>

TUTTI_NAMESPACE_BEGIN

struct all_t {};
struct newaxis_t {};
struct ellipsis_t {};

/// A new axis of extent 1. NumPy: newaxis.
inline constexpr newaxis_t newaxis{};
/// As many whole axes as are left: NumPy's `...`.
inline constexpr ellipsis_t ellipsis{};
/// A bound that is left out: range(none, none, 2) is NumPy's `::2`.
inline constexpr std::nullopt_t none = std::nullopt;

/// The elements start, start + step, ... up to but without stop: NumPy's `start:stop:step`. Bounds may be `none`,
/// negative ones count from the end, and a step of 0 is an index_error.
class range {
public:
  /// range(stop), range(start, stop) or range(start, stop, step). Errors: an index_error where the step is 0; bounds
  /// beyond the axis are cut to it. Cost: none.
  constexpr explicit range(index stop) : stop_(stop) {}
  constexpr range(std::optional<index> start, std::optional<index> stop, index step = 1)
      : start_(start), stop_(stop), step_(step) {
    if (step == 0) throw index_error("range: the step of a slice cannot be 0");
  }
  template <class... Bounds>
    requires(std::floating_point<Bounds> || ...)
  constexpr explicit range(Bounds...) {
    static_assert(sizeof...(Bounds) == 0, "tutti: the bounds and the step of a range are integers, or none");
  }

  struct resolved {
    index start, step, extent;
  };

  /// The slice over an axis of this extent, by the rules of Python's slice.indices. Errors: none. Cost: none.
  constexpr resolved over(index extent) const {
    const auto cut = [&](std::optional<index> bound, index otherwise) {
      if (!bound) return otherwise;
      const index i = *bound < 0 ? *bound + extent : *bound;
      return step_ > 0 ? std::clamp<index>(i, 0, extent) : std::clamp<index>(i, -1, extent - 1);
    };
    const index first = cut(start_, step_ > 0 ? 0 : extent - 1);
    const index last = cut(stop_, step_ > 0 ? extent : -1);
    const index span = step_ > 0 ? last - first : first - last;
    // A negative divisor: every step has a negative of its own, the least one no positive.
    const index count = span <= 0 ? 0 : 1 - (span - 1) / (step_ > 0 ? -step_ : step_);
    // No step is taken where there is one element: a huge one must not be multiplied with a stride.
    return {count == 0 ? 0 : first, count > 1 ? step_ : 1, count};
  }

private:
  std::optional<index> start_, stop_;
  index step_ = 1;
};

namespace detail {

// `tutti::all` is both the slice and the reduction all(x): the name is a function object elsewhere that is also a slice.
template <class S>
concept whole_axis = std::derived_from<std::remove_cvref_t<S>, all_t>;

template <class S>
concept axis_slice = whole_axis<S> || std::same_as<std::remove_cvref_t<S>, range>;

template <class S>
concept inserts_axis = std::same_as<std::remove_cvref_t<S>, newaxis_t>;

template <class S>
concept rest_of_axes = std::same_as<std::remove_cvref_t<S>, ellipsis_t>;

template <class S>
concept position = std::integral<std::remove_cvref_t<S>>;

[[noreturn]] inline void throw_no_such_index(index i, index extent, index axis) {
  throw index_error("index " + std::to_string(i) + " is out of range for axis " + std::to_string(axis) + " of extent " +
                    std::to_string(extent));
}

[[noreturn]] inline void throw_too_many_indices(index named, index rank) {
  throw index_error("too many indices: " + std::to_string(named) + " for rank " + std::to_string(rank));
}

[[noreturn]] inline void throw_wrong_count(index given, index rank) {
  throw index_error("an element needs one index per axis: " + std::to_string(given) + " for rank " +
                    std::to_string(rank));
}

} // namespace detail

/// What may stand between the parentheses of x(...).
template <class S>
concept slice = detail::position<S> || detail::axis_slice<S> || detail::inserts_axis<S> || detail::rest_of_axes<S>;

namespace detail {

// What x(...) does with anything else. Its type is deduced, so compilers look into it where it is called, and say this first.
template <class X, class... Others>
constexpr auto refuse_slices(const X& x) {
  static_assert(sizeof...(Others) == 0,
                "tutti: an index is an integer, all, range(...), newaxis or ellipsis; of a mask "
                "take where(mask, a, b)");
  return x;
}

} // namespace detail

/// Turns an index counted from the end into one counted from 0; outside the extent it is an index_error.
constexpr index normalize_index(index i, index extent, index axis) {
  if (i < -extent || i >= extent) detail::throw_no_such_index(i, extent, axis);
  return i < 0 ? i + extent : i;
}

/// The rank of x(slices...) for an x of rank `Rank`.
template <index Rank, class... Slices>
inline constexpr index sliced_rank =
    Rank == dynamic_rank ? dynamic_rank
                         : Rank - static_cast<index>((detail::position<Slices> + ... + 0)) +
                               static_cast<index>((detail::inserts_axis<Slices> + ... + 0));

/// The view that x(slices...) is, for an x of this shape. Axes that are not named are whole.
template <index Rank, slice... Slices>
constexpr auto slice_map(const index_list<Rank>& shape, const Slices&... slices) {
  constexpr index named = static_cast<index>(((detail::position<Slices> || detail::axis_slice<Slices>)+... + 0));
  constexpr index ellipses = static_cast<index>((detail::rest_of_axes<Slices> + ... + 0));
  static_assert(ellipses <= 1, "tutti: at most one ellipsis may stand in a slice");
  static_assert(sliced_rank<Rank, Slices...> <= max_rank, "tutti: the view's rank is above 8, the greatest rank");
  static_assert(Rank == dynamic_rank || named <= Rank, "tutti: more indices than the tensor has axes");
  if (named > shape.size()) detail::throw_too_many_indices(named, shape.size());

  view_map<Rank, sliced_rank<Rank, Slices...>> map;
  map.start = index_list<Rank>::filled(shape.size(), 0);
  index from = 0, to = 0;
  const auto place = [&](const view_axis& axis) {
    if (to >= index_list<sliced_rank<Rank, Slices...>>::capacity) detail::throw_rank_too_great(to + 1);
    map[to++] = axis;
  };
  const auto take = [&](const range::resolved& r) {
    map.start[from] = r.start;
    place({from, r.step, r.extent});
    ++from;
  };
  const auto whole = [&](index count) {
    for (index i = 0; i < count; ++i) take({0, 1, shape[from]});
  };
  [[maybe_unused]] const auto apply = [&](const auto& s) { // of a single element there are no slices
    using S = std::remove_cvref_t<decltype(s)>;
    if constexpr (detail::position<S>) {
      map.start[from] = normalize_index(static_cast<index>(s), shape[from], from);
      ++from;
    } else if constexpr (detail::inserts_axis<S>) {
      place({view_axis::fresh, 0, 1});
    } else if constexpr (detail::rest_of_axes<S>) {
      whole(shape.size() - named);
    } else if constexpr (detail::whole_axis<S>) {
      whole(1);
    } else {
      take(s.over(shape[from]));
    }
  };
  (apply(slices), ...);
  whole(shape.size() - from);
  map.rank = to;
  return map;
}

TUTTI_NAMESPACE_END
