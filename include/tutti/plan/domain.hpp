// SPDX-License-Identifier: MIT
#pragma once

// Chooses what a statement's loops run over. Without reductions that is the destination's shape. Where a reduction's
// operand has that shape (softmax: x - max(x, -1, keepdims)), the reduction can run inside the loops; where the
// destination has the shape of a reduction's result (logsumexp, a mean), the loops run over the operand instead.

#include <tutti/plan/context.hpp>
#include <tutti/plan/traits.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

struct statement_domain {
  frame root;           // how the destination's axes lie in the domain
  bool reduced = false; // the destination has one element for all that a block folds
};

/// A block that folds more than this leaves the second cache: its reductions then run as stages of their own.
inline constexpr index largest_block = index{1} << 18;

namespace detail {

template <class Visit, class E>
constexpr bool any_outer_reduction(const E&, const Visit&) {
  return false;
}
template <class Visit, class Op, class E, index Count, bool Keep>
constexpr bool any_outer_reduction(const reduction<Op, E, Count, Keep>& r, const Visit& visit) {
  return visit(r);
}
// The reductions of a tree that are not below another one, until `visit` takes one.
template <class Visit, class Op, class... Es>
constexpr bool any_outer_reduction(const map<Op, Es...>& m, const Visit& visit) {
  return std::apply([&](const auto&... e) { return (any_outer_reduction(e, visit) || ...); }, m.operands());
}

template <class E>
inline constexpr bool is_reduction = false;
template <class Op, class E, index Count, bool Keep>
inline constexpr bool is_reduction<reduction<Op, E, Count, Keep>> = true;

inline void set_domain(context& c, const auto& shape) {
  c.domain.rank = shape.size();
  for (index a = 0; a < shape.size(); ++a) c.domain.extent[static_cast<std::size_t>(a)] = shape[a];
}

} // namespace detail

template <index Rank, class E>
statement_domain choose_domain(context& c, const index_list<Rank>& to, const E& e) {
  statement_domain d;
  const auto take = [&](const auto& r) {
    const auto& from = r.operand().shape();
    const bool same = from == to;
    const bool reduced = !same && r.shape() == to;
    // The root reduction always runs over its operand; others only where a block stays in the cache.
    if (!detail::is_reduction<E>) {
      if (!same && !reduced) return false;
      if (r.count() > largest_block || (r.count() == element_count(from) && r.count() > largest_block / 16)) return false;
      if (r.count() == 0) return false;
    }
    detail::set_domain(c, from);
    for (index a = 0; a < from.size(); ++a) c.domain.folded[static_cast<std::size_t>(a)] = r.axes().has(a);
    c.fuses = true;
    d.reduced = detail::is_reduction<E> || reduced;
    if (!d.reduced) return true;
    d.root.rank = to.size();
    index seat = 0;
    for (index a = 0; a < from.size(); ++a) {
      if (!r.axes().has(a)) d.root.axis[static_cast<std::size_t>(seat++)] = a;
      else if (std::remove_cvref_t<decltype(r)>::keeps_dimensions) d.root.axis[static_cast<std::size_t>(seat++)] = -1;
    }
    return true;
  };
  if (!detail::any_outer_reduction(e, take)) detail::set_domain(c, to);
  if (!d.reduced) d.root = frame::identity(to.size());
  return d;
}

} // namespace plan

TUTTI_NAMESPACE_END
