// SPDX-License-Identifier: MIT
#pragma once

// Cuts a nest into blocks. A block is what one cursor works on between two calls of enter: some middle loops and one
// inner loop, or a panel of it. The loops outside are the blocks' grid, which threads share.
//
//   rows      no reduction: a block is a panel of the inner loop, or some whole rows where these are short. The inner
//             loop may be several short ones
//   tiles     no reduction, and an operand is contiguous along another loop than the inner one: a block is a tile of
//             both, which that operand packs by transposing squares
//   folds     the inner loop is folded by a reduction: a block is everything that one result, or a batch of neighbouring
//             ones where that is little, is made of
//   columns   the inner loop is not folded, but the middle ones are: a block is a panel of results

#include <tutti/kernel/reduce_in_registers.hpp>
#include <tutti/kernel/repeat.hpp>
#include <tutti/kernel/squares.hpp>
#include <tutti/plan/inner_loop.hpp>
#include <tutti/plan/wrap.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

enum class block_kind { rows, tiles, folds, columns };

/// The elements that a packing buffer holds of a row: what stays in the first cache beside the other operands.
inline constexpr index packing_row = 1024;
/// It holds more where the buffers of all operands have these bytes: long rows are entered less often. (One operand of
/// floats, reversed: 10 % less time than by 1024. 16 KiB, of two operands or of doubles, take 10 to 25 % more; but not of
/// short loops in one, whose operands mostly come round again.)
inline constexpr index packing_bytes = 8192;
/// It holds fewer of short loops that only come round again, as weights of channels do: they are packed once for many rows,
/// and leave the first cache to the others. (x * g + b over 32 channels: 2.8 us by 512, 4.0 by 2048.)
inline constexpr index repeated_row = 512;

/// The elements, and the rows, that a block of rows has at most: entering it should cost little, and threads share blocks.
inline constexpr index row_block = 16384;
inline constexpr index most_rows = 64;
/// Rows whose elements the inner loop repeats are not packed: the longest that leave each thread a few. (A plane times 3 weights,
/// 512 x 512 x 3: 52 us by 16384, 50.5 by 32768, 49 by 65536; a loop written by hand takes 43.5.)
inline constexpr index longest_row = 65536;

/// The results of folds that a block has at most. (Of 256 rows of 16 floats each takes 0.8 of the time that it does of 64.)
inline constexpr index most_results = 256;
/// And where rows are read again: what a block keeps of them has a place for each.
inline constexpr index most_revisited = 64;

struct cut {
  block_kind kind = block_kind::rows;
  nest loops; // outer loops, middle loops, inner loop, in this order
  index elements = 0;
  index outer_rank = 0;
  index middle_rank = 0;
  index blocks = 0; // outer positions x tiles x panels
  index outer_count = 1;
  index middle_count = 1; // positions of the middle loops in a whole block
  index tile = 1;         // rows, tiles: how many middle positions a block has
  index tiles = 1;
  index panel = 0; // how many inner positions a block has
  index panels = 1;
  bool panels_outside = false; // columns: all outer positions of a panel come before the next panel
  index batch = 1;      // folds: how many results a block has; above 1, their loop stands before the middle loops
  index parts = 1;      // into how many a block is cut where there are too few blocks to share
  index groups = 1;     // columns: how many short rows make one long one, whose groups are folded at last
  index neighbours = 1; // columns: how many elements of a row, one behind the other, are folded to one at last
  index part = 0;       // and how many middle (or, without any, inner) positions each has
  index wrapped = 0;    // rows, groups: how many short loops the inner one is made of; they stand behind it
  index period = 1;     // and after how many positions all but the outermost of them begin anew
  index last_row = 0;   // how many elements the last middle position has of a whole row, if not all of them
  index repeats = 0;    // rows: how often the inner loop itself repeats elements of operands, if it does

  bool few_rows = false;      // columns: the middle loop is short enough to be gone through for a few packs at a time
  bool buffers = false;       // folds: rows pass through packing buffers
  bool loads_strided = false; // rows: the inner loop puts operands together whose elements stand a few apart
  bool squares = false;       // tiles: it transposes squares of operands itself

