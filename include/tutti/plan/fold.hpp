// SPDX-License-Identifier: MIT
#pragma once

// Reductions. One that folds the statement's own loops runs inside them: entering a block folds the operand over it, and
// loading splats the result (or, in a column block, reads a row of results). Any other is a stage of its own, evaluated
// once into memory of its own shape, and read like a leaf.

#include <tutti/kernel/reduce.hpp>
#include <tutti/plan/fuse.hpp>
#include <tutti/plan/traits.hpp>

#if !defined(__clang__)
// g++ takes members of an optional that is empty for read when a cursor with one is moved, and says so in pages.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

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
TUTTI_INLINE auto converted(const Loader& from) { return converted_loader<In, Loader>{from}; }

/// Accumulators side by side: enough to hide an addition's latency when loading is cheap.
constexpr index accumulators_for(double cost) { return cost <= 4 ? 8 : cost <= 16 ? 4 : 2; }

/// Folds the operand over blocks.
template <class R, index N, class Operand>
class fold_cursor {
public:
  using In = typename R::in;
  using Out = typename R::value_type;

  fold_cursor(const typename R::operation& op, index count, Operand operand, const thread_state& state)
      : op_(op), count_(count), cut_(&state.blocks), operand_(std::move(operand)), pitch_(state.blocks.pitch(N)) {
    if constexpr (may_leave_columns)
      if (cut_->kind == block_kind::columns) {
        results_ = state.memory.template take<Out>(pitch_);
        scratch_ = state.memory.template take<In>(pitch_ * kernel::column_levels(cut_->middle_count));
        return;
      }
    results_ = state.memory.template take<Out>(cut_->batch);
  }

  /// Where the results of a block stand: those of a panel of columns, or of a batch.
  const Out* results() const { return results_; }

  void enter(const block& b) {
    if constexpr (may_leave_columns)
      if (cut_->kind == block_kind::columns) {
        const In* const folded = fold_columns(b);
        for (index j = 0; j < cut_->width(b.count); j += N)
          simd::store(results_ + j, op_.finish(simd::load<N>(folded + j), count_));
        return;
      }
    alignas(simd::register_bytes) In folded[static_cast<std::size_t>(most_results)];
    fold_rows(b, folded);
    for (index k = 0; k < b.results; ++k) results_[k] = static_cast<Out>(op_.finish(folded[k], count_));
  }

  /// Folds a part of a block into its place among the parts, unfinished.
  void enter_part(const block& b, In* to) {
    if constexpr (may_leave_columns)
      if (cut_->kind == block_kind::columns) {
        std::copy_n(fold_columns(b), cut_->width(b.count), to);
        return;
      }
    fold_rows(b, to);
  }
  /// Combines the parts of a block, `pitch` apart and `width` wide, to its results.
  void combine_parts(const In* parts, index count, index pitch, [[maybe_unused]] index width) {
    const auto combine = [&](auto tree, const auto& part) {
      for (index p = 0; p < count; ++p) tree.push(part(parts + p * pitch));
      return tree.result(part(parts));
    };
    using Op = typename R::operation;
    if constexpr (may_leave_columns)
      if (cut_->kind == block_kind::columns) { // the parts are whole packs
        using V = std::remove_cvref_t<decltype(simd::load<N>(parts))>;
        for (index j = 0; j < width; j += N) {
          const V total =
              combine(kernel::pairwise<Op, V>(op_), [j](const In* part) { return simd::load<N>(part + j); });
          simd::store(results_ + j, op_.finish(total, count_));
        }
        return;
      }
    const In total = combine(kernel::pairwise<Op, In>(op_), [](const In* part) { return *part; });
    *results_ = static_cast<Out>(op_.finish(total, count_));
  }

private:
  // What folds all axes has no loop left over beside it, and is spared the code of half its kernels.
  static constexpr bool may_leave_columns = !R::folds_all;

  // The folds of a block's results. This and fold_columns are functions of their own: whole blocks and parts of them
  // share the code.
  [[gnu::noinline]] void fold_rows(const block& b, In* to) {
    operand_.enter(b);
    if (b.middle_count == 1 && b.count <= cut_->stretch()) fold_each(first_row(*cut_, b), b.results, to);
    else
      for (index k = 0; k < b.results; ++k) to[k] = fold_result(b, k);
  }

  // One that is made of several rows, or of one in several stretches.
  In fold_result(const block& b, index result) {
    kernel::pairwise<typename R::operation, In> tree(op_);
    row r = first_row_of(*cut_, b, result);
    for (index m = 0; m < b.middle_count; ++m, next_row(*cut_, r))
      for (r.first = 0; r.first < b.count; r.first += r.count) {
        r.count = std::min(b.count - r.first, cut_->stretch());
        In folded;
        fold_each(r, 1, &folded);
        tree.push(folded);
      }
    return tree.result(R::operation::template identity<In>());
  }

