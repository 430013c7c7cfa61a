// SPDX-License-Identifier: MIT
#pragma once

// What is settled about a statement before its tree is lowered: the domain that its loops run over, which reductions run
// inside the loops, and which memory is being written.

#include <vector>

#include <tutti/expr/same.hpp>
#include <tutti/plan/alias.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// How a subtree's axes lie in the domain: axis i of the frame is domain axis axis[i], or -1 where the domain has none
/// (a kept axis of extent 1).
struct frame {
  index rank = 0;
  axis_values axis;

  static constexpr frame identity(index rank) {
    frame f;
    f.rank = rank;
    for (index i = 0; i < rank; ++i) f.axis[static_cast<std::size_t>(i)] = i;
    return f;
  }
};

/// Which node is meant: an address alone can be that of a node and of its first operand.
struct node_id {
  const void* node;
  const void* type;
  friend bool operator==(const node_id&, const node_id&) = default;
};

/// Whether two nodes of one type are one value.
using node_comparison = bool (*)(const void*, const void*);
template <class E>
bool same_nodes(const void* a, const void* b) { return same(*static_cast<const E*>(a), *static_cast<const E*>(b)); }

/// Values that a block computes once: folds' results, and rows that are kept.
class shared_values {
public:
  static constexpr std::size_t capacity = 8;
  static constexpr std::size_t none = capacity;

  /// The place of a value equal to this one, or `none`.
  [[gnu::noinline]] std::size_t find(const node_id& value, node_comparison equal) const {
    for (std::size_t i = 0; i < count_; ++i)
      if (entries_[i].tag == value.type && equal(entries_[i].node, value.node)) return i;
    return none;
  }
  /// A place for a new value, or `none` where there are too many.
  std::size_t add(const void* tag, const void* node, index element_size = 0) {
    if (count_ == capacity) return none;
    entries_[count_] = {tag, node, element_size};
    return count_++;
  }
  std::size_t size() const { return count_; }
  const void* node(std::size_t i) const { return entries_[i].node; }
  index element_size(std::size_t i) const { return entries_[i].element_size; }

private:
  struct entry {
    const void* tag;
    const void* node;
    index element_size;
  };
  std::size_t count_ = 0;
  std::array<entry, capacity> entries_;
};

class context {
public:
  std::vector<node_id>* planned_stages; // where only a plan is wanted: the stages, which do not run
  shared_values stages;                 // barriers that are stages of their own
  std::array<const void*, shared_values::capacity> stage_results;
  node_id product{};   // the matrix product whose sums the loops read as they are finished
  shared_values folds; // results of reductions that run inside the loops
  shared_values kept;  // rows kept for a second use
  int fold_depth = 0;  // how many of those reductions the node being lowered is below
  index staged = 0;    // how many barriers are stages of their own
  nest domain;
  bool fuses = false;    // reductions of the domain's folded axes run inside the loops
  bool nests = false;    // also those below another one: a block is small enough to go over it more than once
  bool conflict = false; // a leaf overlaps the destination in a way that the loops would not survive
  bool in_place = false; // a leaf is the destination itself
  bool buffers = false;  // an operand is computed into a buffer, row by row
  index fused = 0;       // how many reductions run inside the loops
  index apart = 0;       // and how many of them neither read another one's results nor find positions

  [[gnu::noinline]] explicit context(std::span<walk> walks, std::vector<node_id>* planned = nullptr)
      : planned_stages(planned), walks_(walks) {}

  void set_target(const target& t) { target_ = t; }

  /// A map in the fold that is being lowered could be kept. Whether it is the one that computes the value is known when
  /// the fold is complete: a fold inside this one, lowered later but entered earlier, may have an equal map.
  [[gnu::noinline]] void offer_to_keep(const void* tag, const void* node, index element_size, node_comparison equal) {
    if (offered_ < offers_.size()) offers_[offered_++] = {tag, node, element_size, equal, fold_depth};
  }
  /// The fold that is being lowered is complete: what it alone has is kept by it.
  [[gnu::noinline]] void settle_offers() {
    std::size_t left = 0;
    for (std::size_t i = 0; i < offered_; ++i) {
      const offer& o = offers_[i];
      if (o.depth != fold_depth) offers_[left++] = o;
      else if (kept.find({o.node, o.tag}, o.equal) == shared_values::none) kept.add(o.tag, o.node, o.element_size);
    }
    offered_ = left;
  }

  std::size_t used() const { return used_; }

  /// The strides of an operand of this shape that stands in frame `f`. (Written where they stay: what has just been written
  /// number by number is slow to copy.)
  [[gnu::noinline]] static void place(walk& w, std::span<const index> shape, std::span<const index> strides,
                                      const frame& f) {
    w = {};
    for (std::size_t i = 1; i <= shape.size(); ++i) {
      const std::size_t at = shape.size() - i;
      if (shape[at] != 1)
        w.stride[static_cast<std::size_t>(f.axis[static_cast<std::size_t>(f.rank) - i])] = strides[at];
    }
  }
  /// Takes the next place among the walks for such an operand.
  walk& place(std::size_t& id, std::span<const index> shape, std::span<const index> strides, const frame& f) {
    id = used_++;
    place(walks_[id], shape, strides, f);
    walks_[id].of_results = fold_depth == 0;
    return walks_[id];
  }

  /// Takes the next place for a leaf in memory. It may be read while the destination is written only if it is apart from
  /// it, or element for element the same.
  [[gnu::noinline]] std::size_t place_leaf(const void* data, std::size_t element_size, index picked_bytes,
                                           std::span<const index> shape, std::span<const index> strides,
                                           const frame& f) {
    std::size_t id;
    walk& w = place(id, shape, strides, f);
    w.picked_bytes = picked_bytes;
    if (overlaps(byte_range(data, element_size, shape, strides), target_)) {
      const bool same = is_same_walk(data, element_size, w, target_, domain);
      in_place = in_place || same;
      conflict = conflict || !same;
    }
    return id;
  }

  /// Whether this reduction, standing in frame `f`, folds exactly the domain's folded axes and may run inside the loops.
  template <class R>
  bool runs_inside(const R& r, const frame& f) const {
    return runs_inside(r.operand().shape(), r.axes(), R::keeps_dimensions, f, f.rank - r.shape().size());
  }

private:
  struct offer {
    const void* tag;
    const void* node;
    index element_size;
    node_comparison equal;
    int depth;
  };
  // `seat` is the axis of the frame where the result's first one stands.
  [[gnu::noinline]] bool runs_inside(std::span<const index> from, axis_set axes, bool keeps, const frame& f,
                                     index seat) const {
    if (!fuses || (fold_depth > 0 && !nests) || static_cast<index>(from.size()) != domain.rank) return false;
    for (std::size_t a = 0; a < from.size(); ++a) {
      const auto axis = static_cast<index>(a);
      const bool folded = axes.has(axis);
      if (from[a] != domain.extent[a] || folded != domain.folded[a]) return false;
      if (!folded && from[a] != 1 && f.axis[static_cast<std::size_t>(seat)] != axis) return false;
      if (!folded || keeps) ++seat;
    }
    return true;
  }

  std::array<offer, shared_values::capacity> offers_;
  std::size_t offered_ = 0;
  std::span<walk> walks_;
  std::size_t used_ = 0;
  target target_;
};

} // namespace plan

TUTTI_NAMESPACE_END