  /// Elements between the rows of a buffer that holds a block.
  constexpr index pitch(index lanes) const { return whole_packs(panel, lanes); }
  /// How many elements of a row are entered at once, and how many a buffer for them has.
  constexpr index stretch() const { return buffers ? std::min(panel, packing_row) : panel; }
  constexpr index stretch_pitch(index lanes) const { return whole_packs(stretch(), lanes); }
  /// The elements of a step of an inner loop that repeats elements; 0 of others.
  constexpr index step(index lanes) const { return repeats > 0 ? kernel::packs_of_step(repeats) * lanes : 0; }
  /// How many results a column block of `count` elements has.
  constexpr index width(index count) const {
    const index folded = groups * neighbours;
    return folded > 1 ? count / folded : count; // (compilers take a comparison with 1 for nothing, and divide)
  }
  /// By how many results the next row of a block is further on: 1 where each is made of one row, else 0.
  constexpr index rows_of_results() const { return middle_rank == 0 ? 1 : 0; }
  /// The loop over a batch of results.
  constexpr index batch_axis() const { return outer_rank; }
  /// Whether the rows of a block follow one another along one loop, in a loop that does nothing else.
  constexpr bool rows_advance() const { return kind == block_kind::rows || kind == block_kind::tiles; }
  constexpr index first_middle() const { return batch > 1 ? outer_rank + 1 : outer_rank; }
  constexpr index inner_axis() const { return loops.rank - 1; }
  constexpr index inner_extent() const { return loops.extent[static_cast<std::size_t>(inner_axis())]; }

private:
  constexpr index whole_packs(index most, index lanes) const {
    return (std::min(most, std::max<index>(inner_extent(), 1)) + lanes - 1) / lanes * lanes;
  }
};

