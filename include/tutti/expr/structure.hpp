// SPDX-License-Identifier: MIT
#pragma once

// Views of whole expressions: permutations, new and dropped axes, broadcasts, flips. None of them makes a node: each
// sinks to the leaves. A view of a tensor or of a view is a view again and can be written through.

#include <tutti/expr/map.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {

// The identity, as a starting point for views that change little.
template <index Rank>
constexpr auto whole_map(const index_list<Rank>& shape) {
  view_map<Rank, Rank> map;
  map.start = index_list<Rank>::filled(shape.size(), 0);
  map.rank = shape.size();
  for (index i = 0; i < map.rank; ++i) map[i] = {i, 1, shape[i]};
  return map;
}

[[noreturn]] inline void throw_wrong_order(const char* what, index axes, std::span<const index> shape) {
  throw axis_error(std::string(what) + ": " + std::to_string(axes) + " axes for shape " + list_text(shape));
}

template <operand X, index Rank>
constexpr auto permuted(X&& x, const index_list<Rank>& order, const char* what) {
  auto e = as_leaf(std::forward<X>(x));
  constexpr index R = decltype(e)::rank;
  const auto shape = e.shape();
  if (order.size() != shape.size()) throw_wrong_order(what, order.size(), shape);
  view_map<R, R> map = whole_map(shape);
  std::array<bool, max_rank> seen{};
  for (index i = 0; i < order.size(); ++i) {
    const index axis = normalize_axis(order[i], shape.size(), what);
    if (std::exchange(seen[static_cast<std::size_t>(axis)], true)) throw_named_twice(what, axis);
    map[i] = {axis, 1, shape[axis]};
  }
  return sink(e, map);
}

template <index Rank>
constexpr index_list<Rank> identity_order(index rank) {
  auto order = index_list<Rank>::filled(rank, 0);
  for (index i = 0; i < rank; ++i) order[i] = i;
  return order;
}

// A view whose result axes are chosen by the caller: dropped axes are taken at 0.
template <index To, class E, class Choose>
constexpr auto rearranged(const E& e, index rank, Choose choose) {
  const auto shape = e.shape();
  view_map<E::rank, To> map;
  map.start = index_list<E::rank>::filled(shape.size(), 0);
  if (rank > max_rank) throw_rank_too_great(rank);
  map.rank = rank;
  for (index i = 0; i < rank; ++i) map[i] = choose(i, shape);
  return sink(e, map);
}

} // namespace detail

/// Types: x's own. Errors: an axis_error where an axis is not there. Cost: none, as it is a view: what x reads is read
/// through other strides; but a reduction or a product in x becomes a stage of its own.

/// The axes in another order: result axis i is axis order[i] of x: permute(hwc, 2, 0, 1) has the channels first.
/// Shapes: x's extents in this order. Errors: an axis_error where the order is not one of all axes. NumPy: transpose(x,
/// order); PyTorch: permute.
/// Example: `to_string(permute(ones<int>({5, 6, 3}), 2, 0, 1).shape())` is `(3, 5, 6)`.
template <operand X, std::integral... Axes>
  requires(sizeof...(Axes) > 0)
constexpr auto permute(X&& x, Axes... order) {
  static_assert(rank_of<X> == dynamic_rank || rank_of<X> == static_cast<index>(sizeof...(Axes)),
                "tutti: permute needs every axis once");
  return detail::permuted(std::forward<X>(x), index_list<static_cast<index>(sizeof...(Axes))>{order...}, "permute");
}
template <operand X, index Rank>
constexpr auto permute(X&& x, const index_list<Rank>& order) {
  return detail::permuted(std::forward<X>(x), order, "permute");
}

/// The axes in reverse order. Shapes: x's extents in reverse order. Errors: none. NumPy: x.T.
/// Example: `transpose(array({{1, 2}, {3, 4}}))` is `[[1 3] [2 4]]`.
template <operand X>
constexpr auto transpose(X&& x) {
  constexpr index R = rank_of<X>;
  const index rank = x.shape().size();
  auto order = detail::identity_order<R>(rank);
  std::reverse(order.begin(), order.end());
  return detail::permuted(std::forward<X>(x), order, "transpose");
}

/// Two axes exchanged. Shapes: x's, with the two extents exchanged. NumPy: swapaxes.
/// Example: `to_string(swapaxes(ones<int>({2, 3, 4}), 0, -1).shape())` is `(4, 3, 2)`.
template <operand X>
constexpr auto swapaxes(X&& x, index a, index b) {
  const index rank = x.shape().size();
  auto order = detail::identity_order<rank_of<X>>(rank);
  std::swap(order[normalize_axis(a, rank, "swapaxes")], order[normalize_axis(b, rank, "swapaxes")]);
  return detail::permuted(std::forward<X>(x), order, "swapaxes");
}

