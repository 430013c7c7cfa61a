// SPDX-License-Identifier: MIT
#pragma once

// Transposed convolutions of stride s have images that are spread, with s - 1 zeros between their elements. Results that
// are s apart see elements under the same taps, and zeros under all others: each such phase is a convolution of the image
// as it is by some of the weights, and together they multiply nothing by these zeros.

#include <numeric>

#include <tutti/expr/convolution.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// One of the phases of a transposed convolution.
struct window_phase {
  window_geometry geometry;               // of a convolution by itself
  window_geometry::numbers first{};       // its first result
  window_geometry::numbers tap{}, step{}; // its first tap, as the weights are given, and from one to the next
  bool sees_image = true;                 // or it has no taps
};

inline index count_phases(const window_geometry& g) {
  index count = 1;
  for (std::size_t a = 0; a < g.spread.size(); ++a) count *= std::min(g.spread[a], g.output[a]);
  return count;
}

inline window_phase phase_of(const window_geometry& g, index number) {
  window_phase p{g};
  for (std::size_t a = g.spread.size(); a-- > 0;) {
    const index spread = g.spread[a], phases = std::min(spread, g.output[a]);
    const index first = number % phases;
    number /= phases;
    // Taps see elements where first + tap * dilation - before is a multiple of the spread, hence every so many.
    const index common = std::gcd(g.dilation[a], spread), step = spread / common;
    const index tried = std::min(step, g.kernel[a]);
    const auto from = [&](index tap) { return first + tap * g.dilation[a] - g.before[a]; };
    index tap = 0;
    while (tap < tried && from(tap) % spread != 0) ++tap;
    p.first[a] = first;
    p.step[a] = step;
    if (tap == tried) {
      p.sees_image = false;
      continue;
    }
    const index taps = (g.kernel[a] - tap + step - 1) / step;
    p.tap[a] = g.kernel[a] - 1 - tap - (taps - 1) * step; // windows see the weights turned
    p.geometry.kernel[a] = taps;
    p.geometry.dilation[a] = g.dilation[a] / common;
    p.geometry.before[a] = -from(tap) / spread;
    p.geometry.output[a] = (g.output[a] - first + spread - 1) / spread;
    p.geometry.spread[a] = 1;
  }
  return p;
}

/// Calls use(destination, formula) for each phase of a transposed convolution of such images and weights.
template <index Axes, class X, class W, class T, index Rank, class Keeper, class Use>
void for_each_phase(const window_geometry& g, const X& x, const W& w, const view<T, Rank, Keeper>& to, const Use& use) {
  for (index number = 0; number < count_phases(g); ++number) {
    const window_phase p = phase_of(g, number);
    auto results = tutti::detail::whole_map(to.shape());
    auto taps = tutti::detail::whole_map(index_list<W::rank>(w.shape()));
    for (index a = 0; a < Axes; ++a) {
      const auto at = static_cast<std::size_t>(a + window_geometry::most - Axes);
      const index axis = tutti::detail::spatial_axis(g.layout, a), spread = g.spread[at];
      results.start[axis] = p.first[at];
      results[axis].step = spread;
      results[axis].extent = (g.output[at] - p.first[at] + spread - 1) / spread;
      taps.start[a + 2] = p.tap[at];
      taps[a + 2].step = p.step[at];
      taps[a + 2].extent = p.geometry.kernel[at];
    }
    const auto part = sink(to, results);
    if (p.sees_image) {
      const auto weights = sink(w, taps);
      use(part, convolution_node<Axes, X, std::remove_const_t<decltype(weights)>>(x, weights, p.geometry));
    } else {
      use(part, scalar<T>(T{}));
    }
  }
}

} // namespace plan

TUTTI_NAMESPACE_END
