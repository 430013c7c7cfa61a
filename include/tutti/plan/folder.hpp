// SPDX-License-Identifier: MIT
#pragma once

// Combines the elements of blocks: of rows, each to a number, or of columns, whose rows are combined with each other.

#include <tutti/kernel/reduce_in_registers.hpp>
#include <tutti/kernel/values.hpp>
#include <tutti/plan/pairs.hpp>
#include <tutti/plan/traits.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

template <class In, class Loader>
struct converted_loader {
  Loader from;
  TUTTI_INLINE void advance()
    requires kernel::advancing<Loader>
  {
    from.advance();
  }
  TUTTI_INLINE auto load(index j) const { return simd::convert<In>(from.load(j)); }
  TUTTI_INLINE auto load_partial(index j, index n) const { return simd::convert<In>(from.load_partial(j, n)); }
};
template <class In, class Loader>
TUTTI_INLINE auto converted(const Loader& from) { return converted_loader<In, Loader>{from}; }

/// Accumulators side by side: enough to hide an addition's latency when loading is cheap.
constexpr index accumulators_for(double cost) { return cost <= 4 ? 8 : cost <= 16 ? 4 : 2; }

/// The fold of a row of R's operand that `x` loads.
template <index N, index Accumulators, class R, class Loader>
TUTTI_INLINE typename R::in fold_row(const R& r, const Loader& x, index n) {
  using In = typename R::in;
  if constexpr (counts<typename R::operation, value_t<typename R::operand_type>>)
    return static_cast<In>(kernel::count_row<N>(x, n));
  else return kernel::reduce_row<N, In, Accumulators>(r.op(), converted<In>(x), n);
}

/// Combines the elements of a lowered operand over blocks, or over parts of them. Operations that combine alike share it,
/// whatever they make of it.
template <class Op, class In, index N, index Accumulators, class Operand, bool FoldsAll>
class folder {
public:
  folder(const Op& op, const Operand& operand, thread_state& state)
      : op_(op), cut_(&state.blocks), operand_(operand.template cursor<N>(state)), pitch_(state.blocks.pitch(N)) {
    if (!by_columns()) return;
    of_columns_ = state.memory.template take<In>(pitch_ * (counting ? 1 : kernel::column_levels(cut_->middle_count)));
    if constexpr (counting) counted_ = state.memory.template take<counter>(pitch_);
  }

  /// Whether a block is a panel of columns, and its rows are folded onto each other. What folds all axes has no loop left
  /// over beside it, and is spared the code.
  bool by_columns() const { return !FoldsAll && cut_->kind == block_kind::columns; }
  /// Where the values of a panel of columns stand.
  In* columns() const { return of_columns_; }
  /// How many values a block is folded to.
  index width(const block& b) const { return by_columns() ? cut_->width(b.count) : b.results; }

  /// Folds a block, or a part of one, and gives the values.
  [[gnu::noinline]] const In* fold(const block& b) {
    operand_.enter(b);
    if constexpr (!FoldsAll)
      if (by_columns()) {
        fold_columns(b);
        return of_columns_;
      }
    if (b.middle_count == 1 && b.count <= cut_->stretch()) fold_rows(first_row(b), b.results, of_results_);
    else
      for (index k = 0; k < b.results; ++k) of_results_[k] = fold_result(b, k);
    return of_results_;
  }

