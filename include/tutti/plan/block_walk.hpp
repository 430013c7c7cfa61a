// SPDX-License-Identifier: MIT
#pragma once

// Goes over the blocks of a cut, and over the rows of a block.

#include <tutti/plan/cut.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// How a block's outer position differs from that of the block before.
enum class outer_step { none, next, jump };

/// Where a cursor is: a position of the outer loops, and a part of the middle and inner ones.
struct block {
  axis_values outer{unset};           // as many as there are outer loops
  outer_step step = outer_step::jump; // `next`: of the last outer loop
  index batch_begin = 0;
  index results = 1;
  index middle_begin = 0;
  index middle_count = 1;
  index begin = 0;
  index count = 0;
};

/// What is left of a block whose rows are done up to there, to be entered behind it.
[[gnu::noinline]] inline block rest_of(const block& b, index done) {
  block rest = b;
  rest.step = outer_step::none;
  rest.begin += done;
  rest.count -= done;
  return rest;
}

/// Goes over the blocks of a cut in order, from block `first` on.
class block_walk {
public:
  [[gnu::noinline]] block_walk(const cut& c, index first)
      : cut_(&c), panels_(c.kind == block_kind::folds ? 1 : c.panels) {
    const index within = c.panels_outside ? first / c.outer_count : first % (c.tiles * panels_);
    index rest = c.panels_outside ? first % c.outer_count : first / (c.tiles * panels_);
    for (index a = c.outer_rank - 1; a >= 0; --a) {
      const auto at = static_cast<std::size_t>(a);
      block_.outer[at] = rest % c.loops.extent[at];
      rest /= c.loops.extent[at];
    }
    tile_ = within / panels_;
    panel_ = within % panels_;
    place();
  }

  const block& operator*() const { return block_; }

  [[gnu::noinline]] void next() {
    block_.step = outer_step::none;
    if (cut_->panels_outside) {
      if (next_outer()) ++panel_;
    } else if (++panel_ == panels_) {
      panel_ = 0;
      if (++tile_ == cut_->tiles) {
        tile_ = 0;
        next_outer();
      }
    }
    place();
  }

private:
  // Gives whether the outer loops begin anew.
  bool next_outer() {
    block_.step = outer_step::next;
    for (index a = cut_->outer_rank - 1; a >= 0; --a) {
      const auto at = static_cast<std::size_t>(a);
      if (++block_.outer[at] < cut_->loops.extent[at]) return false;
      block_.outer[at] = 0;
      block_.step = outer_step::jump;
    }
    return true;
  }

  void place() {
    const cut& c = *cut_;
    if (c.batch > 1) {
      block_.batch_begin = tile_ * c.batch;
      block_.results = std::min(c.batch, c.loops.extent[static_cast<std::size_t>(c.batch_axis())] - block_.batch_begin);
      block_.middle_count = c.middle_count;
    } else {
      block_.middle_begin = tile_ * c.tile;
      block_.middle_count = std::min(c.tile, c.middle_count - block_.middle_begin);
    }
    block_.begin = panel_ * c.panel;
    block_.count = std::min(c.panel, c.inner_extent() - block_.begin);
    if (c.last_row > 0 && c.kind == block_kind::rows) place_short_row();
  }
  // The last row of the middle loop is a block of its own, being shorter than the others.
  void place_short_row() {
    const cut& c = *cut_;
    const index last = c.middle_count - 1;
    if (tile_ == c.tiles - 1) {
      block_.middle_begin = last;
      block_.middle_count = 1;
      block_.count = c.last_row;
    } else if (tile_ == c.tiles - 2) {
      block_.middle_count = last - block_.middle_begin;
    }
  }

  const cut* cut_;
  index panels_, tile_ = 0, panel_ = 0;
  block block_;
};

