// SPDX-License-Identifier: MIT
#pragma once

// Which parts of a tree are worth keeping, by their types: an expensive map in what a reduction folds that occurs again
// (exp(x - m) in softmax, the weight of each of three sums) is computed once for a block and kept, and a map of block values
// alone (sqrt(var + eps) in a layer norm) is. Whether two nodes of one type are also one value is asked at run time.

#include <tutti/expr/same.hpp>
#include <tutti/plan/traits.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

template <class... Es>
struct types {};

template <class List, class E>
inline constexpr bool contains = false;
template <class... Es, class E>
inline constexpr bool contains<types<Es...>, E> = (std::same_as<Es, E> || ...);

/// True for trees whose leaves are reductions and numbers alone: one value for all that a block folds.
template <class E>
inline constexpr bool is_block_value = false;
template <class Op, class E, index Count, bool Keep>
inline constexpr bool is_block_value<reduction<Op, E, Count, Keep>> = true;
template <class Op, class... Es>
inline constexpr bool is_block_value<map<Op, Es...>> =
    ((is_block_value<Es> || std::same_as<Es, scalar<value_t<Es>>>) && ...) && (is_block_value<Es> || ...);

namespace detail {

template <class... Lists>
struct joined {
  using type = types<>;
};
template <class... Es>
struct joined<types<Es...>> {
  using type = types<Es...>;
};
template <class... As, class... Bs, class... Rest>
struct joined<types<As...>, types<Bs...>, Rest...> : joined<types<As..., Bs...>, Rest...> {};

// A list with each type once, where it comes first.
template <class Listed, class List>
struct distinct {
  using type = Listed;
};
template <class... Ls, class E, class... Es>
struct distinct<types<Ls...>, types<E, Es...>>
    : distinct<std::conditional_t<contains<types<Ls...>, E>, types<Ls...>, types<Ls..., E>>, types<Es...>> {};

// How often nodes of type M occur in E.
template <class M, class E>
inline constexpr int occurrences = std::same_as<M, E> ? 1 : 0;
template <class M, class Op, class... Es>
inline constexpr int occurrences<M, map<Op, Es...>> =
    (occurrences<M, Es> + ... + (std::same_as<M, map<Op, Es...>> ? 1 : 0));
template <class M, class Op, class E, index Count, bool Keep>
inline constexpr int occurrences<M, reduction<Op, E, Count, Keep>> =
    occurrences<M, E> + (std::same_as<M, reduction<Op, E, Count, Keep>> ? 1 : 0);
template <class M, class... Roots>
inline constexpr int occurrences<M, types<Roots...>> = (occurrences<M, Roots> + ... + 0);

// A map that takes longer to compute than to store and load again.
template <class E>
inline constexpr bool worth_keeping = false;
template <class Op, class... Es>
inline constexpr bool worth_keeping<map<Op, Es...>> = tree_traits<map<Op, Es...>>::cost >= 8;

// The greatest maps of a reduction's operand that occur more than Times times, and what is kept below reductions. Outside
// of reductions, and in what is kept, nothing is (Times 0).
template <class Root, class E, int Times>
struct folded_maps {
  using type = types<>;
};
template <class Root, class Op, class... Es, int Times>
struct folded_maps<Root, map<Op, Es...>, Times> {
  static constexpr bool kept = [] {
    if constexpr (Times > 0 && worth_keeping<map<Op, Es...>> && !is_block_value<map<Op, Es...>>)
      return occurrences<map<Op, Es...>, Root> > Times;
    else return false;
  }();
  using type = typename joined<std::conditional_t<kept, types<map<Op, Es...>>, types<>>,
                               typename folded_maps<Root, Es, kept || Times == 0 ? 0 : 1>::type...>::type;
};
// Several reductions of one type fold different values, whatever these have in common: nobody wants one sum twice.
template <class Root, class Op, class E, index Count, bool Keep, int Times>
struct folded_maps<Root, reduction<Op, E, Count, Keep>, Times>
    : folded_maps<Root, E, occurrences<reduction<Op, E, Count, Keep>, Root>> {};

// The expensive maps that occur more than Times times: below one that does, and before it, those that occur more often.
template <class Root, class E, int Times>
struct repeated_maps {
  using type = types<>;
};
template <class Root, class Op, class... Es, int Times>
struct repeated_maps<Root, map<Op, Es...>, Times> {
  static constexpr int times = [] {
    if constexpr (Times > 0 && worth_keeping<map<Op, Es...>>) return std::max(Times, occurrences<map<Op, Es...>, Root>);
    else return std::max(Times, 1);
  }();
  using type = typename joined<typename repeated_maps<Root, Es, times>::type...,
                               std::conditional_t<(Times > 0 && times > Times), types<map<Op, Es...>>, types<>>>::type;
};
// What reductions of one type fold is different (Times 0), as above.
template <class Root, class Op, class E, index Count, bool Keep, int Times>
struct repeated_maps<Root, reduction<Op, E, Count, Keep>, Times>
    : repeated_maps<Root, E, occurrences<reduction<Op, E, Count, Keep>, Root> == 1 ? 1 : 0> {};

} // namespace detail

/// The types of maps that a statement with these roots keeps.
template <class... Roots>
using kept_t = typename detail::joined<typename detail::folded_maps<types<Roots...>, Roots, 0>::type...>::type;

/// Those of them that are part of `E`: trees without any are lowered alike in all statements.
template <class E, class Kept>
struct kept_within;
template <class E, class... Ms>
struct kept_within<E, types<Ms...>>
    : detail::joined<std::conditional_t<(detail::occurrences<Ms, E> > 0), types<Ms>, types<>>...> {};

/// The types of expensive maps that occur more than once in what these reductions fold, parts of others before these.
template <class... Es>
using repeated_t = typename detail::distinct<
    types<>, typename detail::joined<typename detail::repeated_maps<types<Es...>, Es, 1>::type...>::type>::type;

/// An address that stands for a list of types.
template <class... Es>
inline constexpr char type_tag{};

} // namespace plan

TUTTI_NAMESPACE_END
