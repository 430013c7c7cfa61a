// SPDX-License-Identifier: MIT
#pragma once

// Scans: every element is the fold of those up to it along an axis.

#include <tutti/expr/reduce.hpp>

TUTTI_NAMESPACE_BEGIN

/// The running fold of E along an axis, by a reduction's operation.
template <class Op, expression E>
class scan : public node<scan<Op, E>, typename Op::template out<value_t<E>>, E::rank>, public barrier_tag {
public:
  using operation = Op;
  using in = typename Op::template in<value_t<E>>;
  static constexpr std::string_view name = "scan";

  constexpr scan(Op op, E e, index axis, const char* what)
      : op_(op), operands_{std::move(e)}, axis_(normalize_axis(axis, get<0>(operands_).shape().size(), what)) {}

  constexpr const Op& op() const { return op_; }
  constexpr const bundle<E>& operands() const { return operands_; }
  constexpr index axis() const { return axis_; }
  constexpr auto shape() const { return index_list<E::rank>(get<0>(operands_).shape()); }

private:
  TUTTI_EMPTY_MEMBER Op op_;
  bundle<E> operands_;
  index axis_;
};

namespace detail {

template <class Op, operand X>
constexpr auto make_scan(X&& x, index axis, const char* what) {
  return scan<Op, node_t<X>>(Op{}, as_node(std::forward<X>(x)), axis, what);
}

} // namespace detail

/// Shapes: x's. Types: x's own; real numbers only. Errors: an axis_error where the axis is not there. Cost: an
/// operation for each element; a stage of its own, before which a formula x is stored, and which writes the destination
/// where it is the whole right side, otherwise memory of x's shape.

/// Running sums along an axis. Types as sum's. NumPy: cumsum(x, axis).
/// Example: `cumsum(array({1, 2, 3}), 0)` is `[1 3 6]`.
template <operand X>
constexpr auto cumsum(X&& x, index axis) { return detail::make_scan<sum_op>(std::forward<X>(x), axis, "cumsum"); }
/// Running products along an axis. Types as sum's. NumPy: cumprod.
/// Example: `cumprod(array({1, 2, 3, 4}), 0)` is `[ 1 2 6 24]`.
template <operand X>
constexpr auto cumprod(X&& x, index axis) { return detail::make_scan<prod_op>(std::forward<X>(x), axis, "cumprod"); }
/// Running maxima along an axis; NaN from the first NaN on. NumPy: maximum.accumulate.
/// Example: `cummax(array({1, 3, 2, 5}), 0)` is `[1 3 3 5]`.
template <operand X>
constexpr auto cummax(X&& x, index axis) { return detail::make_scan<max_op>(std::forward<X>(x), axis, "cummax"); }
/// Running minima along an axis; NaN from the first NaN on. NumPy: minimum.accumulate.
/// Example: `cummin(array({4, 5, 2, 3}), 0)` is `[4 4 2 2]`.
template <operand X>
constexpr auto cummin(X&& x, index axis) { return detail::make_scan<min_op>(std::forward<X>(x), axis, "cummin"); }

TUTTI_NAMESPACE_END
