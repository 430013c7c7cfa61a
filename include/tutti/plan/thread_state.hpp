// SPDX-License-Identifier: MIT
#pragma once

// What a thread that runs a statement has of its own, and its cursors share.

#include <array>
#include <span>

#include <tutti/kernel/scratch.hpp>
#include <tutti/plan/block_walk.hpp>
#include <tutti/plan/context.hpp>
#include <tutti/plan/share.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// The sums of a matrix product that have just been finished: from row `row` and column `column` on, rows `pitch` apart.
struct finished_product {
  const void* sums = nullptr;
  index pitch = 0;
  index row = 0, column = 0;
};

/// Where a block of an operand stands transposed, for all leaves that are this operand.
struct transposed_tile {
  const void* data;
  const walk* operand;
  index bytes;
  std::byte* memory;
  std::array<index, 5> block; // the one that stands there: see leaf_cursor
};

/// What a thread has when it makes its cursors.
struct thread_state {
  const cut& blocks;
  std::span<const walk> walks;
  kernel::scratch::frame& memory;
  std::array<const void*, shared_values::capacity> folds; // where results of folds stand
  std::array<void*, shared_values::capacity> kept;        // where kept rows stand
  finished_product product;                               // where an epilogue finds the product
  std::array<transposed_tile, 4> tiles;
  std::size_t tile_count = 0;

  thread_state(const cut& c, std::span<const walk> w, kernel::scratch::frame& m) : blocks(c), walks(w), memory(m) {}
  [[gnu::noinline]] thread_state(const cut& c, std::span<const walk> w, kernel::scratch::frame& m,
                                 const shared_values& keeps, index lanes)
      : thread_state(c, w, m) {
    for (std::size_t i = 0; i < keeps.size(); ++i)
      kept[i] = memory.take<std::byte>(c.batch * c.middle_count * c.pitch(lanes) * keeps.element_size(i));
  }

  /// The tile of this operand, which has `bytes` bytes; nullptr where there are too many operands.
  [[gnu::noinline]] transposed_tile* tile_of(const void* data, const walk& operand, index bytes) {
    const auto rank = static_cast<std::size_t>(blocks.loops.rank);
    for (transposed_tile& t : std::span(tiles).first(tile_count))
      if (t.data == data && t.bytes == bytes && t.operand->offset == operand.offset &&
          std::equal(operand.stride.begin(), operand.stride.begin() + rank, t.operand->stride.begin()))
        return &t;
    if (tile_count == tiles.size()) return nullptr;
    tiles[tile_count] = {data, &operand, bytes, memory.take<std::byte>(bytes), {-1}};
    return &tiles[tile_count++];
  }
};

} // namespace plan

TUTTI_NAMESPACE_END
