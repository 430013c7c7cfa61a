// SPDX-License-Identifier: MIT
#pragma once

// What inner loops read rows through, and how rows move between strided memory and small packed buffers, so that nearly every
// loop runs over consecutive elements.

#include <cstring>

#include <tutti/kernel/simd.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// What an inner loop reads an operand through: consecutive elements (mask -1) or one element repeated in a pack's
/// worth of memory (mask 0), without a branch between the two. `step` leads to the next row, if that lies in a block of
/// rows.
template <class T, index N>
struct row_loader {
  const T* p;
  index mask;
  index step = 0;
  TUTTI_INLINE void advance() { p += step; }
  TUTTI_INLINE auto load(index j) const { return simd::load<N>(p + (j & mask)); }
  TUTTI_INLINE auto load_partial(index j, index count) const { return simd::load_partial<N>(p + (j & mask), count); }
};

/// The same where it is known to be consecutive elements.
template <class T, index N>
struct consecutive_loader {
  const T* p;
  index step;
  TUTTI_INLINE void advance() { p += step; }
  TUTTI_INLINE auto load(index j) const { return simd::load<N>(p + j); }
  TUTTI_INLINE auto load_partial(index j, index count) const { return simd::load_partial<N>(p + j, count); }
};
/// The same where it is known to be one element: its pack stays in a register.
template <class T, index N>
struct repeated_loader {
  const T* p;
  index step;
  std::remove_cvref_t<decltype(simd::load<N>(static_cast<const T*>(nullptr)))> value;
  TUTTI_INLINE explicit repeated_loader(const row_loader<T, N>& x) : p(x.p), step(x.step), value(simd::load<N>(p)) {}
  TUTTI_INLINE void advance() { value = simd::load<N>(p += step); }
  TUTTI_INLINE auto load(index) const { return value; }
  TUTTI_INLINE auto load_partial(index, index) const { return value; }
};

/// Whether loaders of this type can move on to the next row of a block. Whether they may, their cursor knows.
template <class Loader>
concept advancing = requires(Loader& x) { x.advance(); };

/// Gives one pack, whatever is loaded.
template <class V>
struct pack_loader {
  V value;
  TUTTI_INLINE void advance() {}
  TUTTI_INLINE V load(index) const { return value; }
  TUTTI_INLINE V load_partial(index, index) const { return value; }
};
template <class V>
pack_loader(V) -> pack_loader<V>; // which clang 16 does not find out by itself

namespace detail {
template <index Stride, class T>
void gather_every(const T* from, index n, T* to) {
  index j = 0;
  if constexpr (constexpr index N = simd::shuffled_lanes<T>; N > 0) {
    const index whole = Stride == -1 ? n : n - 1; // the last pack would read what lies behind the last element
#pragma GCC unroll 4
    for (; j + N <= whole; j += N)
      simd::store(reinterpret_cast<simd::detail::moved_as<T>*>(to + j), simd::take_every<Stride>(from + j * Stride));
  }
  for (; j < n; ++j) to[j] = from[j * Stride];
}
} // namespace detail

/// Packs `n` elements that stand `stride` apart.
template <class T>
void gather_row(const T* from, index stride, index n, T* to) {
  switch (stride) {
  case -2: return detail::gather_every<-2>(from, n, to);
  case -1: return detail::gather_every<-1>(from, n, to);
  case 2: return detail::gather_every<2>(from, n, to);
  case 3: return detail::gather_every<3>(from, n, to);
  case 4: return detail::gather_every<4>(from, n, to);
  default:
#pragma GCC unroll 4
    for (index j = 0; j < n; ++j) to[j] = from[j * stride];
  }
}

