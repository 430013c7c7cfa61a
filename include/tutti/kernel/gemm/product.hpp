// SPDX-License-Identifier: MIT
#pragma once

// One thread's part of a product of matrices: blocks, panels and tiles, as in K. Goto and R. van de Geijn, "Anatomy of
// high-performance matrix multiplication", ACM TOMS 34 (2008), and the papers on BLIS. Operands come through sources
// (pack.hpp), results leave through a store:
//
//   in_place(i, j), row_stride()              where tiles may be written as T with adjacent columns, or null
//   store(i, j, rows, columns, sums, pitch)   takes finished sums, row r of which is at sums + r * pitch: each of them
//                                             once, unless they were written in place
//   finishes()                                whether it wants to see also those that were

#include <tutti/kernel/gemm/blocking.hpp>
#include <tutti/kernel/gemm/packed.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// Rows [i, i + rows) and columns [j, j + columns) of a product of m x n elements.
struct product_part {
  index i, rows, j, columns, m, n;
};

/// Constructing it takes the scratch that it needs.
template <class T, class A, class B, class Store>
class product {
public:
  /// c = a b with k numbers to sum for each of its elements; `b` is the source of b's columns.
  product(const product_part& part, index k, const A& a, const B& b, const Store& store)
      : part_(part),
        k_(k),
        a_(a),
        b_(b),
        store_(store),
        cut_(choose_blocking<T>(part.columns, k)),
        kept_(find_kept()),
        memory_(scratch::of_this_thread()),
        most_rows_(part.rows) {
    constexpr index size = static_cast<index>(sizeof(T));
    // Packing an operand pays if it is read often enough afterwards: a's rows under many columns, b's columns over many
    // rows. It also pays if b comes from far away, as packing reads it in longer pieces than tiles do (16 rows by 4096 x
    // 4096: 49 GFLOP/s, in place 23), but never if the first cache holds b as it is.
    // What is computed is read in place from a block of the second cache.
    a_in_place_ = part.columns <= 4 * shape::columns && (a.in_place(0, 0) != nullptr || a_fits());
    b_in_place_ = !is_complex<T> && b.row_stride == 1 && b.in_place(0, 0) != nullptr &&
                  k * part.columns * size <= (part.rows <= 2 * shape::rows ? 2 * caches().second : caches().first);
    if (!kept_.panels) panels_of_b_ = memory_.take<T>(cut_.columns * cut_.depth + slack);
    const bool in_place = store.in_place(0, 0) != nullptr, waits = !in_place && !one_block();
    keeps_a_ = !a_in_place_ && cut_.columns < part.columns;
    if (keeps_a_ || waits) {
      most_rows_ = waits ? std::min(most_rows, most_waiting / part.columns) : most_rows;
      most_rows_ = std::min(part.rows, std::max<index>(most_rows_ / shape::rows, 8) * shape::rows);
    }
    if (is_computed<A> && a_in_place_) {
      most_rows_ = std::min(most_rows_, rows_that_fit());
      block_of_a_ = memory_.take<T>(most_rows_ * cut_.depth);
    }
    // Rows that stand next to each other are packed for some tiles at once: see copy_panels.
    if (a.row_stride == 1) rows_together_ = 8;
    const index tiles = (most_rows_ + shape::rows - 1) / shape::rows;
    panels_of_a_ = memory_.take<T>((keeps_a_ ? tiles : rows_together_) * shape::rows * cut_.depth + slack);
    block_ = memory_.take<T>(std::max(a.template block<shape::rows>(rows_together_ * shape::rows, cut_.depth),
                                      b.template block<shape::columns>(cut_.columns, cut_.depth)));
    if (in_place) return;
    band_ = memory_.take<T>(shape::rows * cut_.columns);
    if (waits) waiting_ = memory_.take<T>(most_rows_ * part.columns);
  }

  /// Products of quads of bytes, whose sums begin with so much in each row and each column of the part. What stands there
  /// for a tile beyond the part is read.
  void of_quads(const T* start_of_rows, const T* start_of_columns) {
    work_.of_quads = true;
    start_of_rows_ = start_of_rows;
    start_of_columns_ = start_of_columns;
  }