namespace detail {

// Whether an operand that is transposed is the same at all outer positions, as the points are that others are paired with:
// a panel of it is transposed once for all of them.
inline bool repeats_panels(const cut& c, std::span<const walk> walks) {
  return c.outer_rank > 0 && std::any_of(walks.begin(), walks.end(), [&](const walk& w) {
           return !unit_or_fixed(w.stride[static_cast<std::size_t>(c.inner_axis())]) &&
                  std::all_of(w.stride.begin(), w.stride.begin() + c.outer_rank, [](index s) { return s == 0; });
         });
}

// Makes rows of several short ones, where that can be done. The last of them may have fewer. (Rows of as many packs as stay
// in registers are folded there: see reduce_in_registers.)
inline void group_rows(cut& c, std::span<walk> walks, index targets, index lanes) {
  const auto inner = static_cast<std::size_t>(c.inner_axis()), middle = inner - 1;
  if (c.middle_rank == 0 || inner + 2 >= axis_values::capacity ||
      !can_group(c.loops, walks, targets, c.inner_axis(), c.inner_axis() - 1))
    return;
  const index extent = c.loops.extent[inner], rows = c.loops.extent[middle], narrow = kernel::narrow_packs * lanes;
  index groups = std::min(narrow % extent == 0 ? narrow / extent : periods_of_row(extent, grouped_row, lanes), rows);
  while (groups > 1 && c.middle_rank > 1 && rows % groups != 0) --groups;
  if (groups < 2) return;
  c.groups = groups;
  c.last_row = rows % groups * extent;
  c.loops.extent[inner] = groups * extent;
  c.loops.extent[middle] = (rows + groups - 1) / groups;
  // An operand that does not lie without gaps across them is wrapped, as short inner loops are.
  c.wrapped = 2;
  c.period = extent;
  c.loops.extent[inner + 1] = groups;
  c.loops.extent[inner + 2] = extent;
  std::for_each(first_operand(walks, targets), walks.end(), [&](walk& w) {
    w.stride[inner + 1] = w.stride[middle];
    w.stride[inner + 2] = w.stride[inner];
    if (w.stride[middle] != w.stride[inner] * extent) w.stride[inner] = wrapped_stride;
    w.stride[middle] *= groups;
  });
}

// Makes one row of results and of the few neighbours that each of them is made of, as the points of windows that lie side by
// side, and the coordinates of points: rows without gaps are folded as they are, and their neighbours at last, instead of one
// strided row for each place. (Without another folded loop, as they are loaded: see reduce_neighbours.)
// Operands that do not lie without gaps are wrapped, as short inner loops are. Gives whether it did.
inline bool join_neighbours(cut& c, std::span<walk> walks) {
  const index inner = c.inner_axis();
  const auto at = static_cast<std::size_t>(inner);
  if (at + 1 >= axis_values::capacity) return false;
  for (index few = inner - c.middle_rank; few < inner; ++few) {
    if (!are_neighbours(c.loops, walks, few, inner)) continue;
    move_axis(c.loops, walks, few, inner); // behind the inner loop, and out of the nest
    --c.loops.rank;
    --c.middle_rank;
    c.neighbours = c.period = c.loops.extent[at];
    c.wrapped = 2;
    c.loops.extent[at + 1] = c.neighbours;
    c.loops.extent[at] = c.loops.extent[at - 1];
    c.loops.extent[at - 1] *= c.neighbours;
    for (walk& w : walks) {
      if (w.of_results) continue;
      const bool flat = w.stride[at - 1] == w.stride[at] * c.neighbours;
      w.stride[at + 1] = w.stride[at];
      w.stride[at] = w.stride[at - 1];
      w.stride[at - 1] = flat ? w.stride[at + 1] : wrapped_stride;
    }
    return true;
  }
  return false;
}

// Cuts the blocks of a large fold into parts when they are few. The number of parts is the shape's affair alone, so that
// the order of additions, hence the result, does not depend on the number of threads.
inline void split(cut& c) {
  constexpr index enough_blocks = 32, least_part = index{1} << 16;
  if (c.blocks == 0 || c.blocks >= enough_blocks) return;
  const index splittable = c.middle_rank > 0 ? c.middle_count : c.inner_extent();
  const index wanted = std::min(enough_blocks / c.blocks, c.elements / c.blocks / least_part);
  if (wanted < 2 || splittable < 2 * wanted) return;
  const index grain = c.middle_rank > 0 ? 1 : 4096; // inner parts end where blocks of the pairwise fold do
  c.part = ((splittable + wanted - 1) / wanted + grain - 1) / grain * grain;
  c.parts = (splittable + c.part - 1) / c.part;
}

// Lets a block have several results, where one is too little work to enter a block for.
inline void batch_results(cut& c, const statement_traits& traits) {
  // What is read again stays in the first cache, beside rows that are written. (Where those keep an expensive map, which is
  // read instead, the rows that it is made of need not stay.) What is read once only has to be worth entering:
  // expensive elements are sooner, and a block has more of them only where each thread keeps blocks enough and no row
  // passes through a buffer. (Accelerations of 4096 bodies, of which a row is 1.2 us: 5.7 ms row by row, 5.2 by some at once.)
  const index elements = c.middle_count * c.inner_extent();
  const auto worth = [&](double cheap) { return static_cast<index>(32768 / std::max(1.0, traits.cost / cheap)); };
  const index block_elements =
      traits.writes_rows ? (traits.may_keep_in_target ? 8192 : 4096)
      : traits.revisits  ? 24576 / traits.element_bytes
                         : std::clamp(c.elements / (16 * traits.threads), worth(8), worth(traits.buffers ? 8 : 64));
  if (c.outer_rank == 0 || elements == 0 || 2 * elements > block_elements) return;
  const index extent = c.loops.extent[static_cast<std::size_t>(c.outer_rank - 1)];
  c.batch = std::min({traits.revisits ? most_revisited : most_results, block_elements / elements, extent});
  if (c.batch < 2) {
    c.batch = 1;
    return;
  }
  --c.outer_rank;
  c.outer_count /= extent;
  c.tiles = (extent + c.batch - 1) / c.batch;
  c.blocks = c.outer_count * c.tiles;
}

// How often the inner loop repeats elements itself instead of reading wrapped operands from buffers: those of operands that have
// one for each few neighbours, beside others that only come round again, or lie as the destination does.
inline index repeats_of(const cut& c, std::span<const walk> walks, const statement_traits& traits) {
  const auto inner = static_cast<std::size_t>(c.inner_axis());
  if (!traits.repeats || traits.buffers || c.wrapped != 2 || !kernel::repeats_in_registers(c.period) ||
      c.inner_extent() < 16 * traits.lanes || comes_round(c.loops, walks))
    return 0;
  const bool all = std::all_of(walks.begin(), walks.end(), [&](const walk& w) {
    if (w.stride[inner] != wrapped_stride) return unit_or_fixed(w.stride[inner]);
    return w.picked_bytes == traits.element_bytes &&
           (w.stride[inner + 1] == 0 || (w.stride[inner + 1] == 1 && w.stride[inner + 2] == 0));
  });
  return all ? c.period : 0;
}

// Whether the inner loop transposes squares in registers instead of reading tiles from buffers. (Not those of an operand whose
// rows fall into a few places of the first cache, where they would push one another out before they are used up.)
inline bool goes_in_squares(const cut& c, std::span<const walk> walks, const statement_traits& traits) {
  if (!traits.squares || traits.buffers) return false;
  const auto inner = static_cast<std::size_t>(c.inner_axis()), middle = inner - 1;
  return std::all_of(first_operand(walks, traits.targets), walks.end(),
                     [&](const walk& w) {
                       const index stride = w.stride[inner];
                       return w.picked_bytes == traits.element_bytes &&
                              (unit_or_fixed(stride) ||
                               (stride > 0 && w.stride[middle] == 1 && stride * w.picked_bytes % 2048 != 0));
                     }) &&
         walks[0].stride[inner] == 1;
}

} // namespace detail

