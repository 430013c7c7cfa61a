// SPDX-License-Identifier: MIT
#pragma once

// Products of matrices, c = a b, as in K. Goto and R. van de Geijn, "Anatomy of high-performance matrix multiplication",
// ACM TOMS 34 (2008), and the BLIS papers: tiles of c are summed in registers from packed panels of a and b. Operands come
// through sources (gemm/pack.hpp), results leave through a store:
//
//   in_place(i, j), row_stride()           where tiles may stand in memory as T with adjacent columns, or null
//   store(i, j, rows, columns, tile, pitch)   takes a finished tile, row r of which is at tile + r * pitch
//
// The numbers that make an element of c are added in an order that depends on k alone, whatever the threads.

#include <tutti/kernel/gemm/blocking.hpp>
#include <tutti/kernel/gemm/vector.hpp>
#include <tutti/kernel/parallel.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// A matrix in memory: element (i, j) stands at data[i * row_stride + j * column_stride]. Strides may be 0 or negative.
template <class T>
struct matrix {
  T* data;
  index row_stride, column_stride;
  matrix turned() const { return {data, column_stride, row_stride}; }
};
template <class T>
matrix(T*, index, index) -> matrix<T>;

/// The type that products of elements of type T are summed in. A sum of floats that are 0 or 1 is 0 only if all are, so
/// they count for bools.
template <class T>
using accumulator_t = std::conditional_t<std::same_as<T, bool>, float, compute_t<T>>;

/// Writes results, summed as T, to memory.
template <class T, class To>
struct strided_store {
  matrix<To> to;

  T* in_place(index i, index j) const {
    if constexpr (std::same_as<T, To>)
      if (to.column_stride == 1) return to.data + i * to.row_stride + j;
    return nullptr;
  }
  index row_stride() const { return to.row_stride; }

  void operator()(index i, index j, index rows, index columns, const T* tile, index pitch) const {
    for (index r = 0; r < rows; ++r) {
      To* const row = to.data + (i + r) * to.row_stride + j * to.column_stride;
      write(row, to.column_stride, columns, tile + r * pitch);
    }
  }
  static void write(To* row, index stride, index count, const T* from) {
    constexpr index N = simd::lanes<T>;
    alignas(storage_alignment) To part[static_cast<std::size_t>(N)];
    for (index j = 0; j < count; j += N) {
      const index here = std::min(N, count - j);
      const auto v = detail::load_row<N, true>(from + j, 1, here);
      if (stride == 1) {
        if (here == N) simd::store(row + j, v);
        else simd::store_partial(row + j, v, here);
      } else {
        simd::store(part, v);
        scatter_row(part, row + j * stride, stride, here);
      }
    }
  }
};

/// A part of a product: rows [i, i + rows) and columns [j, j + columns).
struct product_part {
  index i, rows, j, columns;
};

namespace detail {

// Under so few columns an operand's rows are not worth packing: tiles read them where they are.
template <class T>
inline constexpr index narrow = 4 * tile_shape<T>::columns;
// Over so few rows the other operand's columns are not.
template <class T>
inline constexpr index low = 2 * tile_shape<T>::rows;

} // namespace detail

/// Computes a part of c = a b on this thread. `b` is the source of b's columns.
template <class T, class A, class B, class Store>
void multiply_part(const product_part& part, index k, const A& a, const B& b, const Store& store) {
  using shape = tile_shape<T>;
  constexpr index R = shape::rows, C = shape::columns, slack = simd::lanes<T>;
  const blocking cut = choose_blocking<T>(part.columns, k);
  const index depth = std::min(cut.depth, std::max<index>(k, 1));
  const bool many_blocks = k > cut.depth;
  const bool a_in_place = part.columns <= detail::narrow<T> && a.in_place(0, 0) != nullptr;
  const bool b_in_place = !is_complex<T> && part.rows <= detail::low<T> && b.row_stride == 1 && b.in_place(0, 0) != nullptr;

  scratch::frame memory(scratch::of_this_thread());
  T* const panels_of_b = memory.take<T>(cut.columns * depth + slack);
  T* const panel_of_a = memory.take<T>(R * depth + slack);
  T* const tile = memory.take<T>(R * C);
  // Sums of some of the blocks wait in the result itself, or in memory of their own where that cannot hold them.
  storage<T> waiting;
  if (many_blocks && store.in_place(0, 0) == nullptr) waiting = allocate<T>(part.rows * cut.columns);

  for (index j0 = 0; j0 < part.columns; j0 += cut.columns) {
    const index columns = std::min(cut.columns, part.columns - j0);
    for (index l0 = 0; l0 == 0 || l0 < k; l0 += cut.depth) {
      tile_work<T> work;
      work.depth = std::min(cut.depth, k - l0);
      const bool first = l0 == 0, last = l0 + cut.depth >= k;
      // Whole panels may stay where they are; one with missing columns must not be read beyond them.
      const index packed_from = b_in_place ? columns / C * C : 0;
      b.template pack<C, is_complex<T>>(part.j + j0 + packed_from, columns - packed_from, l0, work.depth,
                                        panels_of_b + packed_from * work.depth);
      for (index i0 = 0; i0 < part.rows; i0 += R) {
        work.rows = std::min(R, part.rows - i0);
        if (a_in_place && work.rows == R) {
          work.a = a.in_place(part.i + i0, l0);
          work.a_row = a.row_stride;
          work.a_step = a.step_stride;
        } else {
          a.template pack<R>(part.i + i0, work.rows, l0, work.depth, panel_of_a);
          work.a = panel_of_a;
          work.a_row = 1;
          work.a_step = R;
        }
        for (index j = 0; j < columns; j += C) {
          work.columns = std::min(C, columns - j);
          if (j < packed_from) {
            work.b = b.in_place(part.j + j0 + j, l0);
            work.b_step = b.step_stride;
          } else {
            work.b = panels_of_b + j * work.depth;
            work.b_step = C;
          }
          T* const result = store.in_place(part.i + i0, part.j + j0 + j);
          T* const sums = waiting ? waiting.get() + i0 * cut.columns + j : result;
          const index pitch = waiting ? cut.columns : store.row_stride();
          work.before = first ? nullptr : sums;
          work.before_row = pitch;
          if (last && !result) {
            work.c = tile;
            work.c_row = C;
            multiply_tile(work);
            store(part.i + i0, part.j + j0 + j, work.rows, work.columns, tile, C);
          } else {
            work.c = last ? result : sums;
            work.c_row = last ? store.row_stride() : pitch;
            multiply_tile(work);
          }
        }
      }
    }
  }
}

