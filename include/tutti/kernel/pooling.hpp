// SPDX-License-Identifier: MIT
#pragma once

// The two steps of a pooling. What a window sees is folded across the rows of the image first, into a row of scratch, and
// then along that row: of a window of 3 x 3 each takes three, and the first step's packs are whole whatever the stride.

#include <span>

#include <tutti/kernel/reduce.hpp>
#include <tutti/kernel/window.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

namespace detail {

// Folds what stands at the taps of windows as Op combines it, and finishes each pack of results. `first(p)` and, for all taps
// but the first, `load(p)` have what neighbouring windows, `step` apart, see from p on. The last pack of a row overlaps the
// one before; rows shorter than a pack reach that far.
template <class Op, index N, class From, class Taps, class First, class Load, class Finish, class To>
TUTTI_INLINE void fold_at(const From* from, const Taps& at, const window_rows& w, index step, const First& first,
                          const Load& load, const Finish& finish, To* to) {
  const index rows = w.rows, windows = w.windows, from_row = w.from_row, to_row = w.to_row;
  const index last = std::max<index>(windows - N, 0);
  for (index row = 0; row < rows; ++row, from += from_row, to += to_row)
    for (index x = 0; x < windows; x += N) {
      x = std::min(x, last);
      const From* const p = from + x * step;
      auto folded = first(p + at[0]);
      for (std::size_t tap = 1; tap < at.size(); ++tap) folded = Op::combine(folded, load(p + at[tap]));
      simd::store(to + x, finish(folded));
    }
}
template <class Op, index N, class From, class First, class Load, class Finish, class To>
void fold_taps(const From* from, std::span<const index> taps, const window_rows& w, index step, const First& first,
               const Load& load, const Finish& finish, To* to) {
  // The most frequent ones are unrolled, and where their taps are stays in registers.
  if (taps.size() == 1) fold_at<Op, N>(from, std::array{taps[0]}, w, step, first, load, finish, to);
  else if (taps.size() == 2) fold_at<Op, N>(from, std::array{taps[0], taps[1]}, w, step, first, load, finish, to);
  else if (taps.size() == 3)
    fold_at<Op, N>(from, std::array{taps[0], taps[1], taps[2]}, w, step, first, load, finish, to);
  else fold_at<Op, N>(from, taps, w, step, first, load, finish, to);
}

} // namespace detail

/// Folds elements at the taps of windows that have one element of a row each, `step` from the next. Rows shorter than a pack
/// are followed by `beside`, as far as a pack reaches.
template <class Op, class From, class To>
void fold_rows(const From* from, index step, std::span<const index> taps, const window_rows& w, To beside, To* to) {
  constexpr index N = simd::lanes<To>;
  const auto fold = [&](auto adjacent, auto count, const auto& finish) {
    const auto load = [=](const From* p) {
      return simd::convert<To>(detail::load_row<N, adjacent.value>(p, step, count));
    };
    detail::fold_taps<Op, N>(from, taps, w, adjacent.value ? 1 : step, load, load, finish, to);
  };
  const auto ended = [&](const auto& v) {
    const auto inside =
        simd::iota<std::int32_t, N>() < simd::broadcast<std::int32_t, N>(static_cast<std::int32_t>(w.windows));
    return simd::select(inside, v, simd::broadcast<To, N>(beside));
  };
  constexpr std::integral_constant<index, N> whole;
  const auto as_it_is = [](const auto& v) { return v; };
  if (step == 1 && w.windows >= N) fold(std::true_type{}, whole, as_it_is);
  else if (step == 1) fold(std::true_type{}, w.windows, ended);
  else if (w.windows >= N) fold(std::false_type{}, whole, as_it_is);
  else fold(std::false_type{}, w.windows, ended);
}

/// Where the taps of windows that begin `step` from the next stand along a row, as fold_along_rows takes them. Windows that
/// move by two see neighbouring numbers in pairs, which are loaded together: of those, where the first stands, after a last
/// one that has no neighbour.
template <class T>
struct taps_along {
  index step;
  bool pairs, odd;
  std::span<const index> places;

  taps_along(index step_, index window, index dilation, index* to)
      : step(step_), pairs(step == 2 && dilation == 1 && window > 1 && has_pairs), odd(pairs && window % 2 == 1) {
    const index begin = odd ? 1 : 0, count = pairs ? (window + 1) / 2 : window;
    if (odd) to[0] = window - 1;
    for (index i = begin; i < count; ++i) to[i] = pairs ? 2 * (i - begin) : i * dilation;
    places = {to, static_cast<std::size_t>(count)};
  }
  static constexpr bool has_pairs = simd::lane<T> && simd::shuffled_lanes<T> > 0;
};

/// Folds numbers at the taps of windows along rows, and finishes the results, in packs of any lanes.
template <class Op, class T, class Finish, class To>
void fold_along_rows(const T* from, const taps_along<T>& taps, const window_rows& w, const Finish& finish, To* to) {
  constexpr index N = simd::lanes<T>;
  const index step = taps.step;
  if constexpr (taps_along<T>::has_pairs) {
    constexpr index M = simd::shuffled_lanes<T>;
    const auto load = [](const T* p) { return simd::detail::deinterleave(simd::load<M>(p), simd::load<M>(p + M)); };
    const auto pair = [=](const T* p) {
      const auto v = load(p);
      return Op::combine(v.re, v.im);
    };
    const auto single = [=](const T* p) { return load(p).re; };
    if (taps.odd) return detail::fold_taps<Op, M>(from, taps.places, w, 2, single, pair, finish, to);
    if (taps.pairs) return detail::fold_taps<Op, M>(from, taps.places, w, 2, pair, pair, finish, to);
    if (step == 2) return detail::fold_taps<Op, M>(from, taps.places, w, 2, single, single, finish, to);
  }
  const auto each = [=](const T* p) { return simd::load<N>(p); };
  if (step == 1) return detail::fold_taps<Op, N>(from, taps.places, w, 1, each, each, finish, to);
  const auto apart = [=](const T* p) { return simd::load_strided<N>(p, step); };
  detail::fold_taps<Op, N>(from, taps.places, w, step, apart, apart, finish, to);
}

/// The same of `window` adjacent numbers each, where registers hold a window's rather than neighbouring windows.
template <class Op, class T, class Finish, class To>
void fold_long_windows(const T* from, index step, index window, const window_rows& w, const Finish& finish, To* to) {
  constexpr index N = simd::lanes<T>;
  for (index row = 0; row < w.rows; ++row)
    for (index x = 0; x < w.windows; ++x) {
      const row_loader<T, N> numbers{from + row * w.from_row + x * step, -1};
      const T folded = reduce_row<N, T, 4>(Op{}, numbers, window);
      simd::store_partial(to + row * w.to_row + x, finish(simd::broadcast<T, N>(folded)), 1);
    }
}

} // namespace kernel

TUTTI_NAMESPACE_END
