// SPDX-License-Identifier: MIT
#pragma once

// Reductions. One that folds the statement's own loops runs inside them: entering a block folds the operand over it, and
// loading splats the result (or, in a column block, reads a row of results). Any other is a stage of its own, evaluated
// once into memory of its own shape, and read like a leaf.

#include <memory>

#include <tutti/plan/folder.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Evaluates a tree into memory of its own, in row-major order or with other strides without gaps: a stage of a statement.
/// Defined where statements are.
template <class E>
storage<value_t<E>> run_stage(const E& e, const index_list<E::rank>& strides);
template <class E>
storage<value_t<E>> run_stage(const E& e) { return run_stage(e, contiguous_strides(e.shape())); }

/// Folds a lowered operand over blocks, to results.
template <class R, index N, class Operand>
class fold_cursor {
public:
  using In = typename R::in;
  using Out = typename R::value_type;
  using part = In; // what a part of a block is folded to

  fold_cursor(const typename R::operation& op, index count, const Operand& operand, thread_state& state)
      : op_(op), count_(count), folder_(op, operand, state) {
    if constexpr (std::same_as<In, Out>)
      if (folder_.by_columns()) results_ = folder_.columns(); // finished where they stand
    if (results_ == nullptr)
      results_ = state.memory.template take<Out>(folder_.by_columns() ? state.blocks.pitch(N) : state.blocks.batch);
  }

  /// Where the results of a block stand: those of a panel of columns, or of a batch.
  const Out* results() const { return results_; }

  void enter(const block& b) { finish(folder_.fold(b), folder_.width(b)); }
  /// Folds a part of a block into its place among the parts, unfinished.
  void enter_part(const block& b, In* to) { std::copy_n(folder_.fold(b), folder_.width(b), to); }
  /// Combines the parts of a block, `pitch` apart.
  void combine_parts(const block& b, const In* parts, index count, index pitch) {
    finish(folder_.combine(parts, count, pitch, folder_.width(b)), folder_.width(b));
  }

private:
  [[gnu::noinline]] void finish(const In* combined, index width) {
    if (folder_.by_columns()) {
      // (Of a sum that stands there already the compiler leaves nothing to do.)
      if constexpr (std::same_as<In, Out>) combined = results_;
      for (index j = 0; j < width; j += N) simd::store(results_ + j, op_.finish(simd::load<N>(combined + j), count_));
    } else {
      for (index k = 0; k < width; ++k) results_[k] = static_cast<Out>(op_.finish(combined[k], count_));
    }
  }

  typename R::operation op_;
  index count_;
  folder<typename combining_of<typename R::operation>::type, In, N,
         accumulators_for(tree_traits<typename R::operand_type>::cost), Operand, R::folds_all>
      folder_;
  Out* results_ = nullptr;
};

/// What a barrier reads like once its stage has run: a leaf over the stage's result. Equal barriers are one stage.
template <class T>
class stage_leaf {
public:
  template <class E>
  stage_leaf(const E& e, context& c, const frame& f)
      : stage_leaf(e, e.shape(), contiguous_strides(e.shape()), 0, c, f) {}
  /// The result of `e`, read with other strides.
  template <class E, index Rank>
  stage_leaf(const E& e, const index_list<Rank>& shape, const index_list<Rank>& strides, index offset, context& c,
             const frame& f) {
    const auto run = [](const void* node) { return run_stage(*static_cast<const E*>(node)); };
    take({&e, &type_tag<E>}, same_nodes<E>, run, c);
    c.place(id_, shape, strides, f).offset = offset;
  }
  template <index N>
  auto cursor(thread_state& state) const { return leaf_cursor<memory_source<T>, N>({data_}, id_, state); }

private:
  [[gnu::noinline]] void take(const node_id& node, node_comparison same, storage<T> (*run)(const void*), context& c) {
    ++c.staged;
    if (const std::size_t equal = c.stages.find(node, same); equal != shared_values::none) {
      data_ = static_cast<const T*>(c.stage_results[equal]);
      return;
    }
    if (c.planned_stages) c.planned_stages->push_back(node);
    else memory_ = run(node.node);
    data_ = memory_.get();
    if (const std::size_t slot = c.stages.add(node.type, node.node); slot != shared_values::none)
      c.stage_results[slot] = data_;
  }