  // Row `first` and those at its place of the results that follow. (One function, or there would be two copies of the loop.)
  [[gnu::noinline]] void fold_each(const row& first, index results, In* to) {
    row r = copy_of(*cut_, first);
    using V = decltype(reduced(r));
    constexpr index at_once = std::min<index>(N, 8); // rows whose lanes are folded together
    std::array<V, static_cast<std::size_t>(at_once)> packs;
    for (index k = 0; k < results; ++k, r.number = ++r.result) {
      const index of = k % at_once;
      packs[static_cast<std::size_t>(of)] = reduced(r);
      if (of == at_once - 1) kernel::fold_each(op_, packs, to + k - of);
    }
    for (index k = results / at_once * at_once; k < results; ++k)
      to[k] = kernel::fold_lanes(op_, packs[static_cast<std::size_t>(k % at_once)]);
  }
  TUTTI_INLINE auto reduced(const row& r) {
    return kernel::reduce_row_to_pack<N, In, accumulators_for(tree_traits<typename R::operand_type>::cost)>(
        op_, converted<In>(operand_.enter_row(r)), r.count);
  }

  [[gnu::noinline]] const In* fold_columns(const block& b) {
    operand_.enter(b);
    row r = first_row(*cut_, b);
    const auto row_of = [&](index m) {
      while (r.number < m) next_row(*cut_, r);
      return converted<In>(operand_.enter_row(r));
    };
    kernel::reduce_columns<N, In>(op_, row_of, operand_.rows_coexist(), b.middle_count, b.count, scratch_, pitch_);
    const index width = cut_->width(b.count);
    for (index g = 1; g < cut_->groups; ++g)
      for (index j = 0; j < width; ++j) scratch_[j] = op_.combine(scratch_[j], scratch_[g * width + j]);
    return scratch_;
  }

  typename R::operation op_;
  index count_;
  const cut* cut_;
  Operand operand_;
  In* scratch_ = nullptr;
  Out* results_ = nullptr;
  index pitch_ = 0;
};

/// The results of a fold, its own or an equal one's that ran before it, or those of a stage.
template <index N, class Out, class Fold, class Stage>
class result_cursor {
public:
  result_cursor(const cut& blocks, std::optional<Fold> fold, const Out* results, std::optional<Stage> stage)
      : cut_(&blocks), results_(results), fold_(std::move(fold)), stage_(std::move(stage)) {}

  bool fixed_in_block() const { return !stage_; }
  bool rows_coexist() const { return !stage_ || stage_->rows_coexist(); }
  Fold& fold() { return *fold_; }
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
    return {results_ + r.result, 0};
  }

private:
  const cut* cut_;
  const Out* results_;
  std::optional<Fold> fold_;
  std::optional<Stage> stage_;
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
    const std::size_t equal =
        c.stages.find(&type_tag<E>, [&](const void* other) { return same(*static_cast<const E*>(other), e); });
    if (equal != shared_values::none) {
      data_ = static_cast<const T*>(c.stage_results[equal]);
    } else {
      if (c.planned_stages) c.planned_stages->push_back({&e, &type_tag<E>});
      else memory_ = run_stage(e);
      data_ = memory_.get();
      if (const std::size_t slot = c.stages.add(&type_tag<E>, &e); slot != shared_values::none)
        c.stage_results[slot] = data_;
    }
    ++c.staged;
    walk& w = c.next(id_);
    w = c.place(shape, strides, f);
    w.offset = offset;
  }
  template <index N>
  auto cursor(thread_state& state) const { return leaf_cursor<memory_source<T>, N>({data_}, id_, state); }

private:
  storage<T> memory_; // of the first of equal ones
  const T* data_ = nullptr;
  std::size_t id_ = 0;
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
    const void* const tag = &type_tag<typename R::folded_type>;
    slot_ = c.folds.find(tag, [&](const void* other) {
      const auto& earlier = *static_cast<const typename R::folded_type*>(other);
      return tutti::detail::same_operation(earlier.op, r.op()) && same(earlier.operand, r.operand());
    });
    if (slot_ != shared_values::none) return;
    ++c.fused;
    ++c.fold_depth;
    operand_.emplace(r.operand(), c, frame::identity(c.domain.rank));
    c.settle_offers();
    --c.fold_depth;
    slot_ = c.folds.add(tag, &r.fold());
  }

  template <index N>
  auto cursor(thread_state& state) const {
    using fold = fold_cursor<R, N, decltype(operand_->template cursor<N>(state))>;
    using stage = decltype(stage_->template cursor<N>(state));
    using result = result_cursor<N, Out, fold, stage>;
    if (stage_) return result(state.blocks, std::nullopt, nullptr, stage_->template cursor<N>(state));
    if (!operand_) return result(state.blocks, std::nullopt, static_cast<const Out*>(state.folds[slot_]), std::nullopt);
    fold inside(op_, count_, operand_->template cursor<N>(state), state);
    const Out* const results = inside.results();
    if (slot_ != shared_values::none) state.folds[slot_] = results;
    return result(state.blocks, std::move(inside), results, std::nullopt);
  }

private:
  typename R::operation op_;
  index count_;
  std::size_t slot_ = shared_values::none;
  std::optional<lowering<E, Kept>> operand_;
  std::optional<stage_leaf<Out>> stage_;
};

} // namespace plan

TUTTI_NAMESPACE_END

#if !defined(__clang__)
#pragma GCC diagnostic pop
#endif
