// SPDX-License-Identifier: MIT
#pragma once

// The innermost loop of a matrix product: a tile of the result that fills the registers.

#include <algorithm>
#include <array>
#include <utility>

#include <tutti/kernel/simd.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// How many elements a tile has. Its columns are two registers, so that each number of `a` that is spread over a register
/// works twice; its rows are as many as leave registers for a row of `b` and that number. A complex tile has one pack of
/// columns, which is two registers already, and the negative of `b`'s imaginary parts beside it.
template <class T>
struct tile_shape {
#if TUTTI_REGISTER_BYTES == 64 || defined(__aarch64__)
  static constexpr index registers = 32;
#else
  static constexpr index registers = 16;
#endif
  static constexpr index lanes = simd::lanes<T>;
  static constexpr index packs = is_complex<T> ? 1 : 2;
  static constexpr index columns = packs * lanes;
  // Where a product is not fused with its sum, it stands in a register of its own.
  static constexpr bool fused = simd::has_fma && std::floating_point<real_t<T>>;
  static constexpr index occupied = (is_complex<T> ? 3 + 2 : packs + 1) + (fused ? 0 : 1);
  // Of many rows a multiple of four: 12 instead of 14 lose less at the edges (products of 32 and 48 squared take 6 % less
  // time), and are as fast where there are none.
  static constexpr index most = (registers - occupied) / 2;
  static constexpr index rows = most >= 8 ? most / 4 * 4 : most;
  // Tiles at the lower edge have fewer rows: one of these heights.
  static constexpr index heights = 3;
  static constexpr index step = rows >= 8 ? 4 : 2;
  static constexpr index height(index variant) { return variant < 2 ? (variant + 1) * step : rows; }
  /// The least height of at least so many rows, and the greatest of at most so many, -1 where there is none.
  static constexpr index variant_for(index count) { return std::min<index>((count - 1) / step, 2); }
  static constexpr index variant_within(index count) {
    return count >= rows ? 2 : std::min<index>(count / step, 2) - 1;
  }
  /// The height to begin with where `count` rows are cut into tiles of these heights in the shortest time.
  static constexpr index height_for(index count) {
    return height(best_variant[static_cast<std::size_t>(std::min(count, 2 * rows))]);
  }

private:
  static constexpr auto best_variant = [] {
    std::array<index, static_cast<std::size_t>(2 * rows + 1)> best{}, time{};
    for (std::size_t count = 1; count < best.size(); ++count)
      for (index variant = 0; variant < heights; ++variant) {
        // In half rows: a tile itself takes as long as half a row, and no tile less time than one with so many sums: with
        // eight, a step of the widest registers takes 11 cycles instead of 8.
        constexpr index in_flight = rows >= 8 ? 12 : 8;
        const auto left = static_cast<std::size_t>(std::max<index>(static_cast<index>(count) - height(variant), 0));
        const index taken = 2 * std::max(height(variant), in_flight / packs) + 1 + time[left];
        if (variant == 0 || taken <= time[count]) {
          best[count] = variant;
          time[count] = taken;
        }
      }
    return best;
  }();
};

/// Where a tile's numbers come from and go to: c = a b, or c = before + a b. `a` gives row r of step l at
/// a[r * a_row + l * a_step], `b` a row of packed columns at b + l * b_step, complex ones real parts first. No more than
/// `rows` rows and `columns` columns of `before` and `c` are touched, and of `b` no more than `columns` where it `ends`.
template <class T>
struct tile_work {
  index depth = 0;
  const T* a = nullptr;
  index a_row = 1, a_step = 0;
  const T* b = nullptr;
  index b_step = 0;
  bool b_ends = false;
  const T* before = nullptr; // null: nothing
  index before_row = 0;
  T* c = nullptr;
  index c_row = 0;
  index rows = 0, columns = 0;
  // Of bytes (bytes.hpp): what the sums of each row and of each column begin with, where there is nothing before.
  bool of_quads = false;
  const T* start_of_row = nullptr;
  const T* start_of_column = nullptr;
};

/// a * b + sum; for complex numbers in fused steps.
template <class T, index N>
TUTTI_INLINE auto multiply_add(const simd::pack<T, N>& a, const simd::pack<T, N>& b, const simd::pack<T, N>& sum) {
  if constexpr (is_complex<T>)
    return simd::pack<T, N>(simd::fma(-a.im, b.im, simd::fma(a.re, b.re, sum.re)),
                            simd::fma(a.im, b.re, simd::fma(a.re, b.im, sum.im)));
  else return simd::fma(a, b, sum);
}

