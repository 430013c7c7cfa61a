// SPDX-License-Identifier: MIT
#pragma once

// Transposed convolutions of stride s see images that are spread, with s - 1 zeros between their elements. Results that are s
// apart see elements under the same taps, and zeros under all others: each such phase is a convolution of the image as it
// is by some of the weights, and together they multiply nothing by these zeros.

#include <numeric>

#include <tutti/plan/convolution.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// One of the phases of a transposed convolution.
struct window_phase {
  window_geometry geometry;         // of a convolution by itself
  window_geometry::numbers first{}; // its first result
  window_geometry::numbers tap{},
      step{};             // where its first tap stands in the weights as given, and from one to the next
  bool sees_image = true; // or it has no taps
};

/// Whether some results see no element of the image, wherever they are: their phases have no taps.
inline bool has_gaps(const window_geometry& g) {
  for (std::size_t a = 0; a < g.spread.size(); ++a)
    if (g.kernel[a] < g.spread[a] || std::gcd(g.dilation[a], g.spread[a]) > 1) return true;
  return false;
}
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
    const auto from = [&](index tap) { return first + tap * g.dilation[a] - g.before[a]; };
    index tap = 0;
    while (tap < g.kernel[a] && tap < step && from(tap) % spread != 0) ++tap;
    if (tap == g.kernel[a] || tap == step) p.sees_image = false;
    const index taps = (g.kernel[a] - tap + step - 1) / step;
    p.first[a] = first;
    p.tap[a] = g.kernel[a] - 1 - tap - (taps - 1) * step; // windows see the weights turned
    p.step[a] = step;
    p.geometry.kernel[a] = taps;
    p.geometry.dilation[a] = g.dilation[a] / common;
    p.geometry.before[a] = -from(tap) / spread;
    p.geometry.output[a] = (g.output[a] - first + spread - 1) / spread;
    p.geometry.spread[a] = 1;
  }
  return p;
}

/// Calls use(destination, formula) for the statements that make up a transposed convolution of such images and weights.
template <index Axes, class X, class W, class T, index Rank, class Keeper, class Use>
void for_each_phase(window_geometry g, const view<X>& x, const view<W>& w, const view<T, Rank, Keeper>& to,
                    const Use& use) {
  for (std::size_t a = 0; a < g.spread.size(); ++a)
    if (g.input[a] <= 1) g.spread[a] = 1; // there is nothing between elements
  if (has_gaps(g)) use(to, scalar<T>(T{}));
  for (index number = 0; number < count_phases(g); ++number) {
    const window_phase p = phase_of(g, number);
    if (!p.sees_image) continue;
    auto results = tutti::detail::whole_map(to.shape());
    auto taps = tutti::detail::whole_map(w.shape());
    for (index a = 0; a < Axes; ++a) {
      const auto at = static_cast<std::size_t>(a + window_geometry::most - Axes);
      const index axis = tutti::detail::spatial_axis(g.layout, a);
      results.start[axis] = p.first[at];
      results[axis].step = g.spread[at];
      results[axis].extent = p.geometry.output[at];
      taps.start[a + 2] = p.tap[at];
      taps[a + 2].step = p.step[at];
      taps[a + 2].extent = p.geometry.kernel[at];
    }
    use(sink(to, results), convolution_node<Axes, view<X>, view<W>>(x, sink(w, taps), p.geometry));
  }
}

template <index Axes, class X, class W, class T, index Rank, class Keeper>
void run_barrier(const convolution_node<Axes, X, W, true>& c, const view<T, Rank, Keeper>& to) {
  if (to.size() == 0) return;
  const auto x = store_operand(c.image());
  const auto w = store_operand(c.weights());
  for_each_phase<Axes>(c.geometry(), x.elements, w.elements, to,
                       [](const auto& part, const auto& e) { assign(part, e); });
}

} // namespace plan

TUTTI_NAMESPACE_END