/// One axis moved to another place, the others in their order. Shapes: x's extents, moved likewise. NumPy: moveaxis.
/// Example: `to_string(moveaxis(ones<int>({2, 3, 4}), 0, -1).shape())` is `(3, 4, 2)`.
template <operand X>
constexpr auto moveaxis(X&& x, index from, index to) {
  const index rank = x.shape().size();
  const index source = normalize_axis(from, rank, "moveaxis"), target = normalize_axis(to, rank, "moveaxis");
  auto order = detail::identity_order<rank_of<X>>(rank);
  if (source < target) std::rotate(order.begin() + source, order.begin() + source + 1, order.begin() + target + 1);
  else std::rotate(order.begin() + target, order.begin() + source, order.begin() + source + 1);
  return detail::permuted(std::forward<X>(x), order, "moveaxis");
}

/// Without an axis of extent 1. Shapes: x's without that axis. Errors: an axis_error where it is not there, a
/// shape_error where its extent is not 1. NumPy: squeeze(x, axis).
/// Example: `to_string(squeeze(ones<int>({2, 1}), 1).shape())` is `(2,)`.
template <operand X>
constexpr auto squeeze(X&& x, index axis) {
  auto e = detail::as_leaf(std::forward<X>(x));
  constexpr index R = decltype(e)::rank;
  static_assert(R != 0, "tutti: a rank-0 expression has no axis to squeeze");
  const auto shape = e.shape();
  const index drop = normalize_axis(axis, shape.size(), "squeeze");
  if (shape[drop] != 1)
    throw shape_error("squeeze: axis " + std::to_string(drop) + " of shape " + to_string(shape) +
                      " is not of extent 1");
  constexpr index To = R == dynamic_rank ? R : R - 1;
  return detail::rearranged<To>(e, shape.size() - 1, [drop](index i, const auto& s) {
    const index axis_of = i < drop ? i : i + 1;
    return view_axis{axis_of, 1, s[axis_of]};
  });
}

/// With a new axis of extent 1 at this place of the result. Shapes: x's with 1 at this place. Errors: an axis_error
/// where the result has no such axis, a shape_error beyond 8 axes. NumPy: expand_dims; PyTorch: unsqueeze.
/// Example: `expand_dims(array({1, 2}), 1)` is `[[1] [2]]`.
template <operand X>
constexpr auto expand_dims(X&& x, index axis) {
  auto e = detail::as_leaf(std::forward<X>(x));
  constexpr index R = decltype(e)::rank;
  const index at = normalize_axis(axis, e.shape().size() + 1, "expand_dims");
  constexpr index To = R == dynamic_rank ? R : R + 1;
  return detail::rearranged<To>(e, e.shape().size() + 1, [at](index i, const auto& s) {
    if (i == at) return view_axis{};
    const index axis_of = i < at ? i : i - 1;
    return view_axis{axis_of, 1, s[axis_of]};
  });
}

/// Stretched to a larger shape by the rules of broadcasting, without copying. Shapes: `to`. Errors: a shape_error where
/// x does not broadcast to that, a value_error where an extent is negative. NumPy: broadcast_to.
/// Example: `broadcast_to(array({1, 2}), {3, 2})` is `[[1 2] [1 2] [1 2]]`.
template <operand X, index To>
constexpr auto broadcast_to(X&& x, const index_list<To>& to) {
  auto e = as_node(std::forward<X>(x));
  require_broadcastable("broadcast", e.shape(), detail::checked_extents(to));
  const index missing = to.size() - e.shape().size();
  return detail::rearranged<To>(e, to.size(), [&](index i, const auto& s) {
    if (i < missing) return view_axis{view_axis::fresh, 0, to[i]};
    if (s[i - missing] == 1) return view_axis{to[i] == 1 ? i - missing : view_axis::fresh, 0, to[i]};
    return view_axis{i - missing, 1, to[i]};
  });
}
template <operand X, std::size_t N>
constexpr auto broadcast_to(X&& x, const detail::any_integer (&to)[N]) {
  return broadcast_to(std::forward<X>(x), detail::list_of(to));
}

/// The elements along one axis, or along all axes, in reverse order. Shapes: x's. Errors: an axis_error where an axis
/// is not there or is named twice. NumPy: flip.
/// Example: `flip(array({{1, 2}, {3, 4}}), 1)` is `[[2 1] [4 3]]`.
template <operand X, std::integral... Axes>
constexpr auto flip(X&& x, Axes... axes) {
  auto e = detail::as_leaf(std::forward<X>(x));
  const auto shape = e.shape();
  auto map = detail::whole_map(shape);
  const auto turn = [&](index axis) {
    if (map[axis].step < 0) detail::throw_named_twice("flip", axis);
    map.start[axis] = shape[axis] == 0 ? 0 : shape[axis] - 1;
    map[axis].step = -1;
  };
  if constexpr (sizeof...(Axes) > 0) (turn(normalize_axis(static_cast<index>(axes), shape.size(), "flip")), ...);
  else
    for (index axis = 0; axis < shape.size(); ++axis) turn(axis);
  return sink(e, map);
}

TUTTI_NAMESPACE_END
