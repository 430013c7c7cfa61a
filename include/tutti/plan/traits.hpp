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
      std::max({tree_traits<E>::widest, compute_bytes<typename reduction<Op, E, Count, Keep>::in>,
                // Positions are written once a result; the loops are over the values.
                finds_position<Op> ? index{1} : compute_bytes<value_t<reduction<Op, E, Count, Keep>>>});
  static constexpr double cost = Op::cost + tree_traits<E>::cost;
  static constexpr bool has_reduction = true;
};

/// Elements of a pack in a statement over these trees: as many as the widest type allows.
template <class... Es>
inline constexpr index lanes_of = simd::register_bytes / std::max({index{1}, tree_traits<Es>::widest...});

} // namespace plan

TUTTI_NAMESPACE_END
