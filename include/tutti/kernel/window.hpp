// SPDX-License-Identifier: MIT
#pragma once

// Windows over images that lie so that what neighbouring windows see at one tap is adjacent: registers hold neighbouring
// windows.

#include <array>

#include <tutti/kernel/gemm/pack.hpp>
#include <tutti/kernel/simd.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// Copies `count` elements `step` apart to adjacent numbers.
template <class From, class To>
void place_row(const From* from, index step, index count, To* to) {
  constexpr index N = simd::lanes<To>;
  const auto place = [&](auto adjacent) {
    const auto load = [&](index j, index n) {
      return simd::convert<To>(detail::load_row<N, adjacent.value>(from + j * step, step, n));
    };
    if (count < N) return simd::store_partial(to, load(0, count), count);
    // The last pack overlaps the one before: a store by mask takes a dozen cycles, a plain one takes one.
    for (index j = 0; j < count; j += N) {
      j = std::min(j, count - N);
      simd::store(to + j, load(j, N));
    }
  };
  if constexpr (std::floating_point<From>) {
    // Every second element is the real part of pairs of them. The last ones are imaginary parts, lest anything is read
    // behind the row's elements.
    if (step == 2 && count > N) {
      const auto pairs = [&](const From* p) { return simd::load<N>(reinterpret_cast<const std::complex<From>*>(p)); };
      for (index j = 0; j < count - N; j += N) simd::store(to + j, simd::convert<To>(pairs(from + 2 * j).re));
      return simd::store(to + count - N, simd::convert<To>(pairs(from + 2 * (count - N) - 1).im));
    }
  }
  if (step == 1) place(std::true_type{});
  else place(std::false_type{});
}

/// Where the elements of an image stand in a row of windows' places: place first + i holds element + i * step, for i < count.
/// Beside them is none.
struct placed_elements {
  index first, count, element, step;
};

/// Rows of windows' places: `places` of each, and their elements `stride` apart in rows of images `row` apart.
template <class From, class To>
struct laid_rows {
  placed_elements elements;
  index places, stride, row;
  To beside;

  /// Fills `rows` rows of places, whose sides may already stand there. Up to a register's numbers behind them are written too.
  void lay(const From* from, index rows, bool sides, To* to) const {
    const placed_elements& p = elements;
    from += p.element * stride;
    for (index r = 0; r < rows; ++r, from += row, to += places) {
      if (sides) fill(to, 0, p.first);
      place_row(from, p.step * stride, p.count, to + p.first);
      if (sides) fill(to, p.first + p.count, places);
    }
  }
  /// Fills rows without elements.
  void lay_beside(index rows, To* to) const { fill(to, 0, rows * places); }

private:
  void fill(To* to, index begin, index end) const {
    constexpr index N = simd::lanes<To>;
    const auto value = simd::broadcast<To, N>(beside);
    for (index j = begin; j < end; j += N) simd::store(to + j, value);
  }
};

/// Some rows of windows, of which registers hold neighbouring ones: so many windows in a row, and from one row to the next
/// in the image and in the result.
struct window_rows {
  index rows, windows, from_row, to_row;
};

/// Calls step(std::integral_constant<index, Packs>, from, to) with the offsets of eight packs at a time, or at the end of
/// four, two or one, until all are done. (Eight sums are in flight at once.) The last pack of a row overlaps the one before,
/// or is more than the row where that is shorter than a pack.
template <class T, class Step>
TUTTI_INLINE void for_each_window_packs(const window_rows& w, const Step& step) {
  constexpr index N = simd::lanes<T>;
  std::array<index, 8> from, to;
  index row = 0, next = 0;
  const auto some = [&](auto count) {
    for (std::size_t p = 0; p < static_cast<std::size_t>(count.value); ++p) {
      const index at = std::max<index>(std::min(next, w.windows - N), 0);
      from[p] = row * w.from_row + at;
      to[p] = row * w.to_row + at;
      next += N;
      if (next < w.windows) continue;
      next = 0;
      ++row;
    }
    step(count, from, to);
  };
  index left = w.rows * ((w.windows + N - 1) / N);
  for (; left >= 8; left -= 8) some(std::integral_constant<index, 8>{});
  if (left & 4) some(std::integral_constant<index, 4>{});
  if (left & 2) some(std::integral_constant<index, 2>{});
  if (left & 1) some(std::integral_constant<index, 1>{});
}

} // namespace kernel

TUTTI_NAMESPACE_END