  void run() {
    for (i0_ = 0; i0_ < part_.rows; i0_ += rows_) {
      rows_ = std::min(most_rows_, part_.rows - i0_);
      for (l0_ = 0; l0_ == 0 || l0_ < k_; l0_ += cut_.depth) {
        work_.depth = std::min(cut_.depth, k_ - l0_);
        if (a_in_place_) settle_rows();
        for (j0_ = 0; j0_ < part_.columns; j0_ += cut_.columns) {
          columns_ = std::min(cut_.columns, part_.columns - j0_);
          pack_columns();
          run_block();
        }
      }
    }
  }

private:
  using shape = tile_shape<T>;
  static constexpr index slack = simd::lanes<T>; // what packing may overwrite beyond the panels
  // Rows that stay packed, or whose sums wait in memory of their own, at once, and such sums: what is kept should not fill
  // the last cache, and packing b again for the next rows must cost little beside them.
  static constexpr index most_rows = 2048, most_waiting = index{1} << 22;

  // Multiplies the packed columns' steps with all rows.
  void run_block() {
    const bool last = l0_ + cut_.depth >= k_;
    index stored = 0;
    for (index i = 0; i < rows_; i += work_.rows) {
      i = take_rows(i);
      for (index j = 0; j < columns_; j += work_.columns) {
        j = take_columns(j);
        compute(i, j, last);
      }
      if (!last) continue;
      const index row = part_.i + i0_ + i, column = part_.j + j0_;
      if (!band_) {
        // Rows that are computed once more, together with others, have lost what the store made of them.
        if (store_.finishes())
          store_(row, column, work_.rows, columns_, store_.in_place(row, column), store_.row_stride());
      } else {
        const index again = std::max<index>(stored - i, 0);
        store_(row + again, column, work_.rows - again, columns_, band_ + again * cut_.columns, cut_.columns);
        stored = i + work_.rows;
      }
    }
  }

  // The part's columns of b, if they are packed already.
  packed_columns<T> find_kept() const {
    if constexpr (requires { find_packed(b_, part_.j, part_.columns, k_); })
      return find_packed(b_, part_.j, part_.columns, k_);
    else return {};
  }

  bool one_block() const { return k_ <= cut_.depth; }

  template <class Source>
  static constexpr bool is_computed = std::same_as<Source, computed_source<T>>;
  // Whole tiles, though no more rows than there are.
  index rows_that_fit() const {
    const index fitting = caches().second / 4 / (cut_.depth * static_cast<index>(sizeof(T)));
    return fitting >= part_.rows ? part_.rows : fitting / shape::rows * shape::rows;
  }
  // Fewer rows at once mean that columns are packed more often, which should not compute them more often.
  bool a_fits() const {
    return is_computed<A> && rows_that_fit() >= std::min(part_.rows, is_computed<B> ? part_.rows : 4 * shape::rows);
  }
  // Where tiles read the rows of a.
  void settle_rows() {
    const index row = part_.i + i0_;
    if constexpr (is_computed<A>) rows_of_a_ = a_.settle(row, rows_, l0_, work_.depth, block_of_a_);
    else rows_of_a_ = {a_.in_place(row, l0_), a_.row_stride, a_.step_stride};
  }

  // Packs the columns of b that tiles cannot read where they are: all, or those that fill no tile. With one block of
  // steps nothing is added up in memory, and these are computed once more together with some before them instead.
  void pack_columns() {
    if (kept_.panels) return;
    packed_from_ = !b_in_place_                                ? 0
                   : one_block() && columns_ >= simd::lanes<T> ? columns_
                                                               : columns_ / shape::columns * shape::columns;
    if (packed_from_ == columns_) return;
    if constexpr (is_computed<A> && std::same_as<A, B>)
      if (a_in_place_ && a_ == b_ && part_.i == part_.j && i0_ == 0 && part_.columns <= rows_)
        return rows_of_a_.template pack<shape::columns, is_complex<T>>(
            j0_ + packed_from_, columns_ - packed_from_, 0, work_.depth, panels_of_b_ + packed_from_ * work_.depth);
    b_.template pack<shape::columns, is_complex<T>>(part_.j + j0_ + packed_from_, columns_ - packed_from_, l0_,
                                                    work_.depth, panels_of_b_ + packed_from_ * work_.depth, block_);
  }

