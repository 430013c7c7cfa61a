// SPDX-License-Identifier: MIT
#pragma once

// The inner loop of statements some of whose operands have one element for each few neighbours in a row, as a plane of
// brightness has for the colours of an image. Its steps are of as many packs as there are such neighbours, so that each pack
// finds its lanes in the same places at every step: they stay in registers.

#include <array>

#include <tutti/kernel/rows.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// How often an element may be repeated.
constexpr bool repeats_in_registers(index count) { return 2 <= count && count <= 4; }
/// The packs of a step. (Twice as many as there are neighbours, if these are two: so one loop does for two and four.)
constexpr index packs_of_step(index count) { return count == 3 ? 3 : 4; }

/// Which pack of which step is loaded, and where it begins in the row.
struct place_in_steps {
  index step, part, j;
  TUTTI_INLINE operator index() const { return j; }
};

/// Where an operand's packs lie in such steps.
template <class T, index N>
struct repeated_row {
  using places = std::array<simd::picked_places, 4>;

  const T* p;
  index step, second, third; // how far apart steps are, and the second and third pack of a step from its first
  index next;                // to the next row
  const places* lanes;       // of each pack

  /// Elements that come `count` times each.
  static repeated_row of(const T* p, index count, index next) {
    return {p, count == 2 ? 2 * N : N, 0, count == 2 ? N : 0, next, &table[static_cast<std::size_t>(count - 1)]};
  }
  /// A row whose steps are `step` apart, or that is the same at each of them (step 0), or one element.
  static repeated_row of(const row_loader<T, N>& x, index step) {
    return {x.p, step & x.mask, N & x.mask, 2 * N & x.mask, x.step, &table[0]};
  }

private:
  // By how often an element is repeated.
  static constexpr std::array<places, 4> table = [] {
    std::array<places, 4> all;
    constexpr index parts = sizeof(T) / 4; // of an element
    for (std::size_t count = 1; count <= 4; ++count)
      for (std::size_t part = 0; part < 4; ++part)
        for (std::size_t i = 0; i < N * parts; ++i) {
          const std::size_t lane = (part * N + i / parts) / count % N;
          all[count - 1][part].set(i, static_cast<std::int32_t>(lane * parts + i % parts), false);
        }
    return all;
  }();
};

/// As row_loader, for such steps.
template <class T, index N>
class repeating_loader {
public:
  TUTTI_INLINE explicit repeating_loader(const repeated_row<T, N>& x)
      : p_(x.p), step_(x.step), second_(x.second), third_(x.third), next_(x.next) {
#pragma GCC unroll 4
    for (std::size_t part = 0; part < 4; ++part) lanes_[part] = simd::load<lanes::size>((*x.lanes)[part].at.data());
  }

  TUTTI_INLINE void advance() { p_ += next_; }
  TUTTI_INLINE auto load(const place_in_steps& at) const {
    const T* const from = p_ + at.step * step_ + at.part % 2 * second_ + at.part / 2 * third_;
    return simd::pick_lanes(simd::load<N>(from), lanes_[static_cast<std::size_t>(at.part)]);
  }

private:
  using lanes = simd::pack<std::int32_t, simd::register_bytes / 4>;

  const T* p_;
  index step_, second_, third_, next_;
  std::array<lanes, 4> lanes_;
};

/// As map_rows, for n elements in whole steps of so many packs.
template <index N, class T, class Loader>
TUTTI_INLINE void map_repeating(T* to, Loader x, index n, index packs, index rows, index next, bool streams) {
  for (;;) {
    for (index j = 0, step = 0; j < n; ++step) {
#pragma GCC unroll 4
      for (index part = 0; part < 4; ++part, j += N) {
        if (part == 3 && packs == 3) break;
        const auto pack = x.load(place_in_steps{step, part, j});
        if (streams) simd::stream(to + j, pack);
        else simd::store(to + j, pack);
      }
    }
    if (--rows == 0) return;
    to += next;
    if constexpr (advancing<Loader>) x.advance();
  }
}

} // namespace kernel

TUTTI_NAMESPACE_END
