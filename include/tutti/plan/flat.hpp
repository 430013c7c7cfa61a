// SPDX-License-Identifier: MIT
#pragma once

// The short way for small elementwise statements: where every leaf has the destination's shape and both lie without
// gaps, the loops are one loop, and there is nothing to plan. It runs the same inner loop as any other statement.

#include <tutti/expr/named.hpp>
#include <tutti/plan/fuse.hpp>

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

namespace detail {

// Whether this leaf can be read element for element while `to` is written in order.
template <class T, index Rank, class Keeper, class To>
bool is_flat(const view<T, Rank, Keeper>& leaf, const To& to) {
  leaf.require_alive();
  if (!(leaf.shape() == to.shape()) || !leaf.is_contiguous()) return false;
  const auto* const from = reinterpret_cast<const std::byte*>(leaf.data());
  const auto* const target = reinterpret_cast<const std::byte*>(to.data());
  const index count = element_count(to.shape());
  constexpr index size = sizeof(T), target_size = sizeof(typename To::element_type);
  return (from == target && size == target_size) || from + count * size <= target ||
         target + count * target_size <= from;
}
template <class View, class To>
bool is_flat(const named_leaf<View>& n, const To& to) { return is_flat(n.leaf(), to); }
template <class T, class To>
bool is_flat(const scalar<T>&, const To&) { return true; }
template <class Op, class... Es, class To>
bool is_flat(const map<Op, Es...>& m, const To& to) {
  return std::apply([&](const auto&... e) { return (is_flat(e, to) && ...); }, m.operands());
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
  return std::apply(
      [&](const auto&... e) {
        return map_loader<map<Op, Es...>, N, decltype(flat_loader<N>(e))...>{m.op(), {flat_loader<N>(e)...}};
      },
      m.operands());
}

} // namespace detail

/// Whether a statement is small and elementwise enough for the short way.
template <class To, class E>
bool runs_flat(const To& to, const E& e) {
  return to.size() <= largest_flat && to.is_contiguous() && detail::is_flat(e, to);
}

/// Runs such a statement at once; false where it takes planning.
template <index N, index Unroll, class To, class E>
bool run_flat(const To& to, const E& e) {
  if (!runs_flat(to, e)) return false;
  kernel::map_row<N, Unroll>(to.data(), detail::flat_loader<N>(e), to.size());
  return true;
}

} // namespace plan

TUTTI_NAMESPACE_END
