// SPDX-License-Identifier: MIT
#pragma once

// Products of a matrix whose rows lie together with a few columns: the last layer of a classifier, a linear layer of a small
// batch. Tiles would fill registers with columns that are not there; here registers hold steps, and each element is summed
// over its lanes at the end.

#include <tutti/kernel/gemm/pack.hpp>
#include <tutti/kernel/gemm/tile.hpp>
#include <tutti/kernel/rows.hpp>
#include <tutti/kernel/scratch.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

namespace detail {

template <class T>
inline constexpr index most_of_few = 2 * simd::lanes<T>;

// Whether `few` columns may be multiplied with `many` rows so.
template <class T, class Many, class Few>
constexpr bool may_be_few(index many, index few, index k, const Many& a, const Few& b) {
  constexpr index N = simd::lanes<T>, enough = 32; // rows that it is worth to lay the columns side by side for
  if (!std::floating_point<T> || !simd::has_fma || k < 4 * N || a.step_stride != 1) return false;
  if (b.step_stride != 1 && (many < enough || std::same_as<Few, computed_source<T>>)) return false;
  return 2 <= few && few <= most_of_few<T> &&
         few * k <= (index{1} << 18) / static_cast<index>(sizeof(T)); // in the second cache
}

} // namespace detail

/// Whether a product of m rows and n columns of k steps is one for product_of_few, by what it takes in registers: a row of a
/// tile has whole packs of columns, and folding an element's lanes takes as long as four steps.
template <class T, class A, class B>
constexpr bool has_few_columns(index m, index n, index k, const A& a, const B& b) {
  constexpr index N = simd::lanes<T>;
  return detail::may_be_few<T>(m, n, k, a, b) && 9 * n * (k + 4 * N) < 8 * ((n + N - 1) / N * N) * k;
}
/// The same of a few rows, whose product with columns that lie together is taken as that of the transposed operands. Tiles
/// would have to pack all columns, which takes as long as some eight rows.
template <class T, class A, class B>
constexpr bool has_few_rows(index m, index n, index k, const A& a, const B& b) {
  return detail::may_be_few<T>(n, m, k, b, a) && 9 * m * (k + 4 * simd::lanes<T>) < 8 * (m + 8) * k;
}

namespace detail {

// Rows that are worked on together, so that what is loaded of a column works several times.
template <class T>
inline constexpr index few_rows_together = tile_shape<T>::registers == 32 ? 4 : 2;

// The sums over `depth` steps of these rows times Columns columns: element (r, c) to results[c * pitch + r].
template <index Columns, class T>
[[gnu::noinline]] void multiply_few(const T* a, index a_row, const T* b, index b_row, index depth, T* results,
                                    index pitch) {
  constexpr index N = simd::lanes<T>;
  using V = simd::pack<T, N>;
  constexpr auto together = static_cast<std::size_t>(few_rows_together<T>);
  std::array<std::array<V, together>, static_cast<std::size_t>(Columns)> sums;
  for (auto& column : sums) column.fill(simd::broadcast<T, N>(T(0)));
  const auto add = [&](const auto& load) __attribute__((always_inline)) {
    std::array<V, together> row;
#pragma GCC unroll 4
    for (std::size_t r = 0; r < together; ++r) row[r] = simd::in_register(load(a + static_cast<index>(r) * a_row));
#pragma GCC unroll 8
    for (index c = 0; c < Columns; ++c) {
      const V factor = simd::in_register(load(b + c * b_row));
      auto& column = sums[static_cast<std::size_t>(c)];
#pragma GCC unroll 4
      for (std::size_t r = 0; r < together; ++r) column[r] = simd::fma(row[r], factor, column[r]);
    }
  };
  for (; depth >= N; depth -= N, a += N, b += N) add([](const T* p) { return V(simd::load<N>(p)); });
  if (depth > 0) add([&](const T* p) { return V(simd::load_partial<N>(p, depth)); });
#pragma GCC unroll 8
  for (index c = 0; c < Columns; ++c)
    simd::fold_each(
        sums[static_cast<std::size_t>(c)], [](const auto& p, const auto& q) { return p + q; }, results + c * pitch);
}

} // namespace detail

/// Rows [first, last) of the product of `a` and n columns from `first_column` on of which `b` is the source. Constructing it
/// takes the scratch that it needs.
template <class T, class A, class B>
class product_of_few {
public:
  /// Rows that are handed on together, and how far apart their columns are.
  static constexpr index rows_at_once = 32, pitch = rows_at_once + detail::few_rows_together<T>;

  product_of_few(index first, index last, index k, const A& a, index first_column, index n, const B& b)
      : first_(first),
        last_(last),
        k_(k),
        a_(a),
        first_column_(first_column),
        n_(n),
        b_(b),
        memory_(scratch::of_this_thread()) {
    if (!b.adjacent_steps()) packed_ = memory_.take<T>(n * k);
    if (!a.adjacent_steps()) settled_ = memory_.take<T>(std::min(last - first, rows_at_once) * k);
    results_ = memory_.take<T>(n * pitch);
  }

  /// Hands the results to emit(row, rows, results), some rows at a time: results + c * pitch has column c of them.
  template <class Emit>
  void run(const Emit& emit) const {
    const strided_source<T, T> columns = settle(b_, first_column_, n_, packed_);
    for (index i = first_; i < last_; i += rows_at_once) {
      const index count = std::min(rows_at_once, last_ - i);
      const strided_source<T, T> rows = settle(a_, i, count, settled_);
      index r = 0;
      for (; r + together <= count; r += together) multiply_rows(rows, r, rows.row_stride, columns);
      // The last ones alone, each in the place of all: what is too many is written over, or behind them.
      for (; r < count; ++r) multiply_rows(rows, r, 0, columns);
      emit(i, count, results_);
    }
  }

private:
  static constexpr index together = detail::few_rows_together<T>, most_columns = 5;

  // Some rows of a source, from its row `first` on, where they can be read as they lie.
  template <class Source>
  strided_source<T, T> settle(const Source& from, index first, index count, T* to) const {
    if (from.adjacent_steps()) return {from.in_place(first, 0), from.row_stride, 1};
    if constexpr (std::same_as<Source, computed_source<T>>) return from.settle(first, count, 0, k_, to);
    if constexpr (std::same_as<Source, strided_source<T, T>>)
      if (from.row_stride == 1) {
        transpose_block(from.in_place(first, 0), from.step_stride, count, k_, to, k_);
        return {to, k_, 1};
      }
    for (index r = 0; r < count; ++r) from.row(first + r, 0, k_, to + r * k_);
    return {to, k_, 1};
  }

  // Rows from r on times a few columns at a time, as evenly as that goes.
  void multiply_rows(const strided_source<T, T>& rows, index r, index row_stride,
                     const strided_source<T, T>& columns) const {
    for (index c = 0, left = (n_ + most_columns - 1) / most_columns; left > 0; --left) {
      const index some = (n_ - c + left - 1) / left;
      detail::with_group_size(some, [&](auto size) {
        if constexpr (size <= most_columns)
          detail::multiply_few<size>(rows.in_place(r, 0), row_stride, columns.in_place(c, 0), columns.row_stride, k_,
                                     results_ + c * pitch + r, pitch);
      });
      c += some;
    }
  }

  index first_, last_, k_;
  const A& a_;
  index first_column_, n_;
  const B& b_;
  scratch::frame memory_;
  T* packed_ = nullptr;  // the columns, next to each other
  T* settled_ = nullptr; // some rows
  T* results_ = nullptr;
};

} // namespace kernel

TUTTI_NAMESPACE_END
