// SPDX-License-Identifier: MIT
#pragma once

// A tree whose blocks another kernel chooses, as a matrix product does that packs an operand or finishes a tile.

#include <tutti/kernel/loop.hpp>
#include <tutti/plan/fuse.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Loops of which two are those of a block, and all operands' walks through them in that order.
template <std::size_t Walks>
struct block_loops {
  cut blocks;
  std::array<walk, Walks> walks;
};

/// Loop `middle` and, inside it, loop `inner` of a nest as those of a block.
template <std::size_t Walks>
void choose_block_loops(block_loops<Walks>& to, const nest& loops, const std::array<walk, Walks>& walks, index middle,
                        index inner) {
  cut& c = to.blocks;
  c.loops = loops;
  to.walks = walks;
  const index last = loops.rank - 1;
  move_axis(c.loops, to.walks, middle, last);
  move_axis(c.loops, to.walks, inner > middle ? inner - 1 : inner, last);
  c.outer_rank = last - 1;
  c.middle_rank = 1;
  c.middle_count = c.tile = loops.extent[static_cast<std::size_t>(middle)];
  c.panel = std::clamp<index>(c.inner_extent(), 1, packing_row);
}

/// Makes one loop of a block's two where the inner one is so short that entering its rows would take most of the time: for
/// blocks that have whole rows.
template <std::size_t Walks>
void wrap_block_loops(block_loops<Walks>& to, index lanes) {
  cut& c = to.blocks;
  const auto inner = static_cast<std::size_t>(c.inner_axis()), middle = inner - 1;
  const index extent = c.inner_extent();
  if (extent == 0 || extent >= short_loop || c.middle_count == 1 || inner + 1 >= axis_values::capacity) return;
  const auto put_behind = [&](axis_values& values, index stride) {
    values[inner + 1] = values[inner];
    values[inner] = values[middle];
    values[middle] = stride;
  };
  for (walk& w : to.walks) {
    const bool regular = w.stride[middle] == w.stride[inner] * extent;
    put_behind(w.stride, regular ? w.stride[inner] : wrapped_stride);
  }
  put_behind(c.loops.extent, c.middle_count * extent);
  --c.loops.rank;
  c.wrapped = 2;
  c.period = extent;
  c.middle_rank = 0;
  c.middle_count = c.tile = 1;
  c.panel = std::clamp<index>(c.inner_extent(), 1, periods_of_row(extent, repeated_row, lanes) * extent);
}

/// What a thread computes of a tree, at one position of the outer loops after the other.
template <index N, class Lowering>
class block_cursor {
public:
  template <std::size_t Walks>
  block_cursor(const block_loops<Walks>& loops, const Lowering& tree, kernel::scratch::frame& memory)
      : state_(loops.blocks, loops.walks, memory), from_(tree.template cursor<N>(state_)) {}
  block_cursor(const block_cursor&) = delete;

  const thread_state& state() const { return state_; }
  /// The numbers of a product that the tree reads as a leaf.
  void set_product(const finished_product& product) { state_.product = product; }

  /// Moves to a position of the outer loops.
  void move_to(const axis_values& outer) {
    block_.outer = outer;
    block_.step = outer_step::jump;
  }

  /// Computes a block in parts that fit the packing buffers: calls enter(block), and for its rows store(row, loader).
  template <class Enter, class Store>
  void compute(index middle, index middles, index begin, index count, const Enter& enter, const Store& store) {
    const cut& c = state_.blocks;
    for (index first = 0; first < count; first += c.panel) {
      block_.middle_begin = middle;
      block_.middle_count = middles;
      block_.begin = begin + first;
      block_.count = std::min(c.panel, count - first);
      from_.enter(block_);
      enter(block_);
      block_.step = outer_step::none;
      for (row r = first_row(block_); r.number < middles; next_row(r)) store(r, from_.enter_row(r));
    }
  }

private:
  thread_state state_;
  decltype(std::declval<const Lowering&>().template cursor<N>(std::declval<thread_state&>())) from_;
  block block_;
};

} // namespace plan

TUTTI_NAMESPACE_END
