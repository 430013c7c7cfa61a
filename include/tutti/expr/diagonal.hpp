// SPDX-License-Identifier: MIT
#pragma once

// Diagonals: several axes walked as one. Of a leaf that is a view whose stride is the axes' strides together; of a formula
// the diagonals of its operands.

#include <tutti/core/fixed_view.hpp>
#include <tutti/expr/generate.hpp>
#include <tutti/expr/named.hpp>
#include <tutti/expr/reduce.hpp>
#include <tutti/expr/structure.hpp>

TUTTI_NAMESPACE_BEGIN

/// Axes of an expression walked as one, where that cannot sink to leaves: the expression is evaluated once, and read
/// along its diagonal. `seats` says for each axis of the operand which axis of the result walks it.
template <expression E, index Rank>
class diagonal_node : public node<diagonal_node<E, Rank>, value_t<E>, Rank>, public barrier_tag {
public:
  static constexpr std::string_view name = "diagonal";
  constexpr diagonal_node(E e, const index_list<E::rank>& seats, const index_list<Rank>& shape)
      : operands_{std::move(e)}, seats_(seats), shape_(shape) {}
  constexpr const bundle<E>& operands() const { return operands_; }
  constexpr const index_list<E::rank>& seats() const { return seats_; }
  constexpr const index_list<Rank>& shape() const { return shape_; }

private:
  bundle<E> operands_;
  index_list<E::rank> seats_;
  index_list<Rank> shape_;
};

namespace detail {

/// What a walk along the result's axes adds to an operand's position; axes of extent 1 are stretched.
template <index From, index To>
constexpr index_list<To> diagonal_strides(const index_list<From>& shape, const index_list<From>& strides,
                                          const index_list<From>& seats, const index_list<To>& to) {
  auto result = index_list<To>::filled(to.size(), 0);
  for (index axis = 0; axis < shape.size(); ++axis)
    if (shape[axis] != 1) result[seats[axis]] += strides[axis];
  return result;
}

template <index To, class E>
constexpr auto sink_diagonal(const E& e, const index_list<E::rank>& seats, const index_list<To>& to) {
  return diagonal_node<E, To>(e, seats, to);
}
template <index To, class T>
constexpr auto sink_diagonal(const scalar<T>& s, const index_list<0>&, const index_list<To>&) { return s; }
template <index To, class T, index Rank, class Keeper>
constexpr auto sink_diagonal(const view<T, Rank, Keeper>& v, const index_list<Rank>& seats, const index_list<To>& to) {
  return view<T, To, Keeper>(v.data(), to, diagonal_strides(v.shape(), v.strides(), seats, to), v.keeper());
}
template <index To, class T, class Shape, class Strides, class Memory>
constexpr auto sink_diagonal(const fixed_view<T, Shape, Strides, Memory>& v, const index_list<Shape::rank>& seats,
                             const index_list<To>& to) {
  return sink_diagonal(as_view(v), seats, to);
}
template <index To, class View>
constexpr auto sink_diagonal(const named_leaf<View>& n, const index_list<View::rank>& seats, const index_list<To>& to) {
  const auto sunk = sink_diagonal(n.leaf(), seats, to);
  named_part part = n.part();
  part.diagonal = true;
  return named_leaf<std::remove_const_t<decltype(sunk)>>(sunk, n.name(), part);
}
template <index To, class F, index Rank>
constexpr auto sink_diagonal(const generator<F, Rank>& g, const index_list<Rank>& seats, const index_list<To>& to) {
  return generator<F, To>(g.function(), to, diagonal_strides(g.shape(), g.strides(), seats, to), g.offset());
}
template <index To, class Op, class... Es>
constexpr auto sink_diagonal(const map<Op, Es...>& m, const index_list<map<Op, Es...>::rank>& seats,
                             const index_list<To>& to) {
  // An operand has the last of the formula's axes, and may be stretched along any.
  const auto sunk = [&]<class E>(const E& e) {
    auto own = index_list<E::rank>::filled(e.shape().size(), 0);
    for (index axis = 0; axis < own.size(); ++axis) own[axis] = seats[seats.size() - own.size() + axis];
    auto shape = to; // as far as the operand reaches itself: the others stretch it
    for (index axis = 0; axis < shape.size(); ++axis) {
      bool walked = false;
      for (index source = 0; source < own.size(); ++source)
        walked = walked || (own[source] == axis && e.shape()[source] != 1);
      if (!walked) shape[axis] = 1;
    }
    return sink_diagonal(e, own, shape);
  };
  return m.operands().apply([&](const auto&... e) { return map<Op, decltype(sunk(e))...>(m.op(), sunk(e)...); });
}

} // namespace detail

/// The elements x[i, i + offset] of two axes, along a new last axis; the other axes keep their order. A view: of a
/// tensor or a view it is written through where that is. Shapes: x's without the two axes, and behind them the
/// diagonal's length, 0 where the offset lies beyond the axes. Types and cost as permute's. Errors: an axis_error where
/// x has fewer than two axes, one of them is not there, or it is named twice. NumPy: diagonal; PyTorch: diagonal.
/// Example: `diagonal(iota<int>({3, 3}))` is `[0 4 8]`; `diagonal(iota<int>({3, 3}), 1)` is `[1 5]`.
template <operand X>
constexpr auto diagonal(X&& x, index offset = 0, index axis1 = 0, index axis2 = 1) {
  auto e = detail::as_leaf(std::forward<X>(x));
  constexpr index R = decltype(e)::rank;
  static_assert(R == dynamic_rank || R >= 2, "tutti: diagonal: the operand has fewer than two axes");
  const auto& shape = e.shape();
  if (shape.size() < 2) throw axis_error("diagonal: shape " + to_string(shape) + " has fewer than two axes");
  const index rank = shape.size();
  const index rows = normalize_axis(axis1, rank, "diagonal"), columns = normalize_axis(axis2, rank, "diagonal");
  if (rows == columns) detail::throw_named_twice("diagonal", rows);
  offset = std::clamp(offset, -shape[rows], shape[columns]);
  const index down = std::max<index>(-offset, 0), across = std::max<index>(offset, 0);
  const index length = std::min(shape[rows] - down, shape[columns] - across);
  auto square = detail::whole_map(shape);
  square[rows].extent = square[columns].extent = length;
  if (length > 0) {
    square.start[rows] = down;
    square.start[columns] = across;
  }
  constexpr index To = R == dynamic_rank ? R : R - 1;
  auto seats = index_list<R>::filled(rank, 0);
  auto to = index_list<To>::filled(rank - 1, length);
  index seat = 0;
  for (index axis = 0; axis < rank; ++axis) {
    seats[axis] = axis == rows || axis == columns ? rank - 2 : seat;
    if (axis != rows && axis != columns) to[seat++] = shape[axis];
  }
  return detail::sink_diagonal(sink(e, square), seats, to);
}

/// The sum of a diagonal, as `diagonal` finds it. Shapes: x's without the two axes. Types as sum's. Errors as
/// diagonal's. Cost: an addition for each element of the diagonal. NumPy: trace.
/// Example: `trace(iota<int>({3, 3}))` is `12`.
template <operand X>
constexpr auto trace(X&& x, index offset = 0, index axis1 = 0, index axis2 = 1) {
  return sum(diagonal(std::forward<X>(x), offset, axis1, axis2), -1);
}

TUTTI_NAMESPACE_END