namespace detail {
template <index Stride, class T>
void scatter_every(const T* from, T* to, index n) {
  index j = 0;
  if constexpr (simd::stores_every<Stride, T>) {
    using bits = simd::detail::moved_as<T>;
    constexpr index N = simd::shuffled_lanes<T>;
    for (; j + N <= n; j += N)
      simd::store_every<Stride>(reinterpret_cast<bits*>(to + Stride * j),
                                simd::detail::load_lanes<N>(reinterpret_cast<const bits*>(from + j)));
  }
#pragma GCC unroll 4
  for (; j < n; ++j) to[Stride * j] = from[j];
}
} // namespace detail

/// The reverse: writes packed elements `stride` apart.
template <class T>
[[gnu::noinline]] void scatter_row(const T* from, T* to, index stride, index n) {
  switch (stride) {
  case -1:
    for (index j = 0; j < n; ++j) to[-j] = from[j];
    return;
  case 2: return detail::scatter_every<2>(from, to, n);
  case 3: return detail::scatter_every<3>(from, to, n);
  case 4: return detail::scatter_every<4>(from, to, n);
  default:
#pragma GCC unroll 4
    for (index j = 0; j < n; ++j) to[j * stride] = from[j];
  }
}

/// Copies packed elements past the caches. Others see them after stream_fence.
template <class T>
void stream_row(const T* from, T* to, index n) {
  constexpr index N = simd::register_bytes;
  const auto* source = reinterpret_cast<const std::uint8_t*>(from);
  auto* target = reinterpret_cast<std::uint8_t*>(to);
  index left = n * static_cast<index>(sizeof(T));
  const auto copy = [&](index bytes) {
    std::memcpy(target, source, static_cast<std::size_t>(bytes));
    source += bytes;
    target += bytes;
    left -= bytes;
  };
  copy(std::min(left, static_cast<index>(-reinterpret_cast<std::uintptr_t>(target) % simd::register_bytes)));
  for (; left >= N; left -= N, source += N, target += N) simd::stream(target, simd::load<N>(source));
  copy(left);
}

/// Whether an inner loop can put elements together itself that stand so far apart.
constexpr bool is_shuffled(index stride) { return stride == -2 || stride == -1 || stride == 2; }

/// For which elements, and how many at once, it can.
template <class T, index N>
inline constexpr bool loads_strided = simd::picks_lanes<T> && sizeof(T) * N == simd::register_bytes;

/// As row_loader, for elements that stand up to two apart in either direction. They lie in two registers, the second of which
/// begins with the last element of the first: so nothing is read beyond the last one that is wanted. (Neighbours lie in one,
/// which is read twice.)
template <class T, index N>
class strided_loader {
public:
  TUTTI_INLINE strided_loader(const T* first, index stride, index step)
      : p_(first + lowest(stride)),
        stride_(stride),
        second_(stride * stride > 1 ? N - 1 : 0),
        step_(step),
        places_(simd::load<places>(table[static_cast<std::size_t>(stride + 2)].at.data())) {}
  /// One element that is repeated in a pack's worth of memory is such a pack at every step.
  TUTTI_INLINE explicit strided_loader(const row_loader<T, N>& x) : strided_loader(x.p, 1, x.step) {
    stride_ &= x.mask;
  }

  TUTTI_INLINE void advance() { p_ += step_; }
  TUTTI_INLINE auto load(index j) const {
    const T* const from = p_ + j * stride_;
    return simd::pick_lanes(simd::load<N>(from), simd::load<N>(from + second_), places_);
  }
  TUTTI_INLINE auto load_partial(index j, index count) const { return part(p_ + j * stride_, stride_, count); }

private:
  static constexpr index places = simd::register_bytes / 4;
  static constexpr index lowest(index stride) { return stride < 0 ? stride * (N - 1) : 0; } // of a pack's elements
  // For strides from -2 on.
  static constexpr std::array<simd::picked_places, 5> table = [] {
    std::array<simd::picked_places, 5> all;
    for (index stride = -2; stride <= 2; ++stride)
      for (index i = 0; i < places; ++i) {
        constexpr index parts = sizeof(T) / 4;
        const index at = i / parts * stride - lowest(stride);
        const bool of_second = at > N - 1;
        const index place = (of_second ? at - (N - 1) : at) * parts + i % parts;
        all[static_cast<std::size_t>(stride + 2)].set(static_cast<std::size_t>(i), static_cast<std::int32_t>(place),
                                                      of_second);
      }
    return all;
  }();
  // Once a row: one function for all loops.
  [[gnu::noinline]] static simd::loaded_t<T, N> part(const T* from, index stride, index count) {
    alignas(simd::register_bytes) T lanes[N] = {};
    gather_row(from - lowest(stride), stride, count, lanes);
    return simd::load<N>(lanes);
  }

