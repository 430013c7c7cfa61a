// SPDX-License-Identifier: MIT
#pragma once

// Where operands stand in memory while blocks and rows are gone over.

#include <tutti/plan/block_walk.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Where an operand's elements stand while a cursor moves over blocks and rows. The common steps cost an addition.
class position {
public:
  [[gnu::noinline]] position(const cut& c, const walk& w)
      : cut_(&c),
        walk_(&w),
        inner_(stride(c.inner_axis())),
        outer_(c.outer_rank > 0 ? stride(c.outer_rank - 1) : 0),
        batch_(c.batch > 1 ? stride(c.batch_axis()) : 0),
        middle_(c.middle_rank > 0 ? stride(c.inner_axis() - 1) : 0),
        next_(c.middle_rank > 0 ? middle_ : batch_) {}

  index inner() const { return inner_; }
  index middle() const { return middle_; }
  /// From a row to the one after it in its block.
  index next() const { return next_; }
  index stride(index loop) const { return walk_->stride[static_cast<std::size_t>(loop)]; }

  TUTTI_INLINE void enter(const block& b) {
    if (b.step == outer_step::next) outer_at_ += outer_;
    else if (b.step == outer_step::jump) jump(b);
    at_ = outer_at_ + b.batch_begin * batch_;
  }
  /// Where a block begins along the inner loop.
  TUTTI_INLINE index begin(const block& b) const { return walk_->of_results ? cut_->width(b.begin) : b.begin; }
  /// Of a result's first element.
  TUTTI_INLINE index of_result(index result) const { return at_ + result * batch_; }
  /// Of a row's first element, counted from inner position 0.
  TUTTI_INLINE index of(const row& r) const {
    return cut_->middle_rank <= 1 ? of_only(r) : of_result(r.result) + middle_offset(*cut_, *walk_, r.middle);
  }
  /// The same where there is one middle loop at most.
  TUTTI_INLINE index of_only(const row& r) const { return of_result(r.result) + r.middle * middle_; }

private:
  // A rare step, which would only push the others apart.
  [[gnu::noinline]] void jump(const block& b) {
    outer_at_ = walk_->offset;
    for (index a = 0; a < cut_->outer_rank; ++a) outer_at_ += b.outer[static_cast<std::size_t>(a)] * stride(a);
  }

  const cut* cut_;
  const walk* walk_;
  index inner_, outer_, batch_, middle_, next_;
  index outer_at_ = 0, at_ = 0;
};

} // namespace plan

TUTTI_NAMESPACE_END
