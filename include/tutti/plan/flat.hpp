// SPDX-License-Identifier: MIT
#pragma once

// The short way for small statements: where every leaf has the same shape, the destination's or that of what is folded
// to one value, and all lie without gaps, the loops are one loop, and there is nothing to plan. It runs the same inner
// loop as any other statement, and gives the same bits.

#include <tutti/expr/named.hpp>
#include <tutti/plan/fold.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Elements up to which planning costs more than it can gain: one thread, one row, all in the first cache.
inline constexpr index largest_flat = 4096;

/// Whether a tree of this type can be loaded flat: leaves in memory, numbers and maps of them.
template <class E>
inline constexpr bool may_be_flat = false;
template <class T, index Rank, class Keeper>
inline constexpr bool may_be_flat<view<T, Rank, Keeper>> = true;
template <class View>
inline constexpr bool may_be_flat<named_leaf<View>> = may_be_flat<View>;
template <class T>
inline constexpr bool may_be_flat<scalar<T>> = true;
template <class Op, class... Es>
inline constexpr bool may_be_flat<map<Op, Es...>> = (may_be_flat<Es> && ...) && !divides_by_few<map<Op, Es...>>;

/// Whether a tree of this type folds everything in one that can be loaded flat.
template <class E>
inline constexpr bool may_fold_flat = false;
template <class Op, class E, bool Keep>
inline constexpr bool may_fold_flat<reduction<Op, E, tutti::detail::all_axes, Keep>> =
    may_be_flat<E> && !finds_position<Op>;

namespace detail {

// Whether all leaves have this shape, lie without gaps, and can be read where they lie: what `readable` says of each.
template <class T, index Rank, class Keeper, class Shape, class Readable>
bool is_flat(const view<T, Rank, Keeper>& leaf, const Shape& shape, const Readable& readable) {
  leaf.require_alive();
  return leaf.shape() == shape && leaf.is_contiguous() && readable(leaf);
}
template <class View, class Shape, class Readable>
bool is_flat(const named_leaf<View>& n, const Shape& shape, const Readable& readable) {
  return is_flat(n.leaf(), shape, readable);
}
template <class T, class Shape, class Readable>
bool is_flat(const scalar<T>&, const Shape&, const Readable&) { return true; }
template <class Op, class... Es, class Shape, class Readable>
bool is_flat(const map<Op, Es...>& m, const Shape& shape, const Readable& readable) {
  return m.operands().apply([&](const auto&... e) { return (is_flat(e, shape, readable) && ...); });
}

template <index N, class T, index Rank, class Keeper>
auto flat_loader(const view<T, Rank, Keeper>& leaf) {
  return kernel::row_loader<std::remove_const_t<T>, N>{leaf.data(), -1};
}
template <index N, class View>
auto flat_loader(const named_leaf<View>& n) { return flat_loader<N>(n.leaf()); }
template <index N, class T>
auto flat_loader(const scalar<T>& s) { return scalar_cursor<T, N>{s.value()}; }
template <index N, class Op, class... Es>
auto flat_loader(const map<Op, Es...>& m) {
  return m.operands().apply([&](const auto&... e) {
    return map_loader<map<Op, Es...>, N, decltype(flat_loader<N>(e))...>{m.op(), {flat_loader<N>(e)...}};
  });
}

} // namespace detail

/// Whether a statement is small and elementwise enough for the short way.
template <class To, class E>
  requires may_be_flat<E>
bool runs_flat(const To& to, const E& e) {
  // Element for element, or apart from the destination.
  const auto readable = [&]<class View>(const View& leaf) {
    const auto* const from = reinterpret_cast<const std::byte*>(leaf.data());
    const auto* const target = reinterpret_cast<const std::byte*>(to.data());
    constexpr index size = sizeof(typename View::element_type), target_size = sizeof(typename To::element_type);
    return (from == target && size == target_size) || from + to.size() * size <= target ||
           target + to.size() * target_size <= from;
  };
  return to.size() <= largest_flat && to.is_contiguous() && detail::is_flat(e, to.shape(), readable);
}

/// Whether a statement folds so little to one value that it takes the short way: one row of a fold.
template <class To, class E>
  requires may_fold_flat<E>
bool runs_flat(const To&, const E& e) {
  const auto readable = [](const auto&) { return true; }; // before the result is written
  return e.count() <= largest_flat && detail::is_flat(e.operand(), e.operand().shape(), readable);
}

/// Runs such a statement at once; false where it takes planning.
template <index N, index Unroll, class To, class E>
bool run_flat(const To& to, const E& e) {
  if (!runs_flat(to, e)) return false;
  if constexpr (may_be_flat<E>) {
    kernel::map_row<N, Unroll>(to.data(), detail::flat_loader<N>(e), to.size());
  } else {
    using In = typename E::in;
    const In folded = kernel::reduce_row<N, In, accumulators_for(tree_traits<typename E::operand_type>::cost)>(
        e.op(), converted<In>(detail::flat_loader<N>(e.operand())), e.count());
    const auto result = static_cast<typename E::value_type>(e.op().finish(folded, e.count()));
    kernel::map_row<N, 1>(to.data(), scalar_cursor<typename E::value_type, N>{result}, 1);
  }
  return true;
}

} // namespace plan

TUTTI_NAMESPACE_END
