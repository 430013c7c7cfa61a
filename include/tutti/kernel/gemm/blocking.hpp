// SPDX-License-Identifier: MIT
#pragma once

// How a matrix product is cut so that what is read again is still in a cache.

#include <algorithm>

#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

#include <tutti/kernel/gemm/tile.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// The first two caches of a core, in bytes.
struct cache_sizes {
  index first = index{32} << 10;
  index second = index{512} << 10; // where the system does not say: what most cores have at least
};

inline const cache_sizes& caches() {
  static const cache_sizes found = [] {
    cache_sizes sizes;
#if defined(_SC_LEVEL1_DCACHE_SIZE) && defined(_SC_LEVEL2_CACHE_SIZE)
    if (const long first = sysconf(_SC_LEVEL1_DCACHE_SIZE); first > 0) sizes.first = first;
    if (const long second = sysconf(_SC_LEVEL2_CACHE_SIZE); second > sizes.first) sizes.second = second;
#endif
    return sizes;
  }();
  return found;
}

/// Whether rows so many elements apart come to the same few lines of most first caches: at multiples of 4 KiB.
template <class T>
constexpr bool is_crowded(index row_stride) { return row_stride % (4096 / static_cast<index>(sizeof(T))) == 0; }

/// The size of parts into which `whole` is cut: at most `most`, all equal but for a smaller last one, a multiple of Step.
template <index Step>
constexpr index even_part(index whole, index most) {
  const auto up = [](index size) { return (size + Step - 1) / Step * Step; };
  if (whole <= most) return up(std::max<index>(whole, 1));
  const index parts = (whole + most - 1) / most;
  return up((whole + parts - 1) / parts);
}

/// A product's blocks: `depth` steps are summed at once, of `columns` columns of b, which are packed together, under one
/// tile's rows of a after the other.
struct blocking {
  index depth, columns;
};

/// The most steps that are summed at once.
template <class T>
index most_depth() {
  // A tile's rows of a are read again for each tile of the row, from three fifths of the first cache; a tile's columns of b
  // pass through the rest. More steps at once mean fewer sums in memory: 512 floats instead of 200, with 48 KiB, save 4 %.
  static const index most =
      std::clamp<index>(3 * caches().first / 5 / (tile_shape<T>::rows * static_cast<index>(sizeof(T))), 64, 512) / 4 *
      4;
  return most;
}

template <class T>
blocking choose_blocking(index n, index k) {
  using shape = tile_shape<T>;
  constexpr index size = static_cast<index>(sizeof(T));
  blocking cut;
  cut.depth = even_part<4>(k, most_depth<T>());
  // The packed columns of b are read again for each tile's rows of a, from half of the second cache.
  const index half = caches().second / 2;
  const bool fits = n * cut.depth * size <= half;
  const index most_columns = fits ? n : half / (cut.depth * size) / shape::columns * shape::columns;
  cut.columns = even_part<shape::columns>(n, std::max(most_columns, 2 * shape::columns));
  return cut;
}

} // namespace kernel

TUTTI_NAMESPACE_END