  storage<T> memory_; // of the first of equal ones
  const T* data_ = nullptr;
  std::size_t id_ = 0;
};

/// The results of a fold, its own or an equal one's that ran before it, or those of a stage: which, it is told once it
/// stands where it stays.
template <index N, class Out, class Fold>
class result_cursor {
public:
  explicit result_cursor(const cut& blocks) : cut_(&blocks) {}
  template <class... From>
  const Out* fold(From&&... from) { return results_ = fold_.emplace(std::forward<From>(from)...).results(); }
  void read(const Out* results) { results_ = results; }
  void read(const stage_leaf<Out>& stage, thread_state& state) { stage_.emplace(stage.template cursor<N>(state)); }

  bool fixed_in_block() const { return !stage_ || stage_->fixed_in_block(); }
  bool rows_coexist() const { return !stage_ || stage_->rows_coexist(); }
  bool advances() const { return !stage_; }
  void enter(const block& b) {
    if (fold_) fold_->enter(b);
    else if (stage_) stage_->enter(b);
  }
  TUTTI_INLINE kernel::value_loader<Out, N> enter_row(const row& r) {
    if (stage_) {
      const auto from = stage_->enter_row(r);
      return {from.p, from.mask};
    }
    if (cut_->kind == block_kind::columns) return {results_ + r.first, -1};
    return {results_ + r.result, 0, cut_->rows_of_results()};
  }
  TUTTI_INLINE kernel::value_loader<Out, N> enter_row(const results_row&) { return {results_, -1}; }

private:
  const cut* cut_;
  const Out* results_ = nullptr;
  std::optional<Fold> fold_;
  std::optional<leaf_cursor<memory_source<Out>, N>> stage_;
};

/// A reduction that runs inside the loops, or is a stage.
template <class Op, class E, index Count, bool Keep, class Kept>
class lowering<reduction<Op, E, Count, Keep>, Kept> {
public:
  using R = reduction<Op, E, Count, Keep>;
  using Out = typename R::value_type;
  static constexpr std::size_t walks = std::max<std::size_t>(1, walks_of<E, Kept>);

  lowering(const R& r, context& c, const frame& f) : op_(r.op()), count_(r.count()) {
    if (!c.runs_inside(r, f)) {
      stage_.emplace(r, c, f);
      return;
    }
    // All that run inside fold the same axes: equal operands make them equal.
    const node_id fold{&r.fold(), &type_tag<typename R::folded_type>};
    slot_ = c.folds.find(fold, same_nodes<typename R::folded_type>);
    if (c.fold_depth > 0) --c.apart; // the one that reads it
    if (slot_ != shared_values::none) return;
    ++c.fused;
    ++c.apart;
    ++c.fold_depth;
    operand_.emplace(r.operand(), c, frame::identity(c.domain.rank));
    c.settle_offers();
    --c.fold_depth;
    slot_ = c.folds.add(fold.type, fold.node);
  }

  template <index N>
  auto cursor(thread_state& state) const {
    result_cursor<N, Out, fold_cursor<R, N, lowering_of<E, Kept>>> results(state.blocks);
    if (stage_) {
      results.read(*stage_, state);
    } else if (!operand_) {
      results.read(static_cast<const Out*>(state.folds[slot_]));
    } else {
      const Out* const folded = results.fold(op_, count_, *operand_, state);
      if (slot_ != shared_values::none) state.folds[slot_] = folded;
    }
    return results;
  }
  /// Of one that is all of a statement.
  template <index N>
  auto root_cursor(thread_state& state) const {
    return fold_cursor<R, N, lowering_of<E, Kept>>(op_, count_, *operand_, state);
  }

private:
  typename R::operation op_;
  index count_;
  std::size_t slot_ = shared_values::none;
  std::optional<lowering_of<E, Kept>> operand_;
  std::optional<stage_leaf<Out>> stage_;
};

} // namespace plan

TUTTI_NAMESPACE_END
