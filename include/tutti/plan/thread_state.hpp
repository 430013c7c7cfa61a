// SPDX-License-Identifier: MIT
#pragma once

// What a thread that runs a statement has of its own, and its cursors share.

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include <tutti/kernel/rows.hpp>
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

/// Where the rows of several operands are packed that are places of the same groups in memory, as the colours of an image
/// are, or of one that occurs several times: they are taken apart once.
struct packed_rows {
  std::uintptr_t data; // the address of the first element of the operand that stands at the first place
  const walk* operand;
  index stride, element_size, bytes; // from group to group, in elements; of an element; of a packed row
  index places;
  std::array<void*, kernel::largest_group> memory; // of the operands at these places
  const void* from;                                // the row that stands there, from the first place on
  index count;

  /// Packs a row whose element at the first place is `row`.
  template <class T>
  void pack(const T* row, index n) {
    if (std::exchange(from, row) == row && count == n) return; // for an operand before this one
    count = n;
    if (places == 1) kernel::gather_row(row, stride, n, static_cast<T*>(memory[0]));
    else kernel::gather_places(row, stride, places, n, memory.data());
  }
};

/// What a thread has when it makes its cursors.
struct thread_state {
  const cut& blocks;
  std::span<const walk> walks;
  kernel::scratch::frame& memory;
  std::array<const void*, shared_values::capacity> folds; // where results of folds stand
  std::array<void*, shared_values::capacity> kept;        // where kept rows stand
  bool keeps_in_target = false; // in the destination: that is its data then, which the first walk leads through
  finished_product product;     // where an epilogue finds the product
  std::array<transposed_tile, 4> tiles;
  std::size_t tile_count = 0;
  std::array<packed_rows, 4> rows;
  std::size_t rows_count = 0;

  thread_state(const cut& c, std::span<const walk> w, kernel::scratch::frame& m) : blocks(c), walks(w), memory(m) {}
  [[gnu::noinline]] thread_state(const cut& c, std::span<const walk> w, kernel::scratch::frame& m,
                                 const shared_values& keeps, index lanes, void* target)
      : thread_state(c, w, m) {
    kept[0] = target;
    keeps_in_target = target != nullptr;
    for (std::size_t i = keeps_in_target ? 1 : 0; i < keeps.size(); ++i)
      kept[i] = memory.take<std::byte>(c.batch * c.middle_count * c.pitch(lanes) * keeps.element_size(i));
  }

  /// Where to pack the rows of an operand whose first element is at `data`; nullptr where there are too many.
  [[gnu::noinline]] packed_rows* rows_of(std::uintptr_t data, const walk& operand, index stride, index element_size,
                                         index bytes) {
    for (std::size_t i = 0; i < rows_count; ++i) {
      packed_rows& r = rows[i];
      const index apart = static_cast<index>(data - r.data), place = apart / element_size,
                  before = std::max<index>(0, -place);
      const index places = std::max(r.places, place + 1) + before;
      const bool together = place == 0 || (places <= stride && stride <= kernel::largest_group);
      if (r.element_size != element_size || r.bytes != bytes || apart % element_size != 0 || !together ||
          !same_strides(*r.operand, operand))
        continue;
      std::rotate(r.memory.begin(), r.memory.end() - before, r.memory.end());
      r.data -= static_cast<std::uintptr_t>(before * element_size);
      r.places = places;
      void*& place_memory = r.memory[static_cast<std::size_t>(place + before)];
      if (place_memory == nullptr) place_memory = memory.take<std::byte>(bytes);
      return &r;
    }
    if (rows_count == rows.size()) return nullptr;
    rows[rows_count] = {data, &operand, stride, element_size, bytes, 1, {memory.take<std::byte>(bytes)}, nullptr, 0};
    return &rows[rows_count++];
  }

  /// The tile of this operand, which has `bytes` bytes; nullptr where there are too many operands.
  [[gnu::noinline]] transposed_tile* tile_of(const void* data, const walk& operand, index bytes) {
    for (std::size_t i = 0; i < tile_count; ++i)
      if (transposed_tile& t = tiles[i]; t.data == data && t.bytes == bytes && t.operand->offset == operand.offset &&
                                         same_strides(*t.operand, operand))
        return &t;
    if (tile_count == tiles.size()) return nullptr;
    tiles[tile_count] = {data, &operand, bytes, memory.take<std::byte>(bytes), {-1}};
    return &tiles[tile_count++];
  }

private:
  bool same_strides(const walk& a, const walk& b) const {
    const auto rank = static_cast<std::size_t>(blocks.loops.rank);
    return std::equal(a.stride.begin(), a.stride.begin() + rank, b.stride.begin());
  }
};

} // namespace plan

TUTTI_NAMESPACE_END
