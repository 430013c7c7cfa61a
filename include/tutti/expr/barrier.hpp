// SPDX-License-Identifier: MIT
#pragma once

// A barrier is a node whose elements are not computed one by one: all of it, or a panel, is evaluated before anything
// reads it. Barriers derive from barrier_tag and give their operands as a bundle. Views of them cannot sink to leaves:
// barrier_view keeps the view beside the barrier.

#include <tutti/expr/map.hpp>

TUTTI_NAMESPACE_BEGIN

struct barrier_tag {};

template <class B>
concept barrier =
    expression<B> && std::derived_from<std::remove_cvref_t<B>, barrier_tag> && requires(const B& b) { b.operands(); };

/// A barrier's result, seen through a view_map.
template <expression B, index Rank>
class barrier_view : public node<barrier_view<B, Rank>, value_t<B>, Rank> {
public:
  constexpr barrier_view(B b, const view_map<B::rank, Rank>& map) : barrier_(std::move(b)), map_(map) {}
  constexpr const B& barrier() const { return barrier_; }
  constexpr const view_map<B::rank, Rank>& map() const { return map_; }
  constexpr index_list<Rank> shape() const { return map_.shape(); }

private:
  B barrier_;
  view_map<B::rank, Rank> map_;
};

template <class>
inline constexpr bool is_barrier_view = false;
template <class B, index Rank>
inline constexpr bool is_barrier_view<barrier_view<B, Rank>> = true;

template <barrier B, index To>
constexpr auto sink(const B& b, const view_map<B::rank, To>& map) { return barrier_view<B, To>(b, map); }

/// A view of a view of a barrier is one view of it.
template <expression B, index Rank, index To>
constexpr auto sink(const barrier_view<B, Rank>& v, const view_map<Rank, To>& map) {
  return barrier_view<B, To>(v.barrier(), compose(v.map(), map));
}

TUTTI_NAMESPACE_END
