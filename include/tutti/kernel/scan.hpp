// SPDX-License-Identifier: MIT
#pragma once

// Running folds in place, along a row or down the rows.

#include <tutti/kernel/simd.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// Where the elements of one line stand, and those of the next.
template <class T>
struct scan_lines {
  T* data;
  index stride = 1; // along the scan
  index line = 0;   // from line to line
};

/// Lines that are scanned side by side: one addition does not wait for the one before it in another line.
inline constexpr index lines_at_once = 4;

/// Scans up to lines_at_once lines of n elements in place.
template <class Op, class T>
void scan_along(const Op& op, const scan_lines<T>& at, index lines, index n) {
  if (n == 0) return;
  if (lines == lines_at_once) {
    [&]<index... L>(std::integer_sequence<index, L...>) {
      T running[] = {at.data[L * at.line]...};
      for (index j = 1; j < n; ++j)
        ((running[L] = at.data[L * at.line + j * at.stride] =
              op.combine(running[L], at.data[L * at.line + j * at.stride])),
         ...);
    }(std::make_integer_sequence<index, lines_at_once>{});
    return;
  }
  for (index l = 0; l < lines; ++l) {
    T* const line = at.data + l * at.line;
    T running = line[0];
    for (index j = 1; j < n; ++j) running = line[j * at.stride] = op.combine(running, line[j * at.stride]);
  }
}

/// Scans n neighbouring lines, each of which goes down `rows` rows, in place.
template <class Op, class T>
void scan_down(const Op& op, const scan_lines<T>& at, index rows, index n) {
  constexpr index N = simd::lanes<T>;
  for (index r = 1; r < rows; ++r) {
    T* const row = at.data + r * at.stride;
    const T* const above = row - at.stride;
    index j = 0;
    for (; j + N <= n; j += N) simd::store(row + j, op.combine(simd::load<N>(above + j), simd::load<N>(row + j)));
    for (; j < n; ++j) row[j] = op.combine(above[j], row[j]);
  }
}

} // namespace kernel

TUTTI_NAMESPACE_END
