// SPDX-License-Identifier: MIT
#pragma once

// Barriers that no loop fuses: scans, products, reshapes, concatenations. Each has one function,
//
//   void run_barrier(const Barrier& b, const view<T, Rank>& to)
//
// which evaluates it into memory that nothing of it reads. At the root of a statement it writes the destination itself;
// anywhere else it is a stage, read like a leaf.

#include <optional>
#include <utility>

#include <tutti/expr/barrier.hpp>
#include <tutti/expr/named.hpp>
#include <tutti/plan/fixed.hpp>
#include <tutti/plan/fold.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

template <barrier B>
struct tree_traits<B> {
  static constexpr index widest = compute_bytes<value_t<B>>;
  static constexpr double cost = 0;
  static constexpr bool has_reduction = false;
};

template <barrier B, class Kept>
class lowering<B, Kept> : public stage_leaf<value_t<B>> {
public:
  static constexpr std::size_t walks = 1;
  using stage_leaf<value_t<B>>::stage_leaf;
};

/// A view of a barrier: the barrier's stage, seen through other strides.
template <class B, index Rank>
struct tree_traits<barrier_view<B, Rank>> : tree_traits<B> {};

template <class B, index Rank, class Kept>
class lowering<barrier_view<B, Rank>, Kept> : public stage_leaf<value_t<B>> {
public:
  static constexpr std::size_t walks = 1;
  lowering(const barrier_view<B, Rank>& v, context& c, const frame& f)
      : stage_leaf<value_t<B>>(v.barrier(), v.shape(), v.map().strides(contiguous_strides(v.barrier().shape())),
                               v.map().offset(contiguous_strides(v.barrier().shape())), c, f) {}
};

/// The destination as the barrier itself would see it, if a view does nothing but order the barrier's axes, turn them, and
/// add or drop such of extent 1: then the barrier writes its result there, and needs no memory of its own.
template <class T, index Rank, class Keeper, class B, index RankOfView>
std::optional<view<T, B::rank, Keeper>> seen_from_barrier(const view<T, Rank, Keeper>& to,
                                                          const barrier_view<B, RankOfView>& v) {
  if (!(v.shape() == to.shape())) return std::nullopt;
  const index_list<B::rank> shape = v.barrier().shape();
  auto strides = index_list<B::rank>::filled(shape.size(), 0);
  auto walked = strides;
  T* data = to.data();
  for (index i = 0; i < to.shape().size(); ++i) {
    const view_axis& axis = v.map()[i];
    if (axis.source == view_axis::fresh) {
      if (axis.extent != 1) return std::nullopt; // it is broadcast
      continue;
    }
    const index extent = shape[axis.source];
    if (axis.extent != extent || std::exchange(walked[axis.source], 1) == 1) return std::nullopt;
    if (extent == 1) continue;
    if (axis.step != 1 && axis.step != -1) return std::nullopt;
    strides[axis.source] = axis.step * to.strides()[i];
    if (axis.step < 0) data += (extent - 1) * to.strides()[i];
  }
  for (index a = 0; a < shape.size(); ++a)
    if (walked[a] == 0 && shape[a] != 1) return std::nullopt;
  return view<T, B::rank, Keeper>(data, shape, strides, to.keeper());
}

/// Whether a tree reads any byte of [low, high).
template <class E>
bool reads(const E&, const std::byte*, const std::byte*) { return false; }
template <class T, index Rank, class Keeper>
bool reads(const view<T, Rank, Keeper>& leaf, const std::byte* low, const std::byte* high) {
  const auto [from, to] = byte_range(leaf);
  return from < high && low < to;
}
template <class Op, class... Es>
bool reads(const map<Op, Es...>& m, const std::byte* low, const std::byte* high);
template <class Op, class E, index Count, bool Keep>
bool reads(const reduction<Op, E, Count, Keep>& r, const std::byte* low, const std::byte* high);
template <barrier B>
bool reads(const B& b, const std::byte* low, const std::byte* high);
template <class B, index Rank>
bool reads(const barrier_view<B, Rank>& v, const std::byte* low, const std::byte* high);

template <class Op, class... Es>
bool reads(const map<Op, Es...>& m, const std::byte* low, const std::byte* high) {
  return m.operands().apply([&](const auto&... e) { return (reads(e, low, high) || ...); });
}
template <class Op, class E, index Count, bool Keep>
bool reads(const reduction<Op, E, Count, Keep>& r, const std::byte* low, const std::byte* high) {
  return reads(r.operand(), low, high);
}
template <barrier B>
bool reads(const B& b, const std::byte* low, const std::byte* high) {
  return b.operands().apply([&](const auto&... e) { return (reads(e, low, high) || ...); });
}
template <class B, index Rank>
bool reads(const barrier_view<B, Rank>& v, const std::byte* low, const std::byte* high) {
  return reads(v.barrier(), low, high);
}

/// A named leaf is the leaf.
template <class View, class Kept>
class lowering<named_leaf<View>, Kept> : public lowering<View, Kept> {
public:
  lowering(const named_leaf<View>& n, context& c, const frame& f) : lowering<View, Kept>(n.leaf(), c, f) {}
};
template <class E>
const E& unnamed(const E& e) { return e; }
template <class View>
const View& unnamed(const named_leaf<View>& n) { return n.leaf(); }
template <class View>
bool reads(const named_leaf<View>& n, const std::byte* low, const std::byte* high) {
  return reads(n.leaf(), low, high);
}

} // namespace plan

TUTTI_NAMESPACE_END