  const T* p_;
  index stride_, second_, step_;
  simd::pack<std::int32_t, places> places_;
};

/// The most elements of a group that is moved in registers: the registers hold one such group for each of their lanes.
inline constexpr index largest_group = 8;

namespace detail {

// Takes groups of Size elements apart, of which there is a register: their places go to the rows that are given, and places
// without one nowhere. (The last registers are moved twice rather than element by element.)
template <index Size, class T>
void split_block(const T* from, index n, T* const* to) {
  constexpr index N = simd::shuffled_lanes<T>;
  for (index at = 0, j = 0; j < n; j = at + N) {
    at = std::min(j, n - N);
    simd::registers<Size, T, N> v;
#pragma GCC unroll 8
    for (index i = 0; i < Size; ++i) v[static_cast<std::size_t>(i)] = simd::load<N>(from + at * Size + i * N);
    v = simd::split_groups(v);
#pragma GCC unroll 8
    for (index i = 0; i < Size; ++i)
      if (to[i] != nullptr) simd::store(to[i] + at, v[static_cast<std::size_t>(i)]);
  }
}

// The reverse: puts groups of Size elements together from rows that are `stride` apart.
template <index Size, class T>
void join_block(const T* from, index stride, index rows, T* to) {
  constexpr index N = simd::shuffled_lanes<T>;
  for (index at = 0, r = 0; r < rows; r = at + N) {
    at = std::min(r, rows - N);
    simd::registers<Size, T, N> v;
#pragma GCC unroll 8
    for (index i = 0; i < Size; ++i) v[static_cast<std::size_t>(i)] = simd::load<N>(from + i * stride + at);
    v = simd::join_groups(v);
#pragma GCC unroll 8
    for (index i = 0; i < Size; ++i) simd::store(to + at * Size + i * N, v[static_cast<std::size_t>(i)]);
  }
}

// Calls f with a constant of this value, if it is the size of groups that are moved in registers.
template <class F>
TUTTI_INLINE bool with_group_size(index size, const F& f) {
  switch (size) {
  case 2: f(std::integral_constant<index, 2>{}); return true;
  case 3: f(std::integral_constant<index, 3>{}); return true;
  case 4: f(std::integral_constant<index, 4>{}); return true;
  case 5: f(std::integral_constant<index, 5>{}); return true;
  case 6: f(std::integral_constant<index, 6>{}); return true;
  case 7: f(std::integral_constant<index, 7>{}); return true;
  case 8: f(std::integral_constant<index, 8>{}); return true;
  default: return false;
  }
}

// Packs places 0 to `places` of groups that begin `stride` apart, where that is done in registers: to[i] has place i, if it
// is not null. (One function for all types of elements that have the same size.)
template <class T>
[[gnu::noinline]] bool split_groups(const T* from, index stride, index places, index n, T* const* to) {
  // What lies behind the last element that is wanted is not read.
  const index whole = places == stride ? n : n - 1;
  if (places > stride || whole < simd::shuffled_lanes<T> ||
      !with_group_size(stride, [&](auto size) { split_block<size>(from, whole, to); }))
    return false;
  if (whole < n)
    for (index i = 0; i < places; ++i)
      if (to[i] != nullptr) to[i][whole] = from[i + whole * stride];
  return true;
}

// Does what transpose_block is asked to, if it is to take groups apart or to put them together.
template <class T>
[[gnu::noinline]] bool transpose_groups(const T* from, index stride, index rows, index n, T* to, index pitch) {
  if (rows > 1 && rows <= largest_group) {
    std::array<T*, largest_group> rows_of{};
    for (index r = 0; r < rows; ++r) rows_of[static_cast<std::size_t>(r)] = to + r * pitch;
    if (split_groups(from, stride, rows, n, rows_of.data())) return true;
  }
  return n == pitch && rows >= simd::shuffled_lanes<T> &&
         with_group_size(n, [&](auto size) { join_block<size>(from, stride, rows, to); });
}

} // namespace detail

