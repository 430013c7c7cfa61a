// SPDX-License-Identifier: MIT
#pragma once

// The innermost loops of a convolution: some neighbouring pixels of the result times a register's worth or two of output
// channels. The image lies channels last, so that the channels under one tap of the window stand together and any
// stride, dilation and padding is a matter of where the pixels begin; the weights lie packed, output channels last.

#include <array>

#include <tutti/kernel/gemm.hpp>
#include <tutti/kernel/simd/transpose.hpp>
#include <tutti/kernel/window.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// A run of pixels of one row of the result, and a block of output channels.
template <class T>
struct window_work {
  const T* image = nullptr;    // the first tap's first channel under the first pixel
  index pixel = 0;             // from one pixel to the next, where output channels fill the registers
  const index* taps = nullptr; // where each tap of the window lies from the first
  index tap_count = 0;
  index taps_in_plane = 0, taps_in_row = 0;
  bool adjacent_rows = false; // where pixels fill the registers: a window's rows are those of neighbouring pixels
  index channels = 0;         // under one tap
  index channel = 1;          // from one to the next, where pixels fill the registers
  const T* weights = nullptr; // [tap][channel][outputs], whole packs
  T* sums = nullptr;          // [pixel][outputs]
  index outputs = 0;          // a row of weights and of sums: one or two packs
};

namespace detail {

template <class T, index Pixels, index Packs>
[[gnu::noinline]] void multiply_windows(const window_work<T>& w) {
  constexpr index N = simd::lanes<T>;
  using V = simd::pack<T, N>;
  V sum[static_cast<std::size_t>(Pixels)][static_cast<std::size_t>(Packs)];
#pragma GCC unroll 16
  for (index p = 0; p < Pixels; ++p)
#pragma GCC unroll 2
    for (index o = 0; o < Packs; ++o) sum[p][o] = simd::broadcast<T, N>(T{});
  const T* weights = w.weights;
  const index pixel = w.pixel;
  for (index tap = 0; tap < w.tap_count; ++tap) {
    const T* a = w.image + w.taps[tap];
    for (index c = w.channels; c > 0; --c) {
      V row[static_cast<std::size_t>(Packs)];
#pragma GCC unroll 2
      for (index o = 0; o < Packs; ++o) row[o] = simd::load<N>(weights + o * N);
#pragma GCC unroll 16
      for (index p = 0; p < Pixels; ++p) {
        const V number = simd::broadcast<T, N>(a[p * pixel]);
#pragma GCC unroll 2
        for (index o = 0; o < Packs; ++o) sum[p][o] = multiply_add(number, row[o], sum[p][o]);
      }
      ++a;
      weights += Packs * N;
    }
  }
#pragma GCC unroll 16
  for (index p = 0; p < Pixels; ++p)
#pragma GCC unroll 2
    for (index o = 0; o < Packs; ++o) simd::store(w.sums + (p * Packs + o) * N, sum[p][o]);
}

// As many pixels are computed together as a matrix product's tile has rows, since the registers hold the same. Those beyond
// the end of a row are computed and left.
template <class T, index Packs>
void multiply_window_row(window_work<T> w, index pixels) {
  using shape = tile_shape<T>;
  while (pixels > 0) {
    const index done = shape::height_for(pixels);
    if (done == shape::height(2)) multiply_windows<T, shape::height(2), Packs>(w);
    else if (done == shape::height(1)) multiply_windows<T, shape::height(1), Packs>(w);
    else multiply_windows<T, shape::height(0), Packs>(w);
    w.image += done * w.pixel;
    w.sums += done * w.outputs;
    pixels -= done;
  }
}

} // namespace detail

/// How many output channels are computed together where there are so many.
template <class T>
constexpr index window_outputs(index outputs) {
  return outputs > simd::lanes<T> ? tile_shape<T>::columns : simd::lanes<T>;
}

/// The sums of `pixels` pixels; `sums` and the image must reach a tile's height further.
template <class T>
void multiply_window_row(const window_work<T>& w, index pixels) {
  if constexpr (tile_shape<T>::packs > 1)
    if (w.outputs > simd::lanes<T>) return detail::multiply_window_row<T, 2>(w, pixels);
  detail::multiply_window_row<T, 1>(w, pixels);
}

/// How many rows and packs of pixels are computed together, so that each pack of the image is loaded once for all rows that
/// see it: a load that crosses cache lines takes twice as long as a multiplication.
inline constexpr index column_rows = 4, column_packs = 2;

