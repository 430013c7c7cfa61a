// SPDX-License-Identifier: MIT
#pragma once

// The part of an image that some rows of neighbouring windows see, as it is laid out in a thread's scratch: what is beside
// the image is there too, and what neighbouring windows see at one tap is adjacent. Where windows move in greater steps, each
// phase of a step is a plane of its own.

#include <tutti/expr/convolution.hpp>
#include <tutti/kernel/window.hpp>
#include <tutti/plan/context.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// The loops over images, whatever their layout: images, channels, and three spatial axes of which the first may be missing.
struct window_loops {
  enum : index { image, channel, depth, row, pixel, rank };

  /// How the axes of images of `axes` spatial ones lie in them.
  static frame frame_of(image_layout layout, index axes) {
    frame f;
    f.rank = axes + 2;
    f.axis[0] = image;
    f.axis[static_cast<std::size_t>(tutti::detail::channel_axis(layout, f.rank))] = channel;
    for (index a = 0; a < axes; ++a)
      f.axis[static_cast<std::size_t>(tutti::detail::spatial_axis(layout, a))] = rank - axes + a;
    return f;
  }
  /// Those over the result.
  static nest of_result(const window_geometry& g) {
    nest loops;
    loops.rank = rank;
    const std::array<index, rank> extents{g.batch, g.outputs, g.output[0], g.output[1], g.output[2]};
    std::copy(extents.begin(), extents.end(), loops.extent.begin());
    return loops;
  }
};

/// How such a part lies, for at most `rows` rows of `columns` results and `channels` channels at once.
struct window_part {
  index channels = 0, planes = 0, row_phases = 0, row_count = 0, pixel_phases = 0, pixel_count = 0;

  window_part() = default;
  window_part(const window_geometry& g, index channels_, index rows, index columns)
      : channels(channels_),
        planes(g.kernel[0]),
        row_phases(phases(g, 1)),
        row_count(rows + reach(g, 1) / g.stride[1]),
        pixel_phases(phases(g, 2)),
        pixel_count(columns + reach(g, 2) / g.stride[2]) {}

  /// From one row of results to the next, and from one channel to the next.
  index row() const { return pixel_count; }
  index channel() const { return planes * row_phases * pixel_phases * row_count * pixel_count; }
  index size() const { return channels * channel(); }
  /// Writes where each tap of a window lies.
  void list_taps(const window_geometry& g, index* at) const {
    for (index z = 0; z < g.kernel[0]; ++z)
      for (index y = 0; y < g.kernel[1]; ++y)
        for (index x = 0; x < g.kernel[2]; ++x) {
          const index of_row = y * g.dilation[1], of_pixel = x * g.dilation[2];
          const index phase = (z * row_phases + of_row % g.stride[1]) * pixel_phases + of_pixel % g.stride[2];
          *at++ = (phase * row_count + of_row / g.stride[1]) * pixel_count + of_pixel / g.stride[2];
        }
  }

private:
  static index reach(const window_geometry& g, std::size_t axis) { return g.dilation[axis] * (g.kernel[axis] - 1); }
  static index phases(const window_geometry& g, std::size_t axis) {
    return std::min(g.stride[axis], reach(g, axis) + 1);
  }
};

/// Which elements along an axis stand at `places` places of a phase, of which the first is `begin` of the padded image.
inline kernel::placed_elements place_elements(const window_geometry& g, std::size_t axis, index begin, index places) {
  const auto over = [](index number, index by) { return number > 0 ? (number + by - 1) / by : 0; };
  const index step = g.stride[axis], from = begin - g.before[axis];
  kernel::placed_elements p{0, 0, 0, step};
  p.first = std::min(over(-from, step), places);
  p.element = from + p.first * step;
  p.count = std::min(over(g.input[axis] - p.element, step), places - p.first);
  if (p.count == 0) p.element = 0; // nothing is read
  return p;
}

/// Where a part is: of an image's channels from one on, what the windows of results z, y.., x.. see.
struct part_place {
  index image, channel, z, y, x;
};

/// Lays a part out. `images` are walked by `w`; beside them is `beside`, which may already stand `to` has it. `to` must reach
/// a register's numbers further.
template <class From, class To>
void lay_out(const window_part& part, const window_geometry& g, const From* images, const walk& w, const part_place& at,
             To beside, bool sides, To* to) {
  using loop = window_loops;
  const auto stride = [&](index of) { return w.stride[static_cast<std::size_t>(of)]; };
  images += w.offset + at.image * stride(loop::image);
  for (index c = at.channel; c < at.channel + part.channels; ++c)
    for (index plane = 0; plane < part.planes; ++plane) {
      const auto of_plane = place_elements(g, 0, at.z * g.stride[0] + plane * g.dilation[0], 1);
      for (index row_phase = 0; row_phase < part.row_phases; ++row_phase) {
        auto rows = place_elements(g, 1, at.y * g.stride[1] + row_phase, part.row_count);
        if (of_plane.count == 0) rows.count = 0;
        const From* const from = images + c * stride(loop::channel) + of_plane.element * stride(loop::depth) +
                                 rows.element * stride(loop::row);
        for (index pixel_phase = 0; pixel_phase < part.pixel_phases; ++pixel_phase) {
          const kernel::laid_rows<From, To> laid{
              place_elements(g, 2, at.x * g.stride[2] + pixel_phase, part.pixel_count), part.pixel_count,
              stride(loop::pixel), rows.step * stride(loop::row), beside};
          if (sides) laid.lay_beside(rows.first, to);
          laid.lay(from, rows.count, sides, to + rows.first * part.pixel_count);
          const index behind = rows.first + rows.count;
          if (sides) laid.lay_beside(part.row_count - behind, to + behind * part.pixel_count);
          to += part.row_count * part.pixel_count;
        }
      }
    }
}

} // namespace plan

TUTTI_NAMESPACE_END