/// Transposes a block: to[r * pitch + j] = from[r + j * stride] for r < rows, j < n. Square tiles go through registers, and
/// large parts of them where that pays; so do groups of a few elements, of which registers hold many.
template <class T>
void transpose_block(const T* from, index stride, index rows, index n, T* to, index pitch) {
  if constexpr (simd::shuffled_lanes<T> > 0) {
    using bits = simd::detail::moved_as<T>;
    if (std::min(n, rows) <= largest_group && detail::transpose_groups(reinterpret_cast<const bits*>(from), stride,
                                                                       rows, n, reinterpret_cast<bits*>(to), pitch))
      return;
  }
  constexpr index side = simd::tile_side<T>;
  const auto in_squares = [](index extent) {
    const index rest = extent % side;
    return (extent > side ? 4 : simd::transposes_parts<T> ? 2 : 0) * rest > side ? extent : extent - rest;
  };
  const index square_rows = in_squares(rows), square_n = in_squares(n);
  if (square_rows >= side && square_n >= side) {
    // The last square lies partly on the one before.
    for (index at = 0, j = 0; j < square_n; j = at + side) {
      at = std::min(j, square_n - side);
      const T* source = from + at * stride;
      T* target = to + at;
      for (index left = square_rows;;) {
        simd::transpose_tile<T>(source, stride, target, pitch);
        // Of squares narrower than a cache line more rows are read at a time than the hardware foresees. (128 x 64 x 128,
        // the last two axes exchanged, by AVX2: 195 us, so 165. Wider squares only wait for the requests.)
        if constexpr (side * static_cast<index>(sizeof(T)) < 64)
          for (index i = 2 * side; i < 3 * side; ++i) __builtin_prefetch(source + i * stride);
        left -= side;
        if (left <= 0) break;
        const index step = std::min(left, side);
        source += step;
        target += step * pitch;
      }
    }
  } else if constexpr (simd::transposes_parts<T>) {
    for (index j = 0; j < square_n; j += side)
      for (index r = 0; r < square_rows; r += side)
        simd::transpose_part<T>(from + r + j * stride, stride, to + r * pitch + j, pitch, std::min(n - j, side),
                                std::min(rows - r, side));
  }
  for (index j = square_n; j < n; ++j) scatter_row(from + j * stride, to + j, pitch, square_rows);
  for (index r = square_rows; r < rows; ++r) gather_row(from + r, stride, n, to + r * pitch);
}

/// Packs several places of groups that begin `stride` apart: memory[i] is for place i, and null if that one is
/// not wanted. There are at most `largest_group` places.
template <class T>
void gather_places(const T* from, index stride, index places, index n, void* const* memory) {
  if constexpr (simd::shuffled_lanes<T> > 0) {
    using bits = simd::detail::moved_as<T>;
    std::array<bits*, largest_group> to{};
    for (index i = 0; i < places; ++i) to[static_cast<std::size_t>(i)] = static_cast<bits*>(memory[i]);
    if (detail::split_groups(reinterpret_cast<const bits*>(from), stride, places, n, to.data())) return;
  }
  for (index i = 0; i < places; ++i)
    if (memory[i] != nullptr) gather_row(from + i, stride, n, static_cast<T*>(memory[i]));
}

} // namespace kernel

TUTTI_NAMESPACE_END
