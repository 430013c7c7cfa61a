// SPDX-License-Identifier: MIT
#pragma once

// Running folds in place, along a row or down the rows.

#include <tutti/kernel/simd.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// Each of n elements, `stride` apart, becomes the fold of those up to it.
template <class Op, class T>
void scan_row(const Op& op, T* data, index stride, index n) {
  if (n == 0) return;
  T running = data[0];
  for (index j = 1; j < n; ++j) {
    running = op.combine(running, data[j * stride]);
    data[j * stride] = running;
  }
}

/// Each of `rows` rows of n consecutive elements becomes the fold of those up to it.
template <class Op, class T>
void scan_columns(const Op& op, T* data, index row_stride, index rows, index n) {
  constexpr index N = simd::lanes<T>;
  for (index r = 1; r < rows; ++r) {
    T* const row = data + r * row_stride;
    const T* const above = row - row_stride;
    index j = 0;
    for (; j + N <= n; j += N) simd::store(row + j, op.combine(simd::load<N>(above + j), simd::load<N>(row + j)));
    for (; j < n; ++j) row[j] = op.combine(above[j], row[j]);
  }
}

} // namespace kernel

TUTTI_NAMESPACE_END
