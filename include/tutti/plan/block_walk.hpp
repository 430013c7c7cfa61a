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

/// Goes over the blocks of a cut in order, from block `first` on.
class block_walk {
public:
  [[gnu::noinline]] block_walk(const cut& c, index first)
      : cut_(&c), panels_(c.kind == block_kind::folds ? 1 : c.panels) {
    const index within = first % (c.tiles * panels_);
    index rest = first / (c.tiles * panels_);
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
    if (++panel_ == panels_) {
      panel_ = 0;
      if (++tile_ == cut_->tiles) {
        tile_ = 0;
        next_outer();
      }
    }
    place();
  }

private:
  void next_outer() {
    block_.step = outer_step::next;
    for (index a = cut_->outer_rank - 1; a >= 0; --a) {
      const auto at = static_cast<std::size_t>(a);
      if (++block_.outer[at] < cut_->loops.extent[at]) break;
      block_.outer[at] = 0;
      block_.step = outer_step::jump;
    }
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
  }

  const cut* cut_;
  index panels_, tile_ = 0, panel_ = 0;
  block block_;
};

/// Visits the blocks [first, last) of a cut in order.
template <class F>
void for_each_block(const cut& c, index first, index last, F&& f) {
  if (first >= last) return;
  block_walk at(c, first);
  for (f(*at); ++first < last; f(*at)) at.next();
}

/// Part `p` of a block that is cut into parts.
inline block part_of(const cut& c, block b, index p) {
  b.step = outer_step::jump;
  index& begin = c.middle_rank > 0 ? b.middle_begin : b.begin;
  index& count = c.middle_rank > 0 ? b.middle_count : b.count;
  begin = p * c.part;
  count = std::min(c.part, (c.middle_rank > 0 ? c.middle_count : c.inner_extent()) - begin);
  return b;
}

/// A row of a block: a position of the middle loops and a part of the inner one, counted from the block's begin.
struct row {
  axis_values middle{unset}; // as many as there are middle loops, and the first in any case
  index result = 0;          // of the block's results, the one that it belongs to
  index number = 0;          // of the row in its block
  index first = 0;
  index count = 0;
};

namespace detail {

// What several middle loops take. By value: a row whose address is known elsewhere stands in memory, and every use of it
// waits for that.

// The row whose number among all positions of the middle loops is in the place of the first one.
[[gnu::noinline]] inline row row_at(const cut& c, row r) {
  index rest = r.middle[0];
  for (index a = c.middle_rank - 1; a >= 0; --a) {
    const index extent = c.loops.extent[static_cast<std::size_t>(c.first_middle() + a)];
    r.middle[static_cast<std::size_t>(a)] = rest == 0 ? 0 : rest % extent;
    rest = rest == 0 ? 0 : rest / extent;
  }
  return r;
}

[[gnu::noinline]] inline row row_after(const cut& c, row r) {
  for (index a = c.middle_rank - 1; a >= 0; --a) {
    const auto at = static_cast<std::size_t>(a);
    if (++r.middle[at] < c.loops.extent[static_cast<std::size_t>(c.first_middle() + a)] || a == 0) break;
    r.middle[at] = 0;
  }
  return r;
}

} // namespace detail

/// The first row of a block.
TUTTI_INLINE row first_row(const cut& c, const block& b) {
  row r;
  r.count = b.count;
  r.middle[0] = b.middle_begin;
  if (c.middle_rank > 1) r = detail::row_at(c, r);
  return r;
}

/// The first row of one of a block's results. (Loops over rows stand written out where they are used: a row that is
/// handed to a lambda is written to memory number by number, and every use of it waits for that.)
TUTTI_INLINE row first_row_of(const cut& c, const block& b, index result) {
  row r = first_row(c, b);
  r.result = result;
  r.number = result * b.middle_count;
  return r;
}

/// A row that a function was given, number by number: read by whole registers, what has just been written would wait until
/// all stores before it have left, those of the loop before included.
TUTTI_INLINE row copy_of(const cut& c, const row& given) {
  row r;
  r.result = given.result;
  r.number = given.number;
  r.first = given.first;
  r.count = given.count;
  r.middle[0] = given.middle[0];
  if (c.middle_rank > 1) r.middle = given.middle;
  return r;
}

/// Moves on to the next row.
TUTTI_INLINE void next_row(const cut& c, row& r) {
  ++r.number;
  if (c.middle_rank <= 1) ++r.middle[0];
  else r = detail::row_after(c, r);
}

} // namespace plan

TUTTI_NAMESPACE_END
