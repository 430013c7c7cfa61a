// SPDX-License-Identifier: MIT
#pragma once

// argmin and argmax inside the loops: as other reductions, with one more walk, over the positions.

#include <tutti/expr/argreduce.hpp>
#include <tutti/kernel/argreduce.hpp>
#include <tutti/kernel/loop.hpp>
#include <tutti/plan/fold.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Folds positions over blocks.
template <class R, index N, class Operand>
class position_cursor {
public:
  using In = typename R::in;
  using Op = typename R::operation;

  position_cursor(const Op& op, std::size_t positions, Operand operand, const thread_state& state)
      : op_(op), cut_(&state.blocks), walk_(&state.walks[positions]), operand_(std::move(operand)) {
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

  void enter(const block& b) {
    operand_.enter(b);
    if constexpr (kernel::counts_in_lanes<In>)
      if (in_order_) return find_in_order(b);
    for (index k = 0; k < b.results; ++k) find(b, k);
  }

private:
  index position_of(const row& r, const block& b) const {
    index at = walk_->offset + b.begin * walk_->stride[static_cast<std::size_t>(cut_->inner_axis())];
    for (index a = 0; a < cut_->middle_rank; ++a)
      at += r.middle[static_cast<std::size_t>(a)] * walk_->stride[static_cast<std::size_t>(cut_->first_middle() + a)];
    return at;
  }

  // Columns whose rows come in the order of their positions: which row is noted first, and its position at last.
  void find_in_order(const block& b) {
    if (!find_rows<false>(b)) find_rows<true>(b);
    const index step = walk_->stride[static_cast<std::size_t>(cut_->inner_axis())];
    for (index j = 0; j < b.count; ++j) {
      block at = b;
      at.middle_begin = b.middle_begin + numbers_[j];
      results_[j] = position_of(first_row(*cut_, at), b) + j * step;
    }
  }

  // False if there may be NaN that was not looked for.
  template <bool NaN>
  [[gnu::noinline]] bool find_rows(const block& b) {
    const index whole = (b.count + N - 1) / N * N;
    std::fill_n(values_, whole, Op::values::template identity<In>());
    std::fill_n(numbers_, whole, 0);
    row r = first_row(*cut_, b);
    const auto next = [&] {
      const auto x = converted<In>(operand_.enter_row(r));
      next_row(*cut_, r);
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
    kernel::best_element<In> best;
    row r = first_row_of(*cut_, b, result);
    for (index m = 0; m < b.middle_count; ++m, next_row(*cut_, r)) {
      const index first = position_of(r, b);
      if (cut_->kind == block_kind::columns) {
        kernel::map_row<N, 1>(row_, converted<In>(operand_.enter_row(r)), b.count);
        kernel::find_in_columns(op_, row_, b.count, first, step, r.number == 0, values_, results_);
        continue;
      }
      for (r.first = 0; r.first < b.count; r.first += r.count) {
        r.count = std::min(cut_->stretch(), b.count - r.first);
        kernel::find_in_row<N, In, accumulators_for(tree_traits<typename R::operand_type>::cost)>(
            op_, converted<In>(operand_.enter_row(r)), r.count, first + r.first * step, step, best);
      }
      r.first = 0;
      r.count = b.count;
    }
    if (cut_->kind != block_kind::columns) results_[result] = best.position;
  }

  Op op_;
  const cut* cut_;
  const walk* walk_;
  Operand operand_;
  In* row_ = nullptr;
  In* values_ = nullptr;
  std::int32_t* numbers_ = nullptr;
  bool in_order_ = false; // columns: the rows come in the order of their positions
  std::int64_t* results_ = nullptr;
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
    walk& w = c.next(positions_);
    w = c.place(index_list<dynamic_rank>(shape), strides, whole);
    ++c.fused;
    ++c.fold_depth;
    inside_.emplace(r.operand(), c, whole);
    c.settle_offers();
    --c.fold_depth;
  }

  template <index N>
  auto cursor(thread_state& state) const {
    using inside = position_cursor<node_type, N, decltype(inside_->template cursor<N>(state))>;
    using stage = decltype(stage_->template cursor<N>(state));
    using result = result_cursor<N, std::int64_t, inside, stage>;
    if (stage_) return result(state.blocks, std::nullopt, nullptr, stage_->template cursor<N>(state));
    inside fold(op_, positions_, inside_->template cursor<N>(state), state);
    const std::int64_t* const results = fold.results();
    return result(state.blocks, std::move(fold), results, std::nullopt);
  }

private:
  Op op_;
  std::size_t positions_ = 0;
  std::optional<lowering<E, Kept>> inside_;
  std::optional<stage_leaf<std::int64_t>> stage_;
};

} // namespace plan

TUTTI_NAMESPACE_END
