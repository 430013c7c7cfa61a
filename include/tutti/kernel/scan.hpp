// SPDX-License-Identifier: MIT
#pragma once

// Running folds, along a row or down the rows.

#include <algorithm>

#include <tutti/kernel/simd.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// Where the elements of one line stand, and those of the next.
template <class T>
struct scan_lines {
  T* data;
  index stride = 1; // along the scan
  index line = 0;   // from line to line

  TUTTI_INLINE T& at(index l, index j) const { return data[l * line + j * stride]; }
};

/// Lines that are scanned side by side: one addition does not wait for the one before it in another line.
inline constexpr index lines_at_once = 4;

/// Scans up to lines_at_once lines of n elements; `from` may be `to`.
template <class Op, class T>
void scan_along(const Op& op, const scan_lines<const T>& from, const scan_lines<T>& to, index lines, index n) {
  if (n == 0) return;
  if (lines == lines_at_once) {
    [&]<index... L>(std::integer_sequence<index, L...>) {
      T running[] = {(to.at(L, 0) = from.at(L, 0))...};
#pragma GCC unroll 1 // of four elements at once clang keeps the addresses in memory
      for (index j = 1; j < n; ++j) ((to.at(L, j) = running[L] = op.combine(running[L], from.at(L, j))), ...);
    }(std::make_integer_sequence<index, lines_at_once>{});
    return;
  }
  for (index l = 0; l < lines; ++l) {
    T running = to.at(l, 0) = from.at(l, 0);
    for (index j = 1; j < n; ++j) to.at(l, j) = running = op.combine(running, from.at(l, j));
  }
}

/// Scans n neighbouring lines, each of which goes down `rows` rows; `from` may be `to`. Both lie side by side.
template <class Op, class T>
void scan_down(const Op& op, const scan_lines<const T>& from, const scan_lines<T>& to, index rows, index n) {
  constexpr index N = simd::lanes<T>;
  if (from.data != to.data) std::copy_n(from.data, n, to.data);
  for (index r = 1; r < rows; ++r) {
    T* const row = to.data + r * to.stride;
    const T *const above = row - to.stride, *const next = from.data + r * from.stride;
    index j = 0;
    for (; j + N <= n; j += N) simd::store(row + j, op.combine(simd::load<N>(above + j), simd::load<N>(next + j)));
    for (; j < n; ++j) row[j] = op.combine(above[j], next[j]);
  }
}

} // namespace kernel

TUTTI_NAMESPACE_END