namespace detail {

using block_visitor = void (*)(const void* f, const block& b, index number);

// The loops over blocks and over parts of blocks are compiled once for all statements.
[[gnu::noinline]] inline void visit_blocks(const cut& c, index first, index last, block_visitor visit, const void* f) {
  if (first >= last) return;
  block_walk at(c, first);
  for (visit(f, *at, first); ++first < last; visit(f, *at, first)) at.next();
}

[[gnu::noinline]] inline void visit_parts(const cut& c, index first, index last, block_visitor visit, const void* f) {
  if (first >= last) return;
  const bool by_rows = c.middle_rank > 0;
  block_walk at(c, first / c.parts);
  for (index part = first % c.parts;; at.next(), part = 0) {
    block b = *at;
    b.step = outer_step::jump;
    for (; part < c.parts; ++part) {
      const index begin = part * c.part,
                  count = std::min(c.part, (by_rows ? c.middle_count : c.inner_extent()) - begin);
      (by_rows ? b.middle_begin : b.begin) = begin;
      (by_rows ? b.middle_count : b.count) = count;
      visit(f, b, first);
      if (++first == last) return;
    }
  }
}

template <class F>
void call_with_block(const void* f, const block& b, index number) { (*static_cast<const F*>(f))(b, number); }

} // namespace detail

/// Calls f(block, its number) for the blocks [first, last) of a cut in order.
template <class F>
void for_each_block(const cut& c, index first, index last, const F& f) {
  detail::visit_blocks(c, first, last, detail::call_with_block<F>, &f);
}

/// Calls f(part, its number) for parts of blocks, where each block is cut into `c.parts`.
template <class F>
void for_each_part(const cut& c, index first, index last, const F& f) {
  detail::visit_parts(c, first, last, detail::call_with_block<F>, &f);
}

/// A row of a block: a position of the middle loops and a part of the inner one, counted from the block's begin.
struct row {
  index middle = 0; // the number of that position among all of the middle loops
  index result = 0; // of the block's results, the one that it belongs to
  index number = 0; // of the row in its block
  index first = 0;
  index count = 0;
};

/// The same, for an inner loop that puts strided operands together itself (cut::loads_strided). Each cursor between the root
/// and such an operand hands it on: what is not packed cannot be entered by a plain row.
struct strided_row : row {};
/// And for one that repeats elements itself (cut::repeats).
struct repeating_row : row {};
/// And for one that transposes squares itself (cut::squares): the first of the block's rows, for all of them.
struct square_row : row {};
/// The results of a block, one beside the other: what maps of them alone are computed from, all at once.
struct results_row : row {};

/// How many elements of a block's rows go in squares.
inline index elements_in_squares(const cut& c, const block& b, index lanes) {
  return c.squares && b.middle_count % kernel::rows_of_squares(lanes) == 0 ? b.count / lanes * lanes : 0;
}

/// The first row of one of a block's results. (Loops over rows stand written out where they are used: a row that is
/// handed to a lambda is written to memory number by number, and every use of it waits for that.)
TUTTI_INLINE row first_row_of(const block& b, index result) {
  return {.middle = b.middle_begin, .result = result, .number = result * b.middle_count, .count = b.count};
}

/// The first row of a block.
TUTTI_INLINE row first_row(const block& b) { return first_row_of(b, 0); }

/// Moves on to the next row.
TUTTI_INLINE void next_row(row& r) {
  ++r.middle;
  ++r.number;
}

/// How far from its first element an operand stands at a position of the middle loops, where there are several.
[[gnu::noinline]] inline index middle_offset(const cut& c, const walk& w, index number) {
  index at = 0;
  for (index a = c.middle_rank - 1; number != 0; --a) { // of nothing there is but the first position
    const auto loop = static_cast<std::size_t>(c.first_middle() + a);
    const index extent = a == 0 ? number + 1 : c.loops.extent[loop];
    at += number % extent * w.stride[loop];
    number /= extent;
  }
  return at;
}

} // namespace plan

TUTTI_NAMESPACE_END
