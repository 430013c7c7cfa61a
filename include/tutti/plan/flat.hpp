// SPDX-License-Identifier: MIT
#pragma once

// The short way for small statements: where every leaf has the destination's shape, and all lie without gaps, the loops are
// one loop, and there is nothing to plan. Leaves that are the same for each row of the destination make it two. Reductions
// that fold all there is to one value run before, each in a loop of its own. The inner loops are those of any other
// statement, and give the same bits.

#include <algorithm>
#include <span>

#include <tutti/expr/named.hpp>
#include <tutti/plan/fold.hpp>
#include <tutti/plan/quotient.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Elements up to which planning costs more than it can gain: one thread, one row, all in the first cache.
inline constexpr index largest_flat = 4096;
/// Rows as long as this, and so few of any length, run as they are: others a plan makes longer.
inline constexpr index long_row = 64, few_rows = 32;
/// Elements up to which it costs less to compute again what reductions have in common than to plan that it is kept.
inline constexpr index largest_folded_flat = 512;

/// Whether a tree of this type can be loaded flat: leaves in memory, numbers, maps, and reductions to one value.
template <class E>
inline constexpr bool may_be_flat = false;
template <class T, index Rank, class Keeper>
inline constexpr bool may_be_flat<view<T, Rank, Keeper>> = true;
template <class View>
inline constexpr bool may_be_flat<named_leaf<View>> = may_be_flat<View>;
template <class T>
inline constexpr bool may_be_flat<scalar<T>> = true;
template <class Op, class... Es>
inline constexpr bool may_be_flat<map<Op, Es...>> = (may_be_flat<Es> && ...);
template <class Op, class E, index Count, bool Keep>
inline constexpr bool may_be_flat<reduction<Op, E, Count, Keep>> =
    reduction<Op, E, Count, Keep>::folds_all && may_be_flat<E> && !finds_position<Op>;

/// Whether all leaves of a tree of this type may lie as the destination does: what is asked first, as asking more takes
/// longer than loops of a few packs.
template <class E, index Rank>
inline constexpr bool may_lie_like = false;
template <class T, index Rank, class Keeper>
inline constexpr bool may_lie_like<view<T, Rank, Keeper>, Rank> = Rank != dynamic_rank;
template <class View, index Rank>
inline constexpr bool may_lie_like<named_leaf<View>, Rank> = may_lie_like<View, Rank>;
template <class T, index Rank>
inline constexpr bool may_lie_like<scalar<T>, Rank> = true;
template <class Op, class... Es, index Rank>
inline constexpr bool may_lie_like<map<Op, Es...>, Rank> = (may_lie_like<Es, Rank> && ...);

/// The most elements with which such a tree is loaded flat.
template <class E>
inline constexpr index most_flat = tree_traits<E>::has_reduction ? largest_folded_flat : largest_flat;
template <class Op, class E, index Count, bool Keep>
inline constexpr index most_flat<reduction<Op, E, Count, Keep>> = most_flat<E>;
template <class Op, class... Es>
  requires is_block_value<map<Op, Es...>>
inline constexpr index most_flat<map<Op, Es...>> = std::min({most_flat<Es>...});

namespace detail {

/// How the short way walks a destination: as one row, or as rows of as many elements as what is repeated has; false where
/// it cannot.
struct flat_loops {
  index count = 0, row = count;
  index folded = 0; // the most elements that are folded before
  index rows() const { return row == count ? 1 : count / row; }
  explicit operator bool() const { return count > 0; }
};

// How many elements a leaf has whose axes are the last ones of the destination, whose other axes repeat it; else 0.
[[gnu::noinline]] inline index repeated_row(std::span<const index> shape, std::span<const index> leaf) {
  index size = 1;
  for (; !leaf.empty() && !shape.empty() && leaf.back() == shape.back(); shape = shape.first(shape.size() - 1)) {
    size *= leaf.back();
    leaf = leaf.first(leaf.size() - 1);
  }
  return std::any_of(leaf.begin(), leaf.end(), [](index extent) { return extent != 1; }) ? 0 : size;
}

// Where the result goes, which leaves may read element for element, or apart from it. Reductions write nothing before they
// have read everything.
struct flat_target {
  const std::byte *first = nullptr, *last = nullptr;
  index element_bytes = 0, elements = 0;