namespace detail {

// How a tile's numbers lie: the rows of a next to each other, or a_row apart; those of b with whole packs of columns, or,
// beside rows of a that are apart, with a last pack that ends early. Numbers of `quads` are four bytes each, adjacent.
enum class tile_layout { adjacent, strided, ending, quads };

// A row of b, ready to be multiplied with; its last pack has `last` columns.
template <class T, index Packs>
struct tile_row {
  static constexpr index N = simd::lanes<T>;
  simd::pack<T, N> v[static_cast<std::size_t>(Packs)];

  TUTTI_INLINE explicit tile_row(const T* b, index last) {
#pragma GCC unroll 2
    for (index p = 0; p < Packs; ++p)
      v[p] = p == Packs - 1 && last != N ? simd::load_partial<N>(b + p * N, last) : simd::load<N>(b + p * N);
  }
  TUTTI_INLINE auto times(const T* a, index p, const simd::pack<T, N>& sum) const {
    return simd::fma(simd::broadcast<T, N>(*a), v[p], sum);
  }
};

template <class T>
struct tile_row<std::complex<T>, 1> {
  static constexpr index N = simd::lanes<T>;
  simd::pack<T, N> re, im, minus_im;

  TUTTI_INLINE explicit tile_row(const std::complex<T>* b, index)
      : re(simd::load<N>(reinterpret_cast<const T*>(b))),
        im(simd::load<N>(reinterpret_cast<const T*>(b) + N)),
        minus_im(-im) {}
  TUTTI_INLINE auto times(const std::complex<T>* a, index, const simd::pack<std::complex<T>, N>& sum) const {
    const auto* parts = reinterpret_cast<const T*>(a);
    const auto a_re = simd::broadcast<T, N>(parts[0]), a_im = simd::broadcast<T, N>(parts[1]);
    return simd::pack<std::complex<T>, N>(simd::fma(a_im, minus_im, simd::fma(a_re, re, sum.re)),
                                          simd::fma(a_im, re, simd::fma(a_re, im, sum.im)));
  }
};

// Writes a tile's sums, rows `pitch` apart, where it is at an edge: once for all heights and layouts.
template <class T>
[[gnu::noinline]] void store_edge(const tile_work<T>& w, const T* sums, index pitch) {
  constexpr index N = simd::lanes<T>;
  for (index r = 0; r < w.rows; ++r)
    for (index j = 0; j < w.columns; j += N) {
      const index count = std::min(w.columns - j, N);
      auto sum = simd::load<N>(sums + r * pitch + j);
      if (w.before) sum = simd::load_partial<N>(w.before + r * w.before_row + j, count) + sum;
      simd::store_partial(w.c + r * w.c_row + j, sum, count);
    }
}

template <class T, index Rows, index Packs, tile_layout Layout>
[[gnu::noinline]] void multiply_tile(const tile_work<T>& w) {
  constexpr index N = simd::lanes<T>;
  using V = simd::pack<T, N>;
  V sum[static_cast<std::size_t>(Rows)][static_cast<std::size_t>(Packs)];
  // Copies: what is stored might be w for all that the compiler knows.
  T* const c = w.c;
  const T* const before = w.before;
  const index c_row = w.c_row, before_row = w.before_row;
  const bool whole = w.rows == Rows;
  const index count = std::min(w.columns - (Packs - 1) * N, N);
#pragma GCC unroll 16
  for (index r = 0; r < Rows; ++r) {
    // The result's lines are on their way from the second cache or beyond while the sums are made.
    if constexpr (Layout != tile_layout::ending)
      if (whole) __builtin_prefetch(c + r * c_row, 1);
#pragma GCC unroll 2
    for (index p = 0; p < Packs; ++p) {
      if constexpr (Layout == tile_layout::quads)
        sum[r][p] = w.start_of_row ? simd::broadcast<T, N>(w.start_of_row[r]) + simd::load<N>(w.start_of_column + p * N)
                                   : simd::broadcast<T, N>(T{});
      else sum[r][p] = simd::broadcast<T, N>(T{});
    }
  }

  // Rows apart are reached from one in five of them: 0 to 4 times a_row from there are what addresses can say with two
  // registers, and all of them together need no more registers than there are.
  constexpr bool apart = Layout == tile_layout::strided || Layout == tile_layout::ending;
  constexpr index group = apart ? 5 : Rows;
  const T* a[static_cast<std::size_t>((Rows + group - 1) / group)];
  const T* b = w.b;
  const index a_row = w.a_row, a_step = w.a_step, b_step = w.b_step;
#pragma GCC unroll 4
  for (index g = 0; g * group < Rows; ++g) {
    a[g] = w.a + g * group * a_row;
    asm("" : "+r"(a[g])); // or the compiler derives them all from the first
  }
  const index last = Layout == tile_layout::ending ? count : N;
#pragma GCC unroll 1 // two steps at once are more than clang finds registers for
  for (index l = w.depth; l > 0; --l) {
    const tile_row<T, Packs> row(b, last);
#pragma GCC unroll 16
    for (index r = 0; r < Rows; ++r) {
      const T* const number = a[r / group] + (r % group) * (apart ? a_row : 1);
#pragma GCC unroll 2
      for (index p = 0; p < Packs; ++p)
        if constexpr (Layout == tile_layout::quads)
          sum[r][p] = simd::dot_quads(row.v[p], simd::broadcast<T, N>(*number), sum[r][p]);
        else sum[r][p] = row.times(number, p, sum[r][p]);
    }
#pragma GCC unroll 4
    for (index g = 0; g * group < Rows; ++g) a[g] += a_step;
    b += b_step;
  }

  if (whole && count == N) {
    if (before) {
#pragma GCC unroll 16
      for (index r = 0; r < Rows; ++r) {
#pragma GCC unroll 2
        for (index p = 0; p < Packs; ++p) sum[r][p] = simd::load<N>(before + r * before_row + p * N) + sum[r][p];
      }
    }
#pragma GCC unroll 16
    for (index r = 0; r < Rows; ++r) {
#pragma GCC unroll 2
      for (index p = 0; p < Packs; ++p) simd::store(c + r * c_row + p * N, sum[r][p]);
    }
    return;
  }
  if constexpr (Packs == 1) // all that narrow results have
    if (whole && !before) {
#pragma GCC unroll 16
      for (index r = 0; r < Rows; ++r) simd::store_partial(c + r * c_row, sum[r][0], count);
      return;
    }
  alignas(simd::register_bytes) T sums[Rows * Packs * N];
#pragma GCC unroll 16
  for (index r = 0; r < Rows; ++r) {
#pragma GCC unroll 2
    for (index p = 0; p < Packs; ++p) simd::store(sums + (r * Packs + p) * N, sum[r][p]);
  }
  store_edge(w, sums, Packs * N);
}

template <class T, tile_layout Layout, index... I>
constexpr auto tile_table(std::integer_sequence<index, I...>) {
  using shape = tile_shape<T>;
  using function = void (*)(const tile_work<T>&);
  return std::array<std::array<function, sizeof...(I)>, 2>{
      {{multiply_tile<T, shape::height(I), 1, Layout>...},
       {multiply_tile<T, shape::height(I), shape::packs, Layout>...}}};
}

} // namespace detail