  /// Combines what the parts of a block were folded to, `width` values each and `pitch` apart.
  [[gnu::noinline]] const In* combine(const In* parts, index count, index pitch, [[maybe_unused]] index width) {
    const auto all = [&](auto tree, const auto& part) {
      for (index p = 0; p < count; ++p) tree.push(part(parts + p * pitch));
      return tree.result(part(parts));
    };
    if constexpr (!FoldsAll)
      if (by_columns()) { // the parts are whole packs
        using V = std::remove_cvref_t<decltype(simd::load<N>(parts))>;
        for (index j = 0; j < width; j += N)
          simd::store(of_columns_ + j,
                      all(kernel::pairwise<Op, V>(op_), [j](const In* p) { return simd::load<N>(p + j); }));
        return of_columns_;
      }
    *of_results_ = all(kernel::pairwise<Op, In>(op_), [](const In* p) { return *p; });
    return of_results_;
  }

private:
  using cursor_type = decltype(std::declval<const Operand&>().template cursor<N>(std::declval<thread_state&>()));
  using loader_of_operand = decltype(std::declval<cursor_type&>().enter_row(std::declval<const row&>()));
  using row_of_operand = decltype(converted<In>(std::declval<loader_of_operand>()));
  using loaded = std::remove_cvref_t<decltype(std::declval<loader_of_operand>().load(0))>;
  static constexpr bool counting = counts<Op, typename loaded::value_type>;
  template <class V>
  struct counter_of {
    using type = In;
  };
  template <index Bytes, index Lanes>
  struct counter_of<simd::mask<Bytes, Lanes>> {
    using type = simd::detail::signed_of<Bytes>;
  };
  using counter = typename counter_of<loaded>::type;
  // Whether several rows of less than a step are folded together. (Equal rows have equal results, whether they are among
  // these or left over: none of them is folded as a row of pairs.)
  static constexpr bool may_be_short = !counting && Accumulators > 2 && kernel::advancing<row_of_operand>;
  static constexpr index at_once = std::min<index>(N, 8); // rows whose lanes are folded together

  void fold_columns(const block& b) {
    row r = first_row(b);
    if constexpr (!counting)
      if (cut_->neighbours > 1 && cut_->middle_rank == 0)
        return kernel::reduce_neighbours<N, In, (Accumulators > 2)>(op_, converted<In>(operand_.enter_row(r)), b.count,
                                                                    cut_->neighbours, of_columns_);
    // Of grouped rows the last may be a part of one.
    const bool whole = cut_->last_row == 0 || b.middle_begin + b.middle_count < cut_->middle_count;
    const index rows = whole ? b.middle_count : b.middle_count - 1;
    if constexpr (counting) {
      count_rows(r, rows, b.count);
    } else if (!fold_in_registers(b, r, rows)) {
      const auto row_of = [&](index m) {
        while (r.number < m) next_row(r);
        return converted<In>(operand_.enter_row(r));
      };
      kernel::reduce_columns<N, In, (Accumulators > 2)>(op_, row_of, operand_.rows_coexist(), rows, b.count,
                                                        of_columns_, pitch_);
    }
    if (!whole) fold_last(b, rows);
    // Columns that belong to one result.
    if (cut_->groups > 1) kernel::fold_groups<N>(op_, of_columns_, cut_->width(b.count), cut_->groups);
    if (cut_->neighbours > 1) kernel::fold_neighbours(op_, of_columns_, b.count, cut_->neighbours);
  }
  // Lanes as narrow as the masks count some rows at a time, from `r` on.
  void count_rows(row r, index rows, index count) {
    std::fill_n(of_columns_, pitch_, In{});
    for (index begin = 0; begin < rows; begin += kernel::block_rows) {
      const auto row_of = [&](index m) {
        while (r.number < begin + m) next_row(r);
        return converted<counter>(operand_.enter_row(r));
      };
      kernel::reduce_columns<N, counter, (Accumulators > 2)>(
          op_, row_of, operand_.rows_coexist(), std::min(kernel::block_rows, rows - begin), count, counted_, pitch_);
      for (index j = 0; j < count; j += N)
        simd::store(of_columns_ + j,
                    op_.combine(simd::load<N>(of_columns_ + j), simd::convert<In>(simd::load<N>(counted_ + j))));
    }
  }
  // Folds rows that stay in registers while they are folded, if that is what these are. (They are folded in another order
  // than others: a last panel that happens to be as narrow is not one of them.)
  bool fold_in_registers(const block& b, const row& r, index rows) {
    if constexpr (Accumulators > 2 && kernel::advancing<row_of_operand>) {
      constexpr index narrow = kernel::narrow_packs * N;
      if (((b.count == narrow && cut_->inner_extent() == narrow) || cut_->few_rows) && rows > 0 &&
          cut_->middle_rank <= 1 && plan::advances(operand_)) {
        kernel::reduce_in_registers<N, In>(op_, converted<In>(operand_.enter_row(r)), rows, b.count, of_columns_,
                                           pitch_);
        return true;
      }
    }
    return false;
  }
  // Folds a part of a row onto the whole ones before it.
  [[gnu::noinline]] void fold_last(const block& b, index rows) {
    row r = first_row(b);
    r.middle += rows;
    r.number += rows;
    r.count = cut_->last_row;
    const auto x = converted<In>(operand_.enter_row(r));
    index j = 0;
    for (; j + N <= r.count; j += N)
      simd::store(of_columns_ + j, op_.combine(simd::load<N>(of_columns_ + j), kernel::as_stored(x.load(j))));
    if (j == r.count) return;
    alignas(simd::register_bytes) In lanes[N];
    simd::store(lanes, kernel::as_stored(x.load_partial(j, r.count - j)));
    for (index k = 0; j < r.count; ++j, ++k) of_columns_[j] = op_.combine(of_columns_[j], lanes[k]);
  }
  // A result that is made of several rows, or of one in several stretches.
  In fold_result(const block& b, index result) {
    kernel::pairwise<Op, In> tree(op_);
    row r = first_row_of(b, result);
    for (index m = 0; m < b.middle_count; ++m, next_row(r))
      for (r.first = 0; r.first < b.count; r.first += r.count) {
        r.count = std::min(b.count - r.first, cut_->stretch());
        In folded;
        fold_each(r, 1, &folded);
        tree.push(folded);
      }
    return tree.result(Op::template identity<In>());
  }

