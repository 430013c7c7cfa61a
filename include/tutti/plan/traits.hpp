// SPDX-License-Identifier: MIT
#pragma once

// What a tree's type alone says: the widest element, hence how many elements a pack has, and the work per element.

#include <tutti/expr/generate.hpp>
#include <tutti/expr/reduce.hpp>
#include <tutti/kernel/simd.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// The bytes of the widest number that an element of this type is computed with.
template <class T>
inline constexpr index compute_bytes = static_cast<index>(sizeof(real_t<compute_t<T>>));

/// Reductions that give a position among the values they compare.
template <class Op>
concept finds_position = requires { typename Op::values; };

/// What an operation combines as.
template <class Op>
struct combining_of {
  using type = Op;
};
template <class Op>
  requires requires { typename Op::combines_as; }
struct combining_of<Op> {
  using type = typename Op::combines_as;
};

/// Whether summing these elements is counting: those that are true, without a number for each.
template <class Op, class T>
inline constexpr bool counts = std::same_as<T, bool> && std::same_as<typename combining_of<Op>::type, sum_op>;

/// Whether the results of a reduction are written once a result, while its loops are over narrower values.
template <class Op, class T>
inline constexpr bool narrow_loops = finds_position<Op> || counts<Op, T>;

/// Facts about a tree; specialised for nodes with operands, and by barriers where they are made.
template <class E>
struct tree_traits {
  static constexpr index widest = compute_bytes<value_t<E>>;
  static constexpr double cost = 0;
  static constexpr bool has_reduction = false;
};
template <class F, index Rank>
struct tree_traits<generator<F, Rank>> {
  static constexpr index widest = compute_bytes<typename F::value_type>;
  static constexpr double cost = F::cost;
  static constexpr bool has_reduction = false;
};
template <class Op, class... Es>
struct tree_traits<map<Op, Es...>> {
  template <std::size_t... I>
  static constexpr index widest_operand(std::index_sequence<I...>) {
    return std::max({index{1}, compute_bytes<typename map<Op, Es...>::template in<I>>...});
  }
  static constexpr index widest = std::max({compute_bytes<value_t<map<Op, Es...>>>, tree_traits<Es>::widest...,
                                            widest_operand(std::index_sequence_for<Es...>{})});
  static constexpr double cost = (tree_traits<Es>::cost + ... + Op::cost);
  static constexpr bool has_reduction = (tree_traits<Es>::has_reduction || ...);
};
template <class Op, class E, index Count, bool Keep>
struct tree_traits<reduction<Op, E, Count, Keep>> {
  static constexpr index widest =
      std::max({tree_traits<E>::widest,
                counts<Op, value_t<E>> ? index{1} : compute_bytes<typename reduction<Op, E, Count, Keep>::in>,
                narrow_loops<Op, value_t<E>> ? index{1} : compute_bytes<value_t<reduction<Op, E, Count, Keep>>>});
  static constexpr double cost = Op::cost + tree_traits<E>::cost;
  static constexpr bool has_reduction = true;
};

/// Elements of a pack in a statement over these trees: as many as the widest type allows.
template <class... Es>
inline constexpr index lanes_of = simd::register_bytes / std::max({index{1}, tree_traits<Es>::widest...});

} // namespace plan

TUTTI_NAMESPACE_END
