// SPDX-License-Identifier: MIT
#pragma once

// The innermost loops of a convolution: some neighbouring pixels of the result times a register's worth or two of output
// channels. The image lies channels last, so that the channels under one tap of the window stand together and any
// stride, dilation and padding is a matter of where the pixels begin; the weights lie packed, output channels last.

#include <array>

#include <tutti/kernel/gemm.hpp>
#include <tutti/kernel/simd/transpose.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// A run of pixels of one row of the result, and a block of output channels.
template <class T>
struct window_work {
  const T* image = nullptr;    // the first tap's first channel under the first pixel
  index pixel = 0;             // from one pixel to the next
  const index* taps = nullptr; // where each tap of the window lies from the first
  index tap_count = 0;
  index channels = 0;         // under one tap
  index channel = 1;          // from one to the next, where pixels fill the registers
  const T* weights = nullptr; // [tap][channel][outputs], whole packs
  T* sums = nullptr;          // [pixel][outputs]
  index outputs = 0;          // a row of weights and of sums: one or two packs
};

/// How many pixels are computed together: as many as a matrix product's tile has rows, since the registers hold the same.
/// At the end of a row it is one of the lesser heights; pixels beyond the end are computed and left.
template <class T>
inline constexpr std::array<index, 3> window_heights{tile_shape<T>::step, 2 * tile_shape<T>::step, tile_shape<T>::rows};

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

template <class T, index Packs>
void multiply_window_row(window_work<T> w, index pixels) {
  constexpr auto heights = window_heights<T>;
  while (pixels > 0) {
    index done = heights[0];
    if (pixels > heights[1]) {
      multiply_windows<T, heights[2], Packs>(w);
      done = heights[2];
    } else if (pixels > heights[0]) {
      multiply_windows<T, heights[1], Packs>(w);
      done = heights[1];
    } else {
      multiply_windows<T, heights[0], Packs>(w);
    }
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

namespace detail {

template <class T, index Packs, bool Adjacent>
TUTTI_INLINE void multiply_window_packs(const window_work<T>& w, const T* image, T* sums) {
  constexpr index N = simd::lanes<T>;
  using V = simd::pack<T, N>;
  V sum[static_cast<std::size_t>(Packs)];
#pragma GCC unroll 4
  for (index p = 0; p < Packs; ++p) sum[p] = simd::broadcast<T, N>(T{});
  const T* weights = w.weights;
  for (index tap = 0; tap < w.tap_count; ++tap) {
    const T* a = image + w.taps[tap];
    for (index c = 0; c < w.channels; ++c, a += w.channel) {
      const V weight = simd::broadcast<T, N>(*weights++);
#pragma GCC unroll 4
      for (index p = 0; p < Packs; ++p)
        sum[p] = multiply_add(V(load_row<N, Adjacent>(a + p * N * w.pixel, w.pixel, N)), weight, sum[p]);
    }
  }
#pragma GCC unroll 4
  for (index p = 0; p < Packs; ++p) simd::store(sums + p * N, sum[p]);
}

template <class T, bool Adjacent>
void multiply_window_pixels(const window_work<T>& w, index pixels) {
  constexpr index N = simd::lanes<T>;
  for (index p = 0; p < pixels;) {
    const T* const image = w.image + p * w.pixel;
    if (const index rest = pixels - p; rest > 2 * N) {
      multiply_window_packs<T, 4, Adjacent>(w, image, w.sums + p);
      p += 4 * N;
    } else if (rest > N) {
      multiply_window_packs<T, 2, Adjacent>(w, image, w.sums + p);
      p += 2 * N;
    } else {
      multiply_window_packs<T, 1, Adjacent>(w, image, w.sums + p);
      p += N;
    }
  }
}

} // namespace detail

/// The sums of `pixels` pixels of one output channel, of which a register holds some: for groups of so few output channels
/// that these would leave registers empty. `sums` and the image must reach four registers further.
template <class T>
void multiply_window_pixels(const window_work<T>& w, index pixels) {
  if (w.pixel == 1) detail::multiply_window_pixels<T, true>(w, pixels);
  else detail::multiply_window_pixels<T, false>(w, pixels);
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
      std::copy_n(sums, pixels, to);
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
