// SPDX-License-Identifier: MIT
#pragma once

// Products of matrices in memory, and of matrices and vectors. The numbers that make an element of the result are added
// in an order that depends on the matrices' sizes and layouts alone, whatever the threads.

#include <tutti/kernel/gemm/product.hpp>
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

/// c = a b for an m x k matrix a, a k x n matrix b and their m x n product, on so many threads. `b` is the source of b's
/// columns.
template <class T, class A, class B, class Store>
void multiply_matrices(index m, index n, index k, const A& a, const B& b, const Store& store, int threads) {
  if (threads == 1) return product<T, A, B, Store>({0, m, 0, n}, k, a, b, store).run();
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
    const double packed = static_cast<double>(m) * static_cast<double>(candidate) +
                          static_cast<double>(n) * static_cast<double>(threads / candidate);
    if (candidate == 1 || packed < least) {
      across = candidate;
      least = packed;
    }
  }
  const index down = threads / across;
  parallel_ranges(down * across, threads, [&](index begin, index end) {
    for (index part = begin; part < end; ++part) {
      const index i = share(m, shape::rows, down, part / across),
                  i_end = share(m, shape::rows, down, part / across + 1);
      const index j = share(n, shape::columns, across, part % across),
                  j_end = share(n, shape::columns, across, part % across + 1);
      if (i < i_end && j < j_end) product<T, A, B, Store>({i, i_end - i, j, j_end - j}, k, a, b, store).run();
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
