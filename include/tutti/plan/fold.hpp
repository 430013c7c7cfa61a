// SPDX-License-Identifier: MIT
#pragma once

// Reductions. One that folds the statement's own loops runs inside them: entering a block folds the operand over it, and
// loading splats the result (or, in a column block, reads a row of results). Any other is a stage of its own, evaluated
// once into memory of its own shape, and read like a leaf.

#include <tutti/kernel/reduce.hpp>
#include <tutti/plan/fuse.hpp>
#include <tutti/plan/traits.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Evaluates a tree into memory of its own, in row-major order: a stage of a statement. Defined where statements are.
template <class E>
storage<value_t<E>> run_stage(const E& e);

template <class In, class Loader>
struct converted_loader {
  Loader from;
  TUTTI_INLINE auto load(index j) const { return simd::convert<In>(from.load(j)); }
  TUTTI_INLINE auto load_partial(index j, index n) const { return simd::convert<In>(from.load_partial(j, n)); }
};
template <class In, class Loader>
TUTTI_INLINE auto converted(const Loader& from) {
  return converted_loader<In, Loader>{from};
}

/// Accumulators side by side: enough to hide an addition's latency when loading is cheap.
constexpr index accumulators_for(double cost) { return cost <= 4 ? 8 : cost <= 16 ? 4 : 2; }

/// Folds the operand over blocks.
template <class R, index N, class Operand>
class fold_cursor {
public:
  using In = typename R::in;
  using Out = typename R::value_type;

  fold_cursor(const typename R::operation& op, index count, Operand operand, const thread_state& state)
      : op_(op), count_(count), cut_(&state.blocks), operand_(std::move(operand)) {
    if (cut_->kind == block_kind::columns) {
      pitch_ = (cut_->panel + N - 1) / N * N;
      scratch_ = state.memory.template take<In>(pitch_ * kernel::column_levels(cut_->middle_count));
      results_ = state.memory.template take<Out>(pitch_);
    }
  }

  void enter(const block& b) {
    operand_.enter(b);
    if (cut_->kind == block_kind::columns) fold_columns(b);
    else fold_rows(b);
  }

  TUTTI_INLINE kernel::row_loader<Out, N> enter_row(const row& r) const {
    if (cut_->kind == block_kind::columns) return {results_ + r.first, -1};
    return {splat_, 0};
  }

private:
  // Rows longer than this are folded part by part, so that packing buffers stay small.
  static constexpr index longest_part = 1024;

  void fold_rows(const block& b) {
    const index whole = b.count;
    const index part = cut_->panel > longest_part && packs() ? longest_part : whole;
    kernel::pairwise<typename R::operation, In> tree(op_);
    In only{};
    const bool one = b.middle_count == 1 && part == whole;
    for_each_row(*cut_, b, [&](row r, index) {
      for (r.first = 0; r.first < whole || (whole == 0 && r.first == 0); r.first += part) {
        r.count = std::min(part, whole - r.first);
        const In folded = kernel::reduce_row<N, In, accumulators_for(tree_traits<typename R::operand_type>::cost)>(
            op_, converted<In>(operand_.enter_row(r)), r.count);
        if (one) only = folded;
        else tree.push(folded);
        if (part == 0) break;
      }
    });
    const In folded = one ? only : tree.result(R::operation::template identity<In>());
    const Out result = static_cast<Out>(op_.finish(folded, count_));
    for (index lane = 0; lane < N; ++lane) splat_[lane] = result;
  }

  void fold_columns(const block& b) {
    row r;
    r.count = b.count;
    index at = 0;
    const auto row_of = [&](index m) {
      for (; at < m; ++at)
        for (index a = cut_->middle_rank - 1; a >= 0; --a) {
          if (++r.middle[static_cast<std::size_t>(a)] < cut_->loops.extent[static_cast<std::size_t>(cut_->outer_rank + a)] || a == 0) break;
          r.middle[static_cast<std::size_t>(a)] = 0;
        }
      return converted<In>(operand_.enter_row(r));
    };
    kernel::reduce_columns<N, In>(op_, row_of, b.middle_count, b.count, scratch_, pitch_);
    for (index j = 0; j < b.count; j += N)
      simd::store(results_ + j, op_.finish(simd::load<N>(scratch_ + j), count_));
  }

  bool packs() const { return true; }

  typename R::operation op_;
  index count_;
  const cut* cut_;
  Operand operand_;
  In* scratch_ = nullptr;
  Out* results_ = nullptr;
  index pitch_ = 0;
  alignas(simd::register_bytes) Out splat_[N];
};

/// One of two cursors, chosen when the statement was planned.
template <index N, class Out, class Inside, class Stage>
class either_cursor {
public:
  either_cursor(std::optional<Inside> inside, std::optional<Stage> stage) : inside_(std::move(inside)), stage_(std::move(stage)) {}
  void enter(const block& b) {
    if (inside_) inside_->enter(b);
    else stage_->enter(b);
  }
  TUTTI_INLINE kernel::row_loader<Out, N> enter_row(const row& r) {
    return inside_ ? inside_->enter_row(r) : stage_->enter_row(r);
  }

private:
  std::optional<Inside> inside_;
  std::optional<Stage> stage_;
};

/// What a barrier reads like once its stage has run: a leaf over the stage's result.
template <class T>
class stage_leaf {
public:
  template <class E>
  stage_leaf(const E& e, context& c, const frame& f) : memory_(run_stage(e)) {
    walk& w = c.next(id_);
    w = c.place(e.shape(), contiguous_strides(e.shape()), f);
  }
  template <index N>
  auto cursor(thread_state& state) const {
    return leaf_cursor<memory_source<T>, N>({memory_.get()}, id_, state);
  }

private:
  storage<T> memory_;
  std::size_t id_ = 0;
};

template <class Op, class E, index Count, bool Keep>
class lowering<reduction<Op, E, Count, Keep>> {
public:
  using node_type = reduction<Op, E, Count, Keep>;
  using Out = typename node_type::value_type;
  static constexpr std::size_t walks = std::max<std::size_t>(1, walks_of<E>);

  lowering(const node_type& r, context& c, const frame& f) : op_(r.op()), count_(r.count()) {
    if (c.runs_inside(r, f)) {
      ++c.fused;
      inside_.emplace(r.operand(), c, frame::identity(c.domain.rank));
    } else {
      stage_.emplace(r, c, f);
    }
  }

  template <index N>
  auto cursor(thread_state& state) const {
    using operand_cursor = decltype(inside_->template cursor<N>(state));
    using inside = fold_cursor<node_type, N, operand_cursor>;
    using stage = decltype(stage_->template cursor<N>(state));
    if (inside_)
      return either_cursor<N, Out, inside, stage>(
          std::optional<inside>(std::in_place, op_, count_, inside_->template cursor<N>(state), state), std::nullopt);
    return either_cursor<N, Out, inside, stage>(std::nullopt, std::optional<stage>(stage_->template cursor<N>(state)));
  }

private:
  Op op_;
  index count_;
  std::optional<lowering<E>> inside_;
  std::optional<stage_leaf<Out>> stage_;
};

} // namespace plan

TUTTI_NAMESPACE_END
