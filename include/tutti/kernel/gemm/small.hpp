// SPDX-License-Identifier: MIT
#pragma once

// Products of matrices so small that packing them would take longer than reading them where they are.

#include <tutti/kernel/gemm/blocking.hpp>

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

/// Whether a product of so many rows, columns and steps is one for multiply_small.
template <class T>
bool is_small(index m, index n, index k, const matrix<const T>& a, const matrix<const T>& b, const matrix<T>& c) {
  using shape = tile_shape<T>;
  // Operands of up to so many elements each stay in the second cache, on fewer pages than translations are kept of.
  constexpr index most = (index{1} << 17) / static_cast<index>(sizeof(T));
  if (is_complex<T> || b.column_stride != 1 || c.column_stride != 1) return false;
  if (m < shape::height(0) || n < 2 || m * k > most || n * k > most || k > most_depth<T>()) return false;
  return k <= shape::rows || (!is_crowded<T>(a.row_stride) && !is_crowded<T>(b.row_stride));
}

/// c = a b, for matrices that are small, to the bits of `product`.
template <class T>
void multiply_small(index m, index n, index k, const matrix<const T>& a, const matrix<const T>& b, const matrix<T>& c) {
  using shape = tile_shape<T>;
  tile_work<T> work;
  work.depth = k;
  work.a_row = a.row_stride;
  work.a_step = a.column_stride;
  work.b_step = b.row_stride;
  work.c_row = c.row_stride;
  for (index i = 0; i < m; i += work.rows) {
    work.rows = shape::height_for(m - i);
    if (work.rows > m) work.rows = shape::height(shape::variant_within(m));
    // The last rows are computed together with some before them, again.
    i = std::min(i, m - work.rows);
    work.a = a.data + i * a.row_stride;
    for (index j = 0; j < n; j += shape::columns) {
      work.columns = std::min(shape::columns, n - j);
      work.b_ends = work.columns % shape::lanes != 0;
      work.b = b.data + j;
      work.c = c.data + i * c.row_stride + j;
      multiply_tile(work);
    }
  }
}

} // namespace kernel

TUTTI_NAMESPACE_END
