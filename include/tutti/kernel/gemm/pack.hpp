// SPDX-License-Identifier: MIT
#pragma once

// Packing: an operand's block is copied into panels in the order in which tiles read them. What is packed comes from a
// source, which is asked for rows of steps: rows of `a`, or columns of `b`, along which products are summed. A source has
//
//   pack<R, Planar>(row, rows, step, depth, panels, block)   panels of R rows one after the other: element (r, l) of one
//                                    stands at panel[l * R + r], the last panel's missing rows are 0; planar complex panels
//                                    have R real parts before R imaginary ones. Up to a register's worth of elements beyond
//                                    the panels may be overwritten
//   block<R>(rows, depth)            how many elements it needs at `block` for that
//   row(row, step, depth, buffer)    the row's steps side by side: in the buffer, or, if adjacent_steps(), where they are
//   take_apart(row, rows, step, depth, to, pitch, block)   a few adjacent rows, each of whose steps go side by side to
//                                    to + r * pitch, if are_few_adjacent(rows)
//   turned()                         the same numbers with rows and steps exchanged
//
// strided_source is the one for memory, computed_source the one for numbers that are computed when they are packed.

#include <tutti/kernel/gemm/tile.hpp>
#include <tutti/kernel/rows.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

namespace detail {

// N elements `stride` apart, of which the first `count` are there; the others are 0.
template <index N, bool Adjacent, class T>
TUTTI_INLINE auto load_row(const T* p, index stride, index count) {
  if constexpr (Adjacent) {
    return count >= N ? simd::load<N>(p) : simd::load_partial<N>(p, count);
  } else {
    if (count >= N) return simd::load_strided<N>(p, stride);
    T part[static_cast<std::size_t>(N)] = {};
    for (index i = 0; i < count; ++i) part[i] = p[i * stride];
    return simd::load<N>(part);
  }
}

// Panels whose rows stand next to each other in memory: each step is a copy of consecutive elements, for some panels at
// once, so that memory is read in long pieces: 128 bytes of each of many lines, far apart, come at half the speed.
template <class T, index R, bool Planar, class From>
void copy_panels(const From* from, index step_stride, index rows, index depth, T* panels) {
  constexpr index N = simd::lanes<T>, together = 8 * R;
  for (index first = 0; first < rows; first += together) {
    const index end = std::min(first + together, rows);
    for (index l = 0; l < depth; ++l) {
      const From* const p = from + l * step_stride;
      for (index panel = first; panel < end; panel += R) {
        T* const to = panels + panel * depth + l * R;
        for (index r = 0; r < R; r += N) {
          // Lanes beyond R fall on the panel's next steps, which are written after them. (Storing by mask took products of
          // 1000^3 from 19.5 to 21.7 ms by AVX2.)
          const index here = std::max<index>(rows - panel - r, 0);
          const auto v = simd::convert<T>(load_row<N, true>(here > 0 ? p + panel + r : p, 1, here));
          if constexpr (Planar) {
            auto* const parts = reinterpret_cast<real_t<T>*>(to);
            simd::store(parts + r, v.re);
            simd::store(parts + R + r, v.im);
          } else if (l * R + r + N <= depth * R) {
            simd::store(to + r, v);
          } else {
            simd::store_partial(to + r, v, R - r);
          }
        }
      }
    }
  }
}

// Panels whose steps stand next to each other, or `step_stride` apart: squares are transposed in registers.
template <class T, index R, bool Adjacent, class From>
void transpose_panels(const From* from, index row_stride, index step_stride, index rows, index depth, T* panels) {
  constexpr index side = simd::tile_side<T>;
  using bits = typename tutti::detail::integer_of<false, sizeof(T)>::type;
  using lane_pack = simd::pack<bits, side>;
  // The last square's rows beyond R fall on the next step's first, which are written after them.
  constexpr index squares = (R + side - 1) / side;
  for (index first = 0; first < rows; first += R, panels += R * depth, from += R * row_stride) {
    const index count = std::min(R, rows - first);
    for (index l = 0; l < depth; l += side) {
      const index steps = std::min(side, depth - l);
      for (index s = squares - 1; s >= 0; --s) {
        std::array<lane_pack, static_cast<std::size_t>(side)> square;
        for (index r = 0; r < side; ++r) {
          auto& lane = square[static_cast<std::size_t>(r)];
          const index row = s * side + r;
          if (row < count)
            lane = simd::detail::reinterpret<lane_pack>(simd::convert<T>(
                load_row<side, Adjacent>(from + row * row_stride + l * step_stride, step_stride, steps)));
          else lane = simd::broadcast<bits, side>(0);
        }
        simd::transpose(square);
        T* const to = panels + l * R + s * side;
        for (index i = 0; i < steps; ++i)
          simd::store(to + i * R, simd::detail::reinterpret<simd::pack<T, side>>(square[static_cast<std::size_t>(i)]));
      }
    }
  }
}

// Any panels, number by number.
template <class T, index R, bool Planar, class From>
void collect_panels(const From* from, index row_stride, index step_stride, index rows, index depth, T* panels) {
  for (index first = 0; first < rows; first += R, panels += R * depth) {
    for (index r = 0; r < R; ++r) {
      for (index l = 0; l < depth; ++l) {
        const T value = first + r < rows ? convert_element<T>(from[(first + r) * row_stride + l * step_stride]) : T{};
        if constexpr (Planar) {
          auto* const parts = reinterpret_cast<real_t<T>*>(panels + l * R);
          parts[r] = value.real();
          parts[R + r] = value.imag();
        } else {
          panels[l * R + r] = value;
        }
      }
    }
  }
}

} // namespace detail

