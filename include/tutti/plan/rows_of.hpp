// SPDX-License-Identifier: MIT
#pragma once

// Rows of formulas: which formulas need nothing but rows of their leaves and of one product, and the slices of those.

#include <tutti/plan/contract.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

namespace detail {

template <class E>
inline constexpr bool is_sliced_leaf = is_named<E>;
template <class T, index Rank, class Keeper>
inline constexpr bool is_sliced_leaf<view<T, Rank, Keeper>> = true;
template <class T>
inline constexpr bool is_sliced_leaf<scalar<T>> = true;
template <class F, index Rank>
inline constexpr bool is_sliced_leaf<generator<F, Rank>> = true;

struct no_node {
  static constexpr index rank = -1;
};

/// Whether rows of E need nothing but rows of its leaves and of nodes of type Known: maps, and reductions along the
/// last axis, which stays.
template <class Known, class E>
inline constexpr bool goes_by_rows = std::same_as<Known, E> || is_sliced_leaf<E>;
template <class Known, class Op, class... Es>
inline constexpr bool goes_by_rows<Known, map<Op, Es...>> =
    std::same_as<Known, map<Op, Es...>> || (goes_by_rows<Known, Es> && ...);
template <class Known, class Op, class E, index Count>
inline constexpr bool goes_by_rows<Known, reduction<Op, E, Count, true>> =
    Count == 1 && E::rank == Known::rank && goes_by_rows<Known, E>;

// The largest part of a tree that is elementwise work around a product, or void.
template <class... Es>
struct first_core {
  using type = void;
};
template <class E>
struct core_of {
  using type = void;
};
template <class E, class... Es>
struct first_core<E, Es...> {
  using here = typename core_of<E>::type;
  using type = typename std::conditional_t<std::is_void_v<here>, first_core<Es...>, core_of<E>>::type;
};
template <class A, class B>
struct core_of<matmul_node<A, B>> {
  using type = matmul_node<A, B>;
};
template <class Op, class... Es>
struct core_of<map<Op, Es...>> {
  using E = map<Op, Es...>;
  static constexpr bool whole = !tree_traits<E>::has_reduction && !std::same_as<typename products_in<E>::type, types<>>;
  using type = typename std::conditional_t<whole, std::type_identity<E>, first_core<Es...>>::type;
};
template <class Op, class E, index Count, bool Keep>
struct core_of<reduction<Op, E, Count, Keep>> : core_of<E> {};

template <class E>
using product_of = typename first_of<typename products_in<E>::type>::type;

template <class M>
inline constexpr bool is_matrix_product = false;
template <class A, class B>
inline constexpr bool is_matrix_product<matmul_node<A, B>> = A::rank >= 2 && B::rank >= 2;

/// A formula that reduces along the rows of elementwise work around one product.
template <class E, class Core = typename core_of<E>::type>
struct folded_product {
  using core = Core;
  using product = product_of<Core>;
  static constexpr bool holds = [] {
    if constexpr (!tree_traits<E>::has_reduction || barrier<E> || !is_matrix_product<product>) return false;
    else
      return E::rank == Core::rank && Core::rank == product::rank && goes_by_rows<Core, E> &&
             goes_by_rows<product, Core>;
  }();
};
template <class E>
struct folded_product<E, void> {
  static constexpr bool holds = false;
};

// The first node of type Known.
template <class Known, class E>
const Known* find_node(const E& e) {
  if constexpr (std::same_as<Known, E>) return &e;
  else return nullptr;
}
template <class Known, class Op, class E, index Count, bool Keep>
const Known* find_node(const reduction<Op, E, Count, Keep>& r);
template <class Known, class Op, class... Es>
const Known* find_node(const map<Op, Es...>& m) {
  if constexpr (std::same_as<Known, map<Op, Es...>>) return &m;
  else {
    const Known* found = nullptr;
    m.operands().apply([&](const auto&... e) { ((found = found ? found : find_node<Known>(e)), ...); });
    return found;
  }
}
template <class Known, class Op, class E, index Count, bool Keep>
const Known* find_node(const reduction<Op, E, Count, Keep>& r) {
  if constexpr (std::same_as<Known, reduction<Op, E, Count, Keep>>) return &r;
  else return find_node<Known>(r.operand());
}

// Whether all nodes of type Known are this one, and every reduction folds the rows of a tree of its shape.
template <class Known, class E>
bool all_are(const Known& known, const E& e) {
  if constexpr (std::same_as<Known, E>) return same(known, e);
  else return true;
}
template <class Known, class Op, class E, index Count, bool Keep>
bool all_are(const Known& known, const reduction<Op, E, Count, Keep>& r);
template <class Known, class Op, class... Es>
bool all_are(const Known& known, const map<Op, Es...>& m) {
  if constexpr (std::same_as<Known, map<Op, Es...>>) return same(known, m);
  else return m.operands().apply([&](const auto&... e) { return (all_are(known, e) && ...); });
}
template <class Known, class Op, class E, index Count, bool Keep>
bool all_are(const Known& known, const reduction<Op, E, Count, Keep>& r) {
  return r.axes().has(Known::rank - 1) && r.operand().shape() == known.shape() && all_are(known, r.operand());
}

} // namespace detail

/// Some rows of one matrix of a batch: where they are in a domain, whatever is broadcast to it.
template <index Rank>
struct row_slice {
  axis_values batch;
  index first, count;

  /// The slice of a domain; `all` instead of some rows.
  view_map<Rank, Rank> of(const index_list<Rank>& domain, bool all = false) const {
    view_map<Rank, Rank> map;
    map.start = index_list<Rank>::filled(Rank, 0);
    for (index i = 0; i < Rank; ++i) {
      map[i] = {i, 1, domain[i]};
      if (i >= Rank - 2) continue;
      map[i].extent = 1;
      map.start[i] = batch[static_cast<std::size_t>(i)];
    }
    if (all) return map;
    map.start[Rank - 2] = first;
    map[Rank - 2].extent = count;
    return map;
  }
};

/// A tree's slice, with `with` in the place of nodes of type Known.
template <class Known, class With, class E, index Rank>
auto slice_of(const E& e, const view_map<Rank, Rank>& map, const index_list<Rank>& domain, const With& with) {
  if constexpr (std::same_as<Known, E>) return with;
  else return sink(e, map_for_operand(map, domain, e.shape()));
}
template <class Known, class With, class Op, class E, index Count, bool Keep, index Rank>
auto slice_of(const reduction<Op, E, Count, Keep>& r, const view_map<Rank, Rank>& map, const index_list<Rank>& domain,
              const With& with);
template <class Known, class With, class Op, class... Es, index Rank>
auto slice_of(const map<Op, Es...>& m, const view_map<Rank, Rank>& map, const index_list<Rank>& domain,
              const With& with) {
  if constexpr (std::same_as<Known, tutti::map<Op, Es...>>) return with;
  else
    return m.operands().apply([&](const auto&... e) {
      return tutti::map<Op, decltype(slice_of<Known>(e, map, domain, with))...>(
          m.op(), slice_of<Known>(e, map, domain, with)...);
    });
}
template <class Known, class With, class Op, class E, index Count, bool Keep, index Rank>
auto slice_of(const reduction<Op, E, Count, Keep>& r, const view_map<Rank, Rank>& map, const index_list<Rank>& domain,
              const With& with) {
  auto operand = slice_of<Known>(r.operand(), map, domain, with);
  return reduction<Op, decltype(operand), 1, true>(r.op(), std::move(operand), index_list<1>{Rank - 1});
}

} // namespace plan

TUTTI_NAMESPACE_END