  // Makes rows from the i-th on ready to be multiplied; returns the first that is, which may be one from before.
  index take_rows(index i) {
    work_.rows = std::min(shape::rows, rows_ - i);
    if (a_in_place_) {
      const index enough = shape::height(shape::variant_for(work_.rows));
      const index within = shape::variant_within(work_.rows);
      if (enough == work_.rows || (one_block() && enough <= rows_)) {
        i = std::min(i, rows_ - enough);
        work_.rows = enough;
        return rows_in_place(i);
      }
      if (within >= 0) {
        work_.rows = shape::height(within);
        return rows_in_place(i);
      }
    }
    const index within = a_in_place_ ? 0 : i % (rows_together_ * shape::rows);
    T* const panels = panels_of_a_ + (keeps_a_ ? i - within : 0) * work_.depth;
    if (a_in_place_) rows_of_a_.template pack<shape::rows>(i, work_.rows, 0, work_.depth, panels);
    else if (within == 0 && (!keeps_a_ || j0_ == 0))
      a_.template pack<shape::rows>(part_.i + i0_ + i, std::min(rows_together_ * shape::rows, rows_ - i), l0_,
                                    work_.depth, panels, block_);
    work_.a = panels + within * work_.depth;
    work_.a_row = 1;
    work_.a_step = shape::rows;
    return i;
  }

  index rows_in_place(index i) {
    work_.a = rows_of_a_.data + i * rows_of_a_.row_stride;
    work_.a_row = rows_of_a_.row_stride;
    work_.a_step = rows_of_a_.step_stride;
    return i;
  }

  // The same for columns.
  index take_columns(index j) {
    constexpr index C = shape::columns, N = simd::lanes<T>;
    work_.columns = std::min(C, columns_ - j);
    if (kept_.panels) {
      work_.b = kept_.panels + (j0_ + j) / C * kept_.pitch + l0_ * C;
      work_.b_step = C;
      return j;
    }
    if (j >= packed_from_) {
      work_.b = panels_of_b_ + j * work_.depth;
      work_.b_step = C;
      return j;
    }
    if (work_.columns < C) {
      const bool both = work_.columns > N && columns_ >= C;
      if (both || work_.columns <= N) j = columns_ - (both ? C : N);
      work_.columns = both ? C : N;
    }
    work_.b = b_.in_place(part_.j + j0_ + j, l0_);
    work_.b_step = b_.step_stride;
    return j;
  }

  // Sums of some of the steps wait in the result itself, or in memory of their own where that cannot hold them.
  void compute(index i, index j, bool last) {
    T* const result = band_ ? band_ + j : store_.in_place(part_.i + i0_ + i, part_.j + j0_ + j);
    const index result_row = band_ ? cut_.columns : store_.row_stride();
    T* const sums = waiting_ ? waiting_ + i * part_.columns + j0_ + j : result;
    const index sums_row = waiting_ ? part_.columns : result_row;
    work_.before = l0_ == 0 ? nullptr : sums;
    work_.before_row = sums_row;
    work_.c = last ? result : sums;
    work_.c_row = last ? result_row : sums_row;
    if (work_.of_quads) {
      work_.start_of_row = l0_ == 0 ? start_of_rows_ + i0_ + i : nullptr;
      work_.start_of_column = start_of_columns_ + j0_ + j;
    }
    multiply_tile(work_);
  }

  product_part part_;
  index k_;
  const A& a_;
  const B& b_;
  const Store& store_;
  blocking cut_;
  packed_columns<T> kept_;
  scratch::frame memory_;
  bool a_in_place_ = false, b_in_place_ = false;
  T* panels_of_b_ = nullptr;
  T* panels_of_a_ = nullptr;
  T* block_ = nullptr;      // what is computed and then packed
  T* block_of_a_ = nullptr; // what is computed and then read in place
  strided_source<T, T> rows_of_a_{};
  index rows_together_ = 1; // tiles whose rows of a are packed at once
  bool keeps_a_ = false;    // packed rows wait for the other blocks of columns
  T* band_ = nullptr;       // the results of one tile's rows, where they do not stand in place
  T* waiting_ = nullptr;    // sums of some of the steps
  index most_rows_;         // at once
  const T* start_of_rows_ = nullptr;
  const T* start_of_columns_ = nullptr;

  // Where run() is: the block's first column and row, their numbers, its first step, and the first column that is packed.
  index j0_ = 0, columns_ = 0, i0_ = 0, rows_ = 0, l0_ = 0, packed_from_ = 0;
  tile_work<T> work_;
};

} // namespace kernel

TUTTI_NAMESPACE_END