  template <class T>
  TUTTI_INLINE bool spares(const T* leaf, index count) const {
    const auto* const from = reinterpret_cast<const std::byte*>(leaf);
    constexpr index bytes = sizeof(T);
    return from >= last || from + count * bytes <= first ||
           (from == first && bytes == element_bytes && count == elements);
  }
};

// Whether all leaves lie without gaps, have this shape or, all of them equally many elements, repeat its last axes, and can
// be read where they lie.
template <class T, index Rank, class Keeper, class Shape>
TUTTI_INLINE bool is_flat(const view<T, Rank, Keeper>& leaf, const Shape& shape, const flat_target& to,
                          flat_loops& loops) {
  leaf.require_alive();
  if (!leaf.is_contiguous()) return false;
  if (leaf.shape() == shape) return to.spares(leaf.data(), loops.count);
  const index row = repeated_row(shape, leaf.shape());
  if (loops.row != loops.count && loops.row != row) return false;
  loops.row = row;
  return row > 0 && to.spares(leaf.data(), row);
}
template <class View, class Shape>
TUTTI_INLINE bool is_flat(const named_leaf<View>& n, const Shape& shape, const flat_target& to, flat_loops& loops) {
  return is_flat(n.leaf(), shape, to, loops);
}
template <class T, class Shape>
bool is_flat(const scalar<T>&, const Shape&, const flat_target&, flat_loops&) { return true; }
template <class Op, class E, index Count, bool Keep, class Shape>
bool is_flat(const reduction<Op, E, Count, Keep>& r, const Shape&, const flat_target&, flat_loops& loops) {
  flat_loops own{r.count()};
  if (own.count > most_flat<reduction<Op, E, Count, Keep>> || !is_flat(r.operand(), r.operand().shape(), {}, own))
    return false;
  loops.folded = std::max({loops.folded, own.folded, own.count});
  return own && own.rows() == 1;
}
template <class Op, class... Es, class Shape>
TUTTI_INLINE bool is_flat(const map<Op, Es...>& m, const Shape& shape, const flat_target& to, flat_loops& loops) {
  return m.operands().apply([&](const auto&... e) { return (is_flat(e, shape, to, loops) && ...); });
}

template <class To>
TUTTI_INLINE flat_target target_of(const To& to) {
  constexpr index bytes = sizeof(typename To::element_type);
  const index count = to.size();
  const auto* const first = reinterpret_cast<const std::byte*>(to.data());
  return {first, first + count * bytes, bytes, count};
}

// Whether all leaves have the destination's shape and strides, and can be read where they lie.
template <class To, class T, index Rank, class Keeper>
TUTTI_INLINE bool lies_like(const To& to, const flat_target& target, const view<T, Rank, Keeper>& leaf) {
  leaf.require_alive();
  return leaf.shape() == to.shape() && leaf.strides() == to.strides() && target.spares(leaf.data(), target.elements);
}
template <class To, class View>
TUTTI_INLINE bool lies_like(const To& to, const flat_target& target, const named_leaf<View>& n) {
  return lies_like(to, target, n.leaf());
}
template <class To, class T>
TUTTI_INLINE bool lies_like(const To&, const flat_target&, const scalar<T>&) { return true; }
template <class To, class Op, class... Es>
TUTTI_INLINE bool lies_like(const To& to, const flat_target& target, const map<Op, Es...>& m) {
  return m.operands().apply([&](const auto&... e) { return (lies_like(to, target, e) && ...); });
}

template <index N, class R>
value_t<R> flat_value(const R& e);

template <index N, class T, index Rank, class Keeper>
TUTTI_INLINE auto flat_loader(const view<T, Rank, Keeper>& leaf, const flat_loops& loops) {
  const bool repeated = loops.row != loops.count && leaf.size() == loops.row;
  return kernel::row_loader<std::remove_const_t<T>, N>{leaf.data(), -1, repeated ? 0 : loops.row};
}
template <index N, class View>
TUTTI_INLINE auto flat_loader(const named_leaf<View>& n, const flat_loops& loops) {
  return flat_loader<N>(n.leaf(), loops);
}
template <index N, class T>
TUTTI_INLINE auto flat_loader(const scalar<T>& s, const flat_loops&) { return scalar_cursor<T, N>{s.value()}; }
template <index N, class Op, class E, index Count, bool Keep>
TUTTI_INLINE auto flat_loader(const reduction<Op, E, Count, Keep>& r, const flat_loops&) {
  return scalar_cursor<value_t<reduction<Op, E, Count, Keep>>, N>{flat_value<N>(r)};
}
template <index N, class Op, class... Es>
TUTTI_INLINE auto flat_loader(const map<Op, Es...>& m, const flat_loops& loops);

template <index N, class Op, class... Es>
TUTTI_INLINE auto flat_map_loader(const map<Op, Es...>& m, const flat_loops& loops) {
  return m.operands().apply([&](const auto&... e) {
    return map_loader<map<Op, Es...>, N, decltype(flat_loader<N>(e, loops))...>{m.op(), {flat_loader<N>(e, loops)...}};
  });
}
template <index N, class M, class A, class B>
TUTTI_INLINE auto flat_quotient_loader(const A& a, const B& b) {
  using T = value_t<M>;
  const kernel::pack_loader reciprocal{safe_reciprocal<T>(simd::broadcast<T, N>(convert_element<T>(b.value)))};
  return quotient_loader<N, T, A, B, std::remove_const_t<decltype(reciprocal)>>{a, b, reciprocal};
}
template <index N, class Op, class... Es>
TUTTI_INLINE auto flat_loader(const map<Op, Es...>& m, const flat_loops& loops) {
  using M = map<Op, Es...>;
  if constexpr (is_block_value<M>) return scalar_cursor<value_t<M>, N>{flat_value<N>(m)};
  else if constexpr (divides_by_few<M>)
    return m.operands().apply([&](const auto& a, const auto& b) {
      return flat_quotient_loader<N, M>(flat_loader<N>(a, loops), flat_loader<N>(b, loops));
    });
  else return flat_map_loader<N>(m, loops);
}

// What reductions, and maps of them alone, are: one value for all.
template <index N, class R>
value_t<R> flat_value(const R& e) {
  if constexpr (requires { typename R::folded_type; }) {
    const flat_loops loops{e.count()};
    const auto folded = fold_row<N, accumulators_for(tree_traits<typename R::operand_type>::cost)>(
        e, flat_loader<N>(e.operand(), loops), loops.count);
    return static_cast<value_t<R>>(e.op().finish(folded, loops.count));
  } else {
    value_t<R> value;
    kernel::map_rows<N, 1>(&value, flat_map_loader<N>(e, flat_loops{1}), 1);
    return value;
  }
}

} // namespace detail