/// Multiplies a tile. `a` must have the next height's worth of rows, `b` whole packs unless it ends; what they hold beyond
/// rows and columns is not seen in the result.
template <class T>
void multiply_tile(const tile_work<T>& w) {
  using shape = tile_shape<T>;
  constexpr auto variants = std::make_integer_sequence<index, shape::heights>{};
  static constexpr auto adjacent = detail::tile_table<T, detail::tile_layout::adjacent>(variants);
  static constexpr auto strided = detail::tile_table<T, detail::tile_layout::strided>(variants);
  static constexpr auto ending = detail::tile_table<T, detail::tile_layout::ending>(variants);
  if constexpr (simd::has_dot_quads && std::same_as<T, std::int32_t>)
    if (w.of_quads) {
      static constexpr auto quads = detail::tile_table<T, detail::tile_layout::quads>(variants);
      return quads[w.columns > shape::lanes ? 1 : 0][static_cast<std::size_t>(shape::variant_for(w.rows))](w);
    }
  const auto& table = w.b_ends ? ending : w.a_row == 1 ? adjacent : strided;
  table[w.columns > shape::lanes ? 1 : 0][static_cast<std::size_t>(shape::variant_for(w.rows))](w);
}

} // namespace kernel

TUTTI_NAMESPACE_END