/// Numbers in memory: step l of row r stands at data[r * row_stride + l * step_stride]. Strides may be 0 or negative.
template <class T, class From>
struct strided_source {
  const From* data;
  index row_stride, step_stride;
  friend bool operator==(const strided_source&, const strided_source&) = default;

  template <index R, bool Planar = false>
  void pack(index row, index rows, index step, index depth, T* panels, T* = nullptr) const {
    const From* const from = data + row * row_stride + step * step_stride;
    if (row_stride == 1) detail::copy_panels<T, R, Planar>(from, step_stride, rows, depth, panels);
    else if constexpr (is_complex<T>)
      detail::collect_panels<T, R, Planar>(from, row_stride, step_stride, rows, depth, panels);
    else if (step_stride == 1) detail::transpose_panels<T, R, true>(from, row_stride, 1, rows, depth, panels);
    else detail::transpose_panels<T, R, false>(from, row_stride, step_stride, rows, depth, panels);
  }

  template <index R>
  index block(index, index) const { return 0; }

  const T* row(index row, index step, index depth, T* buffer) const {
    const From* const from = data + row * row_stride + step * step_stride;
    if constexpr (std::same_as<T, From>) {
      if (step_stride == 1) return from;
      gather_row(from, step_stride, depth, buffer);
    } else {
      constexpr index N = simd::lanes<T>;
      index l = 0;
      if (step_stride == 1)
        for (; l + N <= depth; l += N)
          simd::store(buffer + l, simd::convert<T>(detail::load_row<N, true>(from + l, 1, N)));
      for (; l < depth; l += N) {
        const index count = std::min(N, depth - l);
        const From* const p = from + l * step_stride;
        const auto v = simd::convert<T>(step_stride == 1 ? detail::load_row<N, true>(p, 1, count)
                                                         : detail::load_row<N, false>(p, step_stride, count));
        simd::store_partial(buffer + l, v, count);
      }
    }
    return buffer;
  }

  /// Whether that many rows are all, or most, of what stands there at each step.
  bool are_few_adjacent(index rows) const {
    return std::same_as<T, From> && row_stride == 1 && rows <= step_stride && step_stride <= largest_group;
  }
  void take_apart(index row, index rows, index step, index depth, T* to, index pitch, T* = nullptr) const
    requires std::same_as<T, From>
  {
    const T* const from = data + row * row_stride + step * step_stride;
    if (step_stride != 1) return transpose_block(from, step_stride, rows, depth, to, pitch);
    for (index r = 0; r < rows; ++r) std::copy_n(from + r * row_stride, depth, to + r * pitch);
  }

  strided_source turned() const { return {data, step_stride, row_stride}; }

  /// Whether row() needs no buffer.
  bool adjacent_steps() const { return std::same_as<T, From> && step_stride == 1; }

  /// Where tiles can read row `row` from step `step` on without packing; null where they cannot.
  const T* in_place(index row, index step) const {
    if constexpr (std::same_as<T, From>) return data + row * row_stride + step * step_stride;
    else return nullptr;
  }
};

/// Numbers that are computed when they are needed, block by block. One of the strides is 1: in that order they come. The
/// other is apart_stride.
inline constexpr index apart_stride = index{1} << 40; // more than any that is compared with it
template <class T>
struct computed_source {
  /// Writes rows [row, row + rows) of steps [step, step + depth): what is adjacent side by side, the rest `pitch` apart.
  using function = void(void* from, index row, index rows, index step, index depth, T* to, index pitch);
  function* compute;
  void* from;
  index row_stride, step_stride;
  bool is_turned = false;
  friend bool operator==(const computed_source&, const computed_source&) = default;

  template <index R, bool Planar = false>
  void pack(index row, index rows, index step, index depth, T* panels, T* block) const {
    for (index first = 0; first < rows; first += together<R>, panels += together<R> * depth) {
      const index here = std::min(rows - first, together<R>);
      settle(row + first, here, step, depth, block).template pack<R, Planar>(0, here, 0, depth, panels);
    }
  }
  template <index R>
  index block(index rows, index depth) const { return std::min(rows, together<R>) * depth; }
  const T* row(index row, index step, index depth, T* buffer) const {
    call(row, 1, step, depth, buffer, row_stride == 1 ? 1 : depth);
    return buffer;
  }
  bool are_few_adjacent(index rows) const { return rows <= largest_group; }
  void take_apart(index row, index rows, index step, index depth, T* to, index pitch, T* block) const {
    if (step_stride == 1) return call(row, rows, step, depth, to, pitch);
    call(row, rows, step, depth, block, rows);
    transpose_block(block, rows, rows, depth, to, pitch);
  }
  /// The same numbers, computed to where they can be read as they lie.
  strided_source<T, T> settle(index row, index rows, index step, index depth, T* to) const {
    const index pitch = row_stride == 1 ? rows : depth;
    call(row, rows, step, depth, to, pitch);
    return {to, row_stride == 1 ? 1 : pitch, row_stride == 1 ? pitch : 1};
  }
  computed_source turned() const { return {compute, from, step_stride, row_stride, !is_turned}; }
  bool adjacent_steps() const { return false; }
  const T* in_place(index, index) const { return nullptr; }

private:
  // A few panels at once: what was computed is still in the first cache, or not far, when it is packed.
  template <index R>
  static constexpr index together = (64 + R - 1) / R * R;

  void call(index row, index rows, index step, index depth, T* to, index pitch) const {
    if (is_turned) compute(from, step, depth, row, rows, to, pitch);
    else compute(from, row, rows, step, depth, to, pitch);
  }
};

} // namespace kernel

TUTTI_NAMESPACE_END