/// Cuts a normalized nest into `c`, which is new. `walks` is reordered along with the loops.
inline void cut_nest(cut& c, const nest& normal, std::span<walk> walks, const statement_traits& traits) {
  c.loops = normal;
  c.elements = normal.size();
  if (c.loops.rank == 0) { // one element: a row of one
    c.loops.rank = 1;
    c.loops.extent[0] = 1;
    c.loops.folded[0] = false;
    for (walk& w : walks) w.stride[0] = 1;
  }
  const bool folding = std::find(c.loops.folded.begin(), c.loops.folded.begin() + c.loops.rank, true) !=
                       c.loops.folded.begin() + c.loops.rank;
  if (!folding) c.wrapped = wrap_short_loops(c.loops, walks, traits.targets);
  for (index a = 1; a < c.wrapped; ++a) c.period *= c.loops.extent[static_cast<std::size_t>(c.loops.rank + a)];
  c.repeats = detail::repeats_of(c, walks, traits);
  const auto packed_row = [&](index operands) {
    return std::max(packing_row, packing_bytes / (operands * traits.element_bytes));
  };
  const index wrapped_row = c.repeats > 0 ? std::clamp(c.elements / (4 * traits.threads), row_block, longest_row)
                            : comes_round(c.loops, walks) ? repeated_row
                                                          : packed_row(1);
  if (c.wrapped > 0) c.last_row = cut_wrapped_loop(c.loops, walks, c.wrapped, c.period, wrapped_row, traits.lanes);
  const index inner = c.wrapped > 0 ? c.inner_axis() : detail::best_inner(c.loops, walks, traits);
  index packed = 0; // operands
  index tile_loop = -1;
  for (const walk& w : walks) {
    const auto at = static_cast<std::size_t>(inner);
    if (detail::unit_or_fixed(w.stride[at])) continue;
    ++packed;
    if (!folding && c.wrapped == 0 && w.stride[at] > 1 && tile_loop < 0)
      tile_loop = detail::contiguous_loop(c.loops, w, inner);
  }
  // (Of rows that are shorter much is a tail, which is put together element by element. What is as wide as the widest type
  // fills a register with a pack.)
  if (traits.loads_strided && packed > 0 && !folding && tile_loop < 0 && c.wrapped == 0 &&
      c.loops.extent[static_cast<std::size_t>(inner)] >= 4 * traits.lanes)
    for (walk& w : walks)
      if (w.picked_bytes == traits.element_bytes && kernel::is_shuffled(w.stride[static_cast<std::size_t>(inner)])) {
        w.strided = c.loads_strided = true;
        --packed;
      }
  bool packs = packed > 0;
  const index buffered_row = c.wrapped > 0 ? wrapped_row : packed_row(std::max<index>(packed, 1));
  move_axis(c.loops, walks, inner, c.loops.rank - 1);

  if (folding) {
    c.kind = c.loops.folded[static_cast<std::size_t>(c.inner_axis())] ? block_kind::folds : block_kind::columns;
    // The folded loops come last before the inner one, in their order.
    index end = c.inner_axis();
    for (index a = end - 1; a >= 0; --a)
      if (c.loops.folded[static_cast<std::size_t>(a)]) {
        move_axis(c.loops, walks, a, --end);
        ++c.middle_rank;
      }
  } else if (tile_loop >= 0) {
    c.kind = block_kind::tiles;
    move_axis(c.loops, walks, tile_loop > inner ? tile_loop - 1 : tile_loop, c.inner_axis() - 1);
    c.middle_rank = 1;
  }
  if (c.kind == block_kind::columns) {
    if (traits.may_join && detail::join_neighbours(c, walks)) packs = false;
    else if (traits.may_split && !traits.positions) detail::group_rows(c, walks, traits.targets, traits.lanes);
  }
  c.outer_rank = c.inner_axis() - c.middle_rank;

  for (index a = 0; a < c.outer_rank; ++a) c.outer_count *= c.loops.extent[static_cast<std::size_t>(a)];
  for (index a = c.outer_rank; a < c.inner_axis(); ++a) c.middle_count *= c.loops.extent[static_cast<std::size_t>(a)];
  c.tile = c.middle_count;
  const index whole = c.inner_extent();
  switch (c.kind) {
  case block_kind::rows:
    // Short rows make a block together; long ones are cut so that threads can share one, packed ones so that their
    // buffers stay in the first cache.
    if (c.outer_rank > 0 && whole > 0 && whole <= (packs ? buffered_row : row_block / 2)) {
      --c.outer_rank;
      c.middle_rank = 1;
      c.middle_count = c.loops.extent[static_cast<std::size_t>(c.outer_rank)];
      c.outer_count = 1;
      for (index a = 0; a < c.outer_rank; ++a) c.outer_count *= c.loops.extent[static_cast<std::size_t>(a)];
      c.tile = std::min({c.middle_count, row_block / whole, most_rows});
    }
    c.panel = std::min<index>(whole, packs ? buffered_row / c.period * c.period : row_block);
    break;
  case block_kind::tiles:
    // Two cache lines of the transposed operand at once, and as many rows as fill the first cache.
    c.squares = detail::goes_in_squares(c, walks, traits);
    c.tile = std::min<index>(c.middle_count, 128 / traits.element_bytes);
    c.panel = std::min<index>(whole, 8192 / std::max<index>(c.tile, 1) / 16 * 16);
    break;
  case block_kind::folds:
    c.panel = whole;
    c.buffers = packs || traits.buffers;
    break;
  case block_kind::columns: {
    // A panel of what is read again should stay in a core's share of the caches. (The second cache alone holds panels so
    // narrow that entering their rows, a page apart, costs more than the third one's distance: 128 columns of 1024 rows
    // take half as long again as 512.) What is read once needs panels only to pack rows, and, where positions are found,
    // which are not cut into parts, for threads to share.
    constexpr index cached = index{1} << 21;
    const index per_column = c.middle_count * traits.element_bytes * std::max<index>(1, traits.kept_rows);
    const index fitting = cached / std::max<index>(1, per_column) / traits.lanes * traits.lanes;
    const index shared = (whole * c.outer_count / traits.threads + traits.lanes - 1) / traits.lanes * traits.lanes;
    const index wanted = traits.revisits ? std::min(fitting, shared) : traits.positions ? shared : packing_row;
    c.panel = std::min(whole, std::clamp<index>(wanted, 64, packing_row) / c.neighbours * c.neighbours);
    // Neighbours are folded as they come, whole packs of groups of them.
    if (const index packs_of = c.neighbours * traits.lanes; c.neighbours > 1 && c.middle_rank == 0)
      c.panel = std::min(whole, std::max<index>(packing_bytes / traits.element_bytes / packs_of, 1) * packs_of);
    // What is transposed into a buffer is read from there: half of the first cache holds it. (Grouped rows are folded
    // whole.)
    constexpr index near = index{1} << 14;
    if (packs && c.middle_rank == 1 && c.groups == 1)
      c.panel = std::min(
          c.panel, std::max<index>(near / std::max<index>(1, c.middle_count * traits.element_bytes) / 16, 4) * 16);
    c.few_rows = c.middle_rank == 1 && c.groups == 1 && c.neighbours == 1 && c.middle_count <= (packs ? 64 : 8);
    break;
  }
  }
  c.panel = std::max<index>(c.panel, 1);
  c.tile = std::max<index>(c.tile, 1);
  c.panels = std::max<index>(1, (whole + c.panel - 1) / c.panel);
  c.panels_outside = c.kind == block_kind::columns && packs && detail::repeats_panels(c, walks);
  if (c.kind == block_kind::rows || c.kind == block_kind::tiles) {
    const index short_rows = c.last_row > 0 ? 1 : 0; // are a block of their own
    c.tiles = std::max<index>(1, (c.middle_count - short_rows + c.tile - 1) / c.tile + short_rows);
  }
  // Reducing nothing still gives results: only loops outside the fold make the grid empty.
  c.blocks = c.kind == block_kind::folds ? c.outer_count : c.outer_count * c.tiles * c.panels;
  if (traits.may_split && !(traits.positions && c.kind == block_kind::columns)) detail::split(c);
  if (c.kind == block_kind::folds && c.parts == 1 && c.blocks > 0) detail::batch_results(c, traits);
}

} // namespace plan

TUTTI_NAMESPACE_END
