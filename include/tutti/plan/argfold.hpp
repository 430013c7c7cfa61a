// SPDX-License-Identifier: MIT
#pragma once

// argmin and argmax inside the loops: as other reductions, with one more walk, over the positions.

#include <tutti/expr/argreduce.hpp>
#include <tutti/kernel/argreduce.hpp>
#include <tutti/kernel/loop.hpp>
#include <tutti/plan/fold.hpp>
#include <tutti/plan/pairs.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Folds positions of the operand, which is lowered, over blocks.
template <class R, index N, class Operand>
class position_cursor {
public:
  using In = typename R::in;
  using Op = typename R::operation;
  using part = kernel::best_element<In>; // what a part of a block is folded to

  position_cursor(const Op& op, std::size_t positions, const Operand& operand, thread_state& state)
      : op_(op), cut_(&state.blocks), walk_(&state.walks[positions]), operand_(operand.template cursor<N>(state)) {
    const index pitch = cut_->pitch(N);
    results_ = state.memory.template take<std::int64_t>(cut_->kind == block_kind::columns ? pitch : cut_->batch);
    if (cut_->kind != block_kind::columns) return;
    values_ = state.memory.template take<In>(pitch);
    in_order_ = kernel::counts_in_lanes<In> && cut_->middle_count <= std::numeric_limits<std::int32_t>::max();
    index least = 0; // the greatest position inside the loop after this one
    for (index a = cut_->middle_rank - 1; a >= 0; --a) {
      const auto at = static_cast<std::size_t>(cut_->first_middle() + a);
      in_order_ = in_order_ && walk_->stride[at] > least;
      least += (cut_->loops.extent[at] - 1) * walk_->stride[at];
    }
    if (in_order_) numbers_ = state.memory.template take<std::int32_t>(pitch);
    else row_ = state.memory.template take<In>(pitch);
  }

  const std::int64_t* results() const { return results_; }

  /// Finds the best element of a part of a block. (Columns are not cut into parts.)
  void enter_part(const block& b, part* to) {
    enter(b);
    *to = best_;
  }
  /// The best of the parts of a block.
  void combine_parts(const block&, const part* parts, index count, index pitch) {
    best_ = {};
    for (index p = 0; p < count; ++p) kernel::keep_better(op_, best_, parts[p * pitch]);
    results_[0] = best_.position;
  }

  void enter(const block& b) {
    operand_.enter(b);
    if constexpr (kernel::counts_in_lanes<In>)
      if (in_order_) return find_in_order(b);
    if (cut_->kind != block_kind::columns && b.middle_count == 1 && b.count <= cut_->stretch()) return find_each(b);
    for (index k = 0; k < b.results; ++k) find(b, k);
  }

private:
  index position_of(const row& r, const block& b) const {
    return walk_->offset + b.begin * walk_->stride[static_cast<std::size_t>(cut_->inner_axis())] +
           middle_offset(*cut_, *walk_, r.middle);
  }

  // Columns whose rows come in the order of their positions: which row is noted first, and its position at last.
  void find_in_order(const block& b) {
    if (!find_rows<false>(b)) find_rows<true>(b);
    row r = first_row(b);
    const index step = walk_->stride[static_cast<std::size_t>(cut_->inner_axis())];
    for (index j = 0; j < b.count; ++j) {
      r.middle = b.middle_begin + numbers_[j];
      results_[j] = position_of(r, b) + j * step;
    }
  }

  // False if there may be NaN that was not looked for.
  template <bool NaN>
  [[gnu::noinline]] bool find_rows(const block& b) {
    const index whole = (b.count + N - 1) / N * N;
    std::fill_n(values_, whole, Op::values::template identity<In>());
    std::fill_n(numbers_, whole, 0);
    row r = first_row(b);
    const auto next = [&] {
      const auto x = converted<In>(operand_.enter_row(r));
      next_row(r);
      return x;
    };
    auto total = simd::broadcast<In, N>(In{});
    const auto find = [&](index m, const auto&... rows) {
      total = total + kernel::find_rows_of_columns<N, NaN>(op_, b.count, static_cast<std::int32_t>(m), values_,
                                                           numbers_, rows...);
    };
    index m = 0;
    if (operand_.rows_coexist())
      for (; m + 4 <= b.middle_count; m += 4) {
        const auto first = next(), second = next(), third = next(), fourth = next();
        find(m, first, second, third, fourth);
      }
    for (; m < b.middle_count; ++m) find(m, next());
    if constexpr (!NaN && std::floating_point<In>) return !simd::any_nan(total);
    else return true;
  }