  // Row `r` and those at its place of the results that follow.
  void fold_rows(row r, index results, In* to) {
    if constexpr (may_be_short)
      if (r.count < N * Accumulators && plan::advances(operand_)) {
        const index done = results / at_once * at_once;
        if (done > 0) fold_short(r, done, to);
        if (done == results) return;
        r.number = r.result += done;
        to += done;
        results -= done;
      }
    fold_each(r, results, to);
  }

  [[gnu::noinline]] void fold_short(const row& r, index results, In* to) {
    auto x = converted<In>(operand_.enter_row(r));
    kernel::reduce_short_rows<N, In, at_once>(op_, x, r.count, results, to);
  }

  // A row's loader: counts take truths as they are.
  TUTTI_INLINE auto entered(const row& r) {
    if constexpr (counting) return operand_.enter_row(r);
    else return converted<In>(operand_.enter_row(r));
  }

  // (One function, or there would be two copies of the loop.)
  [[gnu::noinline]] void fold_each(row r, index results, In* to) {
    auto x = entered(r);
    using V = std::remove_cvref_t<decltype(std::declval<const row_of_operand&>().load(0))>;
    [[maybe_unused]] std::array<V, static_cast<std::size_t>(at_once)> packs;
    [[maybe_unused]] const auto reduce = [&](const auto& from) __attribute__((always_inline)) {
      return kernel::reduce_row_to_pack<N, In, Accumulators>(op_, converted<In>(from), r.count);
    };
    const bool advances = plan::advances(operand_);
    for (index k = 0;;) {
      if constexpr (counting) {
        to[k] = static_cast<In>(kernel::count_row<N>(x, r.count));
      } else {
        const index of = k % at_once;
        packs[static_cast<std::size_t>(of)] = kernel::with_steady(
            [&](const auto& from) __attribute__((always_inline)) {
              return with_pairs(!may_be_short || r.count >= N * Accumulators, reduce, from);
            },
            x.from);
        if (of == at_once - 1) kernel::fold_each(op_, packs, to + k - of);
      }
      if (++k == results) break;
      if constexpr (kernel::advancing<decltype(x)>)
        if (advances) {
          x.advance();
          continue;
        }
      r.number = ++r.result;
      std::destroy_at(&x); // a function that it calls may not be assignable
      std::construct_at(&x, entered(r));
    }
    if constexpr (!counting)
      for (index k = results / at_once * at_once; k < results; ++k)
        to[k] = kernel::fold_lanes(op_, packs[static_cast<std::size_t>(k % at_once)]);
  }

  TUTTI_EMPTY_MEMBER Op op_;
  const cut* cut_;
  cursor_type operand_;
  index pitch_;
  In* of_columns_ = nullptr;
  counter* counted_ = nullptr;
  alignas(simd::register_bytes) In of_results_[static_cast<std::size_t>(most_results)];
};

} // namespace plan

TUTTI_NAMESPACE_END
