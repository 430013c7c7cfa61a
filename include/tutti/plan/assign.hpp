// SPDX-License-Identifier: MIT
#pragma once

// What happens at `destination = expression`.

#include <tutti/plan/argfold.hpp>
#include <tutti/plan/barrier.hpp>
#include <tutti/plan/bits.hpp>
#include <tutti/plan/contract.hpp>
#include <tutti/plan/einsum.hpp>
#include <tutti/plan/flat.hpp>
#include <tutti/plan/fold_panels.hpp>
#include <tutti/plan/join.hpp>
#include <tutti/plan/joint_fold.hpp>
#include <tutti/plan/panels.hpp>
#include <tutti/plan/pooling.hpp>
#include <tutti/plan/power.hpp>
#include <tutti/plan/scan.hpp>
#include <tutti/plan/statement.hpp>
#include <tutti/plan/window_phases.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

#if TUTTI_TRACE
template <class To, class E>
class traced_statement;
#endif

template <class T, index Rank, class Keeper, class E>
[[gnu::noinline]] bool try_planned(const view<T, Rank, Keeper>& to, const E& e) {
  const statement<root<T, Rank, Keeper, E>> ready(root<T, Rank, Keeper, E>{to, e});
  if (ready.conflicts()) return false;
  ready.run();
  return true;
}

template <class T, index Rank, class Keeper, class E>
bool try_untraced(const view<T, Rank, Keeper>& to, const E& e) {
  if constexpr (is_barrier_view<E>)
    if (const auto whole = seen_from_barrier(to, e)) return try_untraced(*whole, e.barrier());
  if constexpr (barrier<E> || tree_traits<E>::has_reduction)
    if (!(e.shape() == to.shape())) return false; // only elementwise results stretch while they are written
  if constexpr (may_go_by_panels<E>)
    if (run_by_panels<panel_statement>(to, e)) return true;
  if constexpr (may_fold_by_panels<E>)
    if (run_by_panels<fold_panels>(to, e)) return true;
  if constexpr (folds_by_panels<E>) {
    return false; // it reads what it writes
  } else if constexpr (barrier<E>) {
    const auto [low, high] = byte_range(to);
    if (reads(e, low, high)) return false;
    run_barrier(e, to);
  } else {
    if constexpr (!std::is_void_v<product_within<E>>)
      if (run_product<product_within<E>>(to, e)) return true;
    using ready_type = statement<root<T, Rank, Keeper, E>>;
    if constexpr (may_be_flat<E>)
      if (run_flat<ready_type::lanes, ready_type::unroll>(to, e)) return true;
    return try_planned(to, e);
  }
  return true;
}

/// Runs a statement into memory that nothing on the right reads, or that it reads element for element; false, and
/// nothing done, where that is not so.
template <class T, index Rank, class Keeper, class E>
bool try_assign(const view<T, Rank, Keeper>& to, const E& e) {
#if TUTTI_TRACE
  const traced_statement<view<T, Rank, Keeper>, E> traced(to, e);
#endif
  if constexpr (copies_bits<T, E>) return try_untraced(bits_of(to), bits_of(e));
  else return try_untraced(to, e);
}

template <class E>
storage<value_t<E>> run_stage(const E& e, const index_list<E::rank>& strides) {
  auto memory = allocate<value_t<E>>(e.size());
  try_assign(view<value_t<E>, E::rank>(memory.get(), e.shape(), strides), e);
  return memory;
}

} // namespace plan

/// Writes the elements of the right side through a view, to whose shape it must broadcast. Always right, whatever of the
/// view's memory the right side reads: where it would be overwritten too early, the result goes to other memory first.
template <class T, index Rank, class Keeper, class Right>
void assign(const view<T, Rank, Keeper>& to, Right&& right) {
  to.require_alive();
  if constexpr (scalar_value<std::remove_cvref_t<Right>>) {
    assign(to, scalar<T>(detail::fit_scalar<T>(right)));
  } else {
    const auto& e = as_node(std::forward<Right>(right));
    using E = node_t<Right>;
    static_assert(convertible_element<value_t<E>, T>,
                  "tutti: complex numbers cannot be assigned to real ones: take real(x), imag(x) or abs(x)");
    require_broadcastable("assign", e.shape(), to.shape());
    if (to.size() == 0) return;
    if (plan::try_assign(to, e)) return;
    const auto memory = plan::run_stage(e);
    plan::try_assign(to, view<const value_t<E>, E::rank>(memory.get(), e.shape()));
  }
}

/// The value of a rank-0 expression.
template <expression E>
value_t<E> evaluate_scalar(const E& e) {
  using T = value_t<E>;
  T value{};
  plan::try_assign(view<T, 0>(&value, {}), e);
  return value;
}

/// The one value of an expression with one element, whatever its rank.
template <expression E>
value_t<E> evaluate_item(const E& e) {
  using T = value_t<E>;
  if (e.size() != 1) throw shape_error("item: shape " + to_string(e.shape()) + " has not one element");
  T value{};
  plan::try_assign(view<T, E::rank>(&value, e.shape()), e);
  return value;
}

TUTTI_NAMESPACE_END

#if TUTTI_TRACE
#include <tutti/plan/trace.hpp>
#endif