/// The loops of a statement that is small and simple enough for the short way.
template <class To, class E>
  requires may_be_flat<E>
detail::flat_loops loops_if_flat(const To& to, const E& e) {
  detail::flat_loops loops{to.size()};
  if (loops.count > most_flat<E> || !to.is_contiguous()) return {};
  if (!detail::is_flat(e, to.shape(), detail::target_of(to), loops)) return {};
  if (loops.row < long_row && loops.rows() > few_rows) return {};
  return loops;
}

/// Runs such a statement at once; false where it takes planning.
template <index N, index Unroll, class T, index Rank, class Keeper, class E>
TUTTI_INLINE bool run_flat(const view<T, Rank, Keeper>& to, const E& e) {
  if constexpr (may_lie_like<E, Rank>) {
    const index count = to.size();
    if (count <= most_flat<E> && to.is_contiguous() && detail::lies_like(to, detail::target_of(to), e)) {
      // A loop of its own, which the compiler knows to read consecutive elements.
      kernel::map_rows<N, Unroll>(to.data(), detail::flat_loader<N>(e, {count}), count);
      return true;
    }
  }
  const auto loops = loops_if_flat(to, e);
  if (!loops) return false;
  if constexpr (is_block_value<E> && std::same_as<value_t<E>, T>) *to.data() = detail::flat_value<N>(e);
  else
    kernel::run_rows<N, is_block_value<E> ? 1 : Unroll>(to.data(), detail::flat_loader<N>(e, loops), loops.row,
                                                        loops.rows(), loops.row, false);
  return true;
}

} // namespace plan

TUTTI_NAMESPACE_END