/// c = a b for an m x k matrix a, a k x n matrix b and their m x n product, on so many threads. `b` is the source of b's
/// columns.
template <class T, class A, class B, class Store>
void multiply_matrices(index m, index n, index k, const A& a, const B& b, const Store& store, int threads) {
  using shape = tile_shape<T>;
  const auto share = [](index size, index step, index parts, index part) {
    const index tiles = (size + step - 1) / step;
    return std::min(tiles * part / parts * step, size);
  };
  // The grid of parts whose operands are the smallest together, for each packs its own.
  index across = 1;
  double least = 0;
  for (index candidate = 1; candidate <= threads; ++candidate) {
    if (threads % candidate != 0) continue;
    const double packed = static_cast<double>(m) * static_cast<double>(candidate) + static_cast<double>(n) * static_cast<double>(threads / candidate);
    if (candidate == 1 || packed < least) {
      across = candidate;
      least = packed;
    }
  }
  const index down = threads / across;
  parallel_ranges(down * across, threads, [&](index begin, index end) {
    for (index part = begin; part < end; ++part) {
      const index i = share(m, shape::rows, down, part / across), i_end = share(m, shape::rows, down, part / across + 1);
      const index j = share(n, shape::columns, across, part % across),
                  j_end = share(n, shape::columns, across, part % across + 1);
      if (i < i_end && j < j_end) multiply_part<T>({i, i_end - i, j, j_end - j}, k, a, b, store);
    }
  });
}

/// y = a x for a matrix of m rows of k steps, on so many threads. `x` is a source of one row.
template <class T, class A, class X, class Emit>
void multiply_vector(index m, index k, const A& a, const X& x, const Emit& emit, int threads) {
  const storage<T> buffer = x.adjacent_steps() ? nullptr : allocate<T>(k);
  const T* const vector = x.row(0, 0, k, buffer.get());
  const bool by_columns = std::abs(a.row_stride) < std::abs(a.step_stride) && m > 1;
  parallel_ranges(m, threads, [&](index first, index last) {
    if (by_columns) columns_by_vector<T>(first, last, k, a.turned(), vector, emit);
    else rows_by_vector<T>(first, last, k, a, vector, emit);
  });
}

/// c = a b, summed as T, for matrices in memory of m x k, k x n and m x n elements.
template <class T, class A, class B, class C>
void multiply(index m, index n, index k, const matrix<A>& a, const matrix<B>& b, const matrix<C>& c, int threads) {
  if (m == 0 || n == 0) return;
  const strided_source<T, std::remove_const_t<A>> rows{a.data, a.row_stride, a.column_stride};
  const strided_source<T, std::remove_const_t<B>> columns{b.data, b.column_stride, b.row_stride};
  const auto write = [](C* to, index stride) {
    return [=](index first, index count, const T* results) {
      strided_store<T, C>::write(to + first * stride, stride, count, results);
    };
  };
  if (n == 1) multiply_vector<T>(m, k, rows, columns, write(c.data, c.row_stride), threads);
  else if (m == 1) multiply_vector<T>(n, k, columns, rows, write(c.data, c.column_stride), threads);
  else if (c.row_stride == 1 && c.column_stride != 1)
    multiply_matrices<T>(n, m, k, columns, rows, strided_store<T, C>{c.turned()}, threads);
  else multiply_matrices<T>(m, n, k, rows, columns, strided_store<T, C>{c}, threads);
}

} // namespace kernel

TUTTI_NAMESPACE_END