namespace detail {

// Whether each column of a window's taps has as many as a tile's pixels have rows, less one.
template <class T>
bool may_multiply_columns(const window_work<T>& w, const window_rows& rows) {
  return w.adjacent_rows && w.taps_in_plane / w.taps_in_row >= column_rows - 1 && rows.rows >= column_rows &&
         rows.windows >= simd::lanes<T>;
}

// Four rows of two packs of pixels, column by column of the taps; `Taps` is how many a column has, or 0.
template <class T, index Taps>
void multiply_column_tile(const window_work<T>& w, const window_rows& rows, index row,
                          const std::array<index, static_cast<std::size_t>(column_packs)>& at, T* sums) {
  constexpr index N = simd::lanes<T>, R = column_rows, P = column_packs;
  using V = simd::pack<T, N>;
  V sum[R][P];
#pragma GCC unroll 8
  for (index r = 0; r < R; ++r)
#pragma GCC unroll 8
    for (index p = 0; p < P; ++p) sum[r][p] = simd::broadcast<T, N>(T{});
  const index next = w.taps_in_row * w.channels, from_row = rows.from_row; // from one tap's weight to that below it
  for (index plane = 0; plane < w.tap_count; plane += w.taps_in_plane)
    for (index column = 0; column < w.taps_in_row; ++column) {
      const index taps = Taps > 0 ? Taps : (w.taps_in_plane - column + w.taps_in_row - 1) / w.taps_in_row;
      const T* from = w.image + w.taps[plane + column] + row * from_row;
      const T* weights = w.weights + (plane + column) * w.channels;
      for (index c = 0; c < w.channels; ++c, from += w.channel, ++weights) {
        const T* a = from;
        // Row `seen` of the image is under tap seen - r of row r's windows, for those of first to last.
        const auto see = [&](index seen, index first, index last) {
          V image[P];
#pragma GCC unroll 8
          for (index p = 0; p < P; ++p)
            image[p] = simd::in_register(V(simd::load<N>(a + at[static_cast<std::size_t>(p)])));
#pragma GCC unroll 8
          for (index r = 0; r < R; ++r) {
            if (r < first || r > last) continue;
            const V weight = simd::broadcast<T, N>(weights[(seen - r) * next]);
#pragma GCC unroll 8
            for (index p = 0; p < P; ++p) sum[r][p] = multiply_add(image[p], weight, sum[r][p]);
          }
          a += from_row;
        };
#pragma GCC unroll 8
        for (index seen = 0; seen < R - 1; ++seen) see(seen, 0, seen);
        for (index seen = R - 1; seen < taps; ++seen) see(seen, 0, R - 1);
#pragma GCC unroll 8
        for (index beyond = 0; beyond < R - 1; ++beyond) see(taps + beyond, beyond + 1, R - 1);
      }
    }
#pragma GCC unroll 8
  for (index r = 0; r < R; ++r)
#pragma GCC unroll 8
    for (index p = 0; p < P; ++p)
      simd::store(sums + (row + r) * rows.to_row + at[static_cast<std::size_t>(p)], sum[r][p]);
}

template <class T>
void multiply_window_columns(const window_work<T>& w, const window_rows& rows, T* sums) {
  constexpr index N = simd::lanes<T>, R = column_rows, P = column_packs;
  const bool three = w.taps_in_plane == 3 * w.taps_in_row;
  // The last tiles overlap those before.
  const index last = rows.windows - N;
  for (index row = 0; row < rows.rows; row += R)
    for (index x = 0; x < rows.windows; x += P * N) {
      const index first = std::min(x, std::max<index>(last - N, 0)), top = std::min(row, rows.rows - R);
      const std::array<index, static_cast<std::size_t>(P)> at{first, std::min(first + N, last)};
      if (three) multiply_column_tile<T, 3>(w, rows, top, at, sums);
      else multiply_column_tile<T, 0>(w, rows, top, at, sums);
    }
}

} // namespace detail

/// The sums of rows of pixels of one output channel, of which a register holds some: for groups of so few output channels
/// that these would leave registers empty. What neighbouring windows see at one tap is adjacent. Rows shorter than a pack
/// reach that far.
template <class T>
void multiply_window_rows(const window_work<T>& w, const window_rows& rows, T* sums) {
  constexpr index N = simd::lanes<T>;
  using V = simd::pack<T, N>;
  if constexpr (!is_complex<T>)
    if (detail::may_multiply_columns(w, rows)) return detail::multiply_window_columns(w, rows, sums);
  for_each_window_packs<T>(rows, [&](auto count, const auto& from, const auto& to) {
    constexpr auto packs = static_cast<std::size_t>(count.value);
    V sum[packs];
#pragma GCC unroll 8
    for (std::size_t p = 0; p < packs; ++p) sum[p] = simd::broadcast<T, N>(T{});
    const T* weights = w.weights;
    for (index tap = 0; tap < w.tap_count; ++tap) {
      const T* a = w.image + w.taps[tap];
      for (index c = 0; c < w.channels; ++c, a += w.channel) {
        const V weight = simd::broadcast<T, N>(*weights++);
#pragma GCC unroll 8
        for (std::size_t p = 0; p < packs; ++p) sum[p] = multiply_add(V(simd::load<N>(a + from[p])), weight, sum[p]);
      }
    }
#pragma GCC unroll 8
    for (std::size_t p = 0; p < packs; ++p) simd::store(sums + to[p], sum[p]);
  });
}

/// Writes sums [pixel][pitch] to where pixels are `pixel` and output channels `channel` apart.
template <class T, class To>
void store_window_row(const T* sums, index pitch, index pixels, index outputs, To* to, index pixel, index channel) {
  constexpr index side = simd::tile_side<T>;
  index done = 0; // pixels
  if constexpr (std::same_as<T, To> && !is_complex<T>) {
    if (channel == 1) {
      constexpr index N = simd::lanes<T>;
      for (index p = 0; p < pixels; ++p)
        for (index o = 0; o < outputs; o += N)
          simd::store_partial(to + p * pixel + o, simd::load<N>(sums + p * pitch + o), std::min(N, outputs - o));
      return;
    }
    if (pixel == 1 && pitch == 1) {
      place_row(sums, 1, pixels, to);
      return;
    }
    if (pixel == 1) {
      for (; done + side <= pixels; done += side) {
        index o = 0;
        for (; o + side <= outputs; o += side)
          simd::transpose_tile(sums + done * pitch + o, pitch, to + done + o * channel, channel);
        for (; o < outputs; ++o)
          for (index p = done; p < done + side; ++p) to[p + o * channel] = sums[p * pitch + o];
      }
    }
  }
  for (index o = 0; o < outputs; ++o)
    for (index p = done; p < pixels; ++p) to[p * pixel + o * channel] = convert_element<To>(sums[p * pitch + o]);
}

} // namespace kernel

TUTTI_NAMESPACE_END
