// SPDX-License-Identifier: MIT
#pragma once

// Rows of pairs. In sum(f(x(all, newaxis) - y), 1) a row pairs one element of x with all of y. Which operands repeat an
// element along a row is known at run time only: a loop over any rows asks each operand at every step where it is to read.
// But ranks tell. An operand with all axes beside others that have fewer is mostly one that was given an axis of extent 1 to
// meet them. Trees of such operands have a second loop, for rows where that is so: what repeats is in registers, and the rest
// is read without asking. (sum(square(x(all, newaxis) - y), 1) takes 0.55 of the time in it, and formulas of ten operations
// 0.8 to 0.9.)

#include <tutti/expr/named.hpp>
#include <tutti/plan/fuse.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

namespace detail {

// Whether E has a leaf of this rank, and whether it has one of fewer axes.
template <index Rank, class E>
inline constexpr bool has_whole_leaf = (is_view<E> || is_named<E>) && E::rank == Rank;
template <index Rank, class Op, class... Es>
inline constexpr bool has_whole_leaf<Rank, map<Op, Es...>> = (has_whole_leaf<Rank, Es> || ...);
template <index Rank, class E>
inline constexpr bool has_lesser_leaf = (is_view<E> || is_named<E>) && E::rank > 0 && E::rank < Rank;
template <index Rank, class Op, class... Es>
inline constexpr bool has_lesser_leaf<Rank, map<Op, Es...>> = (has_lesser_leaf<Rank, Es> || ...);

// Of the loader of an operand E: whether it is as its rank tells, and what it is then.
template <index Rank, class E, class Loader>
TUTTI_INLINE bool is_paired(const Loader&) { return true; }
template <index Rank, class E, class T, index N>
  requires(has_whole_leaf<Rank, E> || has_lesser_leaf<Rank, E>)
TUTTI_INLINE bool is_paired(const kernel::row_loader<T, N>& x) { return x.mask == (E::rank == Rank ? 0 : -1); }
template <index Rank, class E, class Op, class... Es, index N, std::size_t... I, class... Loaders>
TUTTI_INLINE bool is_paired(const map_loader_of<map<Op, Es...>, N, std::index_sequence<I...>, Loaders...>& x) {
  return (is_paired<Rank, Es>(get<I>(x.operands)) && ...);
}

template <index Rank, class E, class Loader>
TUTTI_INLINE auto paired(const Loader& x) { return x; }
template <index Rank, class E, class T, index N>
  requires(has_whole_leaf<Rank, E> || has_lesser_leaf<Rank, E>)
TUTTI_INLINE auto paired(const kernel::row_loader<T, N>& x) {
  if constexpr (E::rank == Rank) return kernel::repeated_loader<T, N>(x);
  else return kernel::consecutive_loader<T, N>{x.p, x.step};
}
template <index Rank, class E, class Op, class... Es, index N, std::size_t... I, class... Loaders>
TUTTI_INLINE auto paired(const map_loader_of<map<Op, Es...>, N, std::index_sequence<I...>, Loaders...>& x) {
  return map_loader<map<Op, Es...>, N, decltype(paired<Rank, Es>(get<I>(x.operands)))...>{
      x.op, {paired<Rank, Es>(get<I>(x.operands))...}};
}

// The tree that a loader loads, if it is of a map.
template <class Loader>
struct loaded_tree {
  using type = void;
  static constexpr bool tells_pairs = false;
};
template <class M, index N, class Each, class... Loaders>
struct loaded_tree<map_loader_of<M, N, Each, Loaders...>> {
  using type = M;
  static constexpr bool tells_pairs = has_whole_leaf<M::rank, M> && has_lesser_leaf<M::rank, M>;
};
template <class Loader>
TUTTI_INLINE bool is_paired_tree(const Loader& x) {
  if constexpr (loaded_tree<Loader>::tells_pairs)
    return is_paired<loaded_tree<Loader>::type::rank, typename loaded_tree<Loader>::type>(x);
  else return true;
}
template <class Loader>
TUTTI_INLINE auto paired_tree(const Loader& x) {
  if constexpr (loaded_tree<Loader>::tells_pairs)
    return paired<loaded_tree<Loader>::type::rank, typename loaded_tree<Loader>::type>(x);
  else return x;
}

} // namespace detail

/// Calls f with the loaders of rows of one or several trees: with such as know that the rows are of pairs, if they all are
/// and they `may` be taken so.
template <class F, class... Loaders>
TUTTI_INLINE auto with_pairs([[maybe_unused]] bool may, const F& f, const Loaders&... x) {
  if constexpr ((detail::loaded_tree<Loaders>::tells_pairs || ...))
    if (may && (detail::is_paired_tree(x) && ...)) return f(detail::paired_tree(x)...);
  return f(x...);
}

} // namespace plan

TUTTI_NAMESPACE_END