  void find(const block& b, index result) {
    const index step = walk_->stride[static_cast<std::size_t>(cut_->inner_axis())];
    best_ = {};
    row r = first_row_of(b, result);
    for (index m = 0; m < b.middle_count; ++m, next_row(r)) {
      const index first = position_of(r, b);
      if (cut_->kind == block_kind::columns) {
        kernel::map_rows<N, 1>(row_, converted<In>(operand_.enter_row(r)), b.count);
        kernel::find_in_columns(op_, row_, b.count, first, step, r.number == 0, values_, results_);
        continue;
      }
      for (r.first = 0; r.first < b.count; r.first += r.count) {
        r.count = std::min(cut_->stretch(), b.count - r.first);
        find_in_rows(r, first + r.first * step, step, 1);
      }
      r.first = 0;
      r.count = b.count;
    }
  }

  // Results that are made of one row each.
  void find_each(const block& b) {
    row r = first_row(b);
    const index first = position_of(r, b), step = walk_->stride[static_cast<std::size_t>(cut_->inner_axis())];
    const index at_once = plan::advances(operand_) ? b.results : 1;
    for (; r.result < b.results; r.number = r.result += at_once) {
      best_ = {};
      find_in_rows(r, first, step, at_once);
    }
  }

  // Row `r`, and those at its place of the results that follow, which begin anew.
  void find_in_rows(const row& r, index first, index step, index results) {
    const auto plain = operand_.enter_row(r);
    const auto find = [&](const auto& x) {
      find_entered(x, plain, r.count, first, step, results_ + r.result, results);
    };
    // (Of 16 registers, the values and positions of four packs leave none for what repeats: that takes 1.4 of the time.)
    if constexpr (simd::register_bytes == 64) with_pairs(true, find, plain);
    else find(plain);
  }
  template <class Loader, class Plain>
  [[gnu::noinline]] void find_entered(Loader x, Plain plain, index n, index first, index step, std::int64_t* to,
                                      index results) {
    for (;;) {
      kernel::find_in_row<N, In, accumulators_for(tree_traits<typename R::operand_type>::cost)>(
          op_, converted<In>(x), converted<In>(plain), n, first, step, best_);
      *to++ = best_.position;
      if (--results == 0) return;
      best_ = {};
      if constexpr (kernel::advancing<Loader>) {
        x.advance();
        plain.advance();
      }
    }
  }

  Op op_;
  const cut* cut_;
  const walk* walk_;
  decltype(std::declval<const Operand&>().template cursor<N>(std::declval<thread_state&>())) operand_;
  In* row_ = nullptr;
  In* values_ = nullptr;
  std::int32_t* numbers_ = nullptr;
  bool in_order_ = false; // columns: the rows come in the order of their positions
  std::int64_t* results_ = nullptr;
  part best_; // of a result, or of a part of it
};

template <finds_position Op, class E, index Count, bool Keep, class Kept>
class lowering<reduction<Op, E, Count, Keep>, Kept> {
public:
  using node_type = reduction<Op, E, Count, Keep>;
  static constexpr std::size_t walks = 1 + walks_of<E, Kept>;

  lowering(const node_type& r, context& c, const frame& f) : op_(r.op()) {
    if (!c.runs_inside(r, f)) {
      stage_.emplace(r, c, f);
      return;
    }
    // Positions count the folded axes in row-major order.
    const auto& shape = r.operand().shape();
    auto strides = index_list<dynamic_rank>::filled(shape.size(), 0);
    index step = 1;
    for (index a = shape.size() - 1; a >= 0; --a) {
      if (!r.axes().has(a)) continue;
      strides[a] = step;
      step *= shape[a];
    }
    const frame whole = frame::identity(c.domain.rank);
    c.place(positions_, index_list<dynamic_rank>(shape), strides, whole);
    ++c.fused;
    ++c.fold_depth;
    inside_.emplace(r.operand(), c, whole);
    c.settle_offers();
    --c.fold_depth;
  }

  template <index N>
  auto cursor(thread_state& state) const {
    result_cursor<N, std::int64_t, position_cursor<node_type, N, lowering_of<E, Kept>>> results(state.blocks);
    if (stage_) results.read(*stage_, state);
    else results.fold(op_, positions_, *inside_, state);
    return results;
  }
  /// Of one that is all of a statement.
  template <index N>
  auto root_cursor(thread_state& state) const {
    return position_cursor<node_type, N, lowering_of<E, Kept>>(op_, positions_, *inside_, state);
  }

private:
  Op op_;
  std::size_t positions_ = 0;
  std::optional<lowering_of<E, Kept>> inside_;
  std::optional<stage_leaf<std::int64_t>> stage_;
};

} // namespace plan

TUTTI_NAMESPACE_END
