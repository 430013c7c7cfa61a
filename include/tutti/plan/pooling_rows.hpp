// SPDX-License-Identifier: MIT
#pragma once

// How the result of a pooling whose channels come first is cut into runs of rows, through all planes of all images, and
// where what their windows see lies in the images and in scratch.

#include <algorithm>
#include <array>
#include <utility>

#include <tutti/expr/convolution.hpp>
#include <tutti/kernel/pooling.hpp>
#include <tutti/kernel/scratch.hpp>
#include <tutti/plan/threads.hpp>
#include <tutti/plan/window_part.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// A row of the result: of one plane of a channel of an image.
struct pooled_row {
  index image, channel, z, y;

  pooled_row(const window_geometry& g, index number) {
    const auto next = [&number](index extent) {
      const index at = number % extent;
      number /= extent;
      return at;
    };
    y = next(g.output[1]);
    z = next(g.output[0]);
    channel = next(g.inputs);
    image = number;
  }
  /// So many rows on, of the same plane or to the next one's first.
  void advance(const window_geometry& g, index rows) {
    y += rows;
    if (y < g.output[1]) return;
    y = 0;
    if (++z < g.output[0]) return;
    z = 0;
    if (++channel < g.inputs) return;
    channel = 0;
    ++image;
  }
  index offset(const walk& w) const {
    using loop = window_loops;
    const auto of = [&](index at, index l) { return at * w.stride[static_cast<std::size_t>(l)]; };
    return w.offset + of(image, loop::image) + of(channel, loop::channel) + of(z, loop::depth) + of(y, loop::row);
  }
};

/// Neighbouring rows of a result, from number `first` of all rows on, and of each so many windows from one on.
struct pooling_task {
  index first, rows, x, windows;
};

/// How rows are cut, and how what their windows see lies in scratch: a row each, whose windows stand `step` apart.
struct pooling_plan {
  index together = 1, apart = 0; // rows of the result one behind the other that are equally far apart, and how far
  index rows = 1;                // that are computed at a time
  index band = 1, bands = 0;     // rows of a task, and the tasks of such rows
  index windows = 0, panels = 0; // of a task's rows, and the tasks of a row
  index step = 1, places = 0;    // from one window to the next in scratch, and how many a row there has room for
  bool long_windows = false;     // registers hold what one window sees of a row, not neighbouring windows
  index all_rows = 0;
  double work = 0; // combined elements
  int threads = 1;

  pooling_plan(const window_geometry& g, const walk& into, index lanes) {
    put_together(g, into);
    const index window = reach(g, 2) + 1;
    step = g.output[2] == 1 ? window : g.stride[2];
    long_windows = g.dilation[2] == 1 && window >= lanes && step >= lanes;
    // So many numbers of scratch are computed at a time: 8 KiB of registers of 64 bytes, beside which the first cache has
    // room for the images. (With half of them, max_pool2d of 2 x 2 takes a tenth longer, with twice as many a twentieth.)
    const index some = 128 * lanes, most = std::max<index>((some - window) / step + 1, 1);
    panels = (g.output[2] + most - 1) / most;
    windows = (g.output[2] + panels - 1) / panels;
    panels = (g.output[2] + windows - 1) / windows;
    places = std::max(windows, ((windows - 1) * step + window + step - 1) / step);
    rows = std::clamp<index>(some / row(), 1, together);
    // Equal parts of a plane, or whole planes.
    const index of_plane = g.output[1], parts = (of_plane + rows - 1) / rows;
    rows = parts > 1 ? (of_plane + parts - 1) / parts : rows / of_plane * of_plane;
    band = std::clamp<index>(4 * some / (rows * row()), 1, (together + rows - 1) / rows) * rows;
    bands = (together + band - 1) / band;
    work = static_cast<double>(all_rows * g.taps()) * static_cast<double>(g.output[2]);
    threads = threads_for(work / work_per_thread, tasks());
  }

  index tasks() const { return all_rows / together * bands * panels; }
  pooling_task task(const window_geometry& g, index number) const {
    const index x = number % panels * windows, run = number / panels;
    const index first = run % bands * band;
    return {run / bands * together + first, std::min(band, together - first), x, std::min(windows, g.output[2] - x)};
  }
  /// Numbers from one row of scratch to the next.
  index row() const { return places * step; }
  /// Windows of some rows in scratch. Where nothing lies between the last of a row and the first of the next, or a row has fewer
  /// than a register has lanes, they are one row.
  kernel::window_rows walk_of(index of_rows, index of_windows, index lanes) const {
    if (of_windows < lanes || adjoin(of_windows)) return {1, (of_rows - 1) * places + of_windows, 0, 0};
    return {of_rows, of_windows, row(), apart};
  }
  /// Whether a kernel that is handed these writes nothing but results, `apart` from each other.
  bool exact(const kernel::window_rows& w, index of_windows, index lanes) const {
    return w.windows >= lanes && (of_windows >= lanes || adjoin(of_windows));
  }

  /// What a thread works with: the places of a window's taps across the rows of an image, and along a row; the rows of
  /// scratch, and results where they are not computed where they belong.
  template <class Number>
  struct memory {
    index *across, *along;
    Number *seen, *results;
  };
  template <class Number>
  memory<Number> take(const window_geometry& g, kernel::scratch::frame& from) const {
    constexpr index lanes = simd::lanes<Number>;
    return {from.take<index>(g.kernel[0] * g.kernel[1]), from.take<index>(g.kernel[2]),
            from.take<Number>(size<Number>(g)), from.take<Number>(rows * places + lanes)};
  }
  /// Kernels write on behind the last row as far as a pack reaches, and read on as far as one of windows does.
  template <class Number>
  index size(const window_geometry& g) const {
    constexpr index lanes = simd::lanes<Number>;
    return rows * row() + (long_windows ? lanes : (lanes + 1) * step + reach(g, 2));
  }
  /// The most scratch that a thread takes at a time.
  template <class Number>
  index scratch_bytes(const window_geometry& g) const {
    return kernel::scratch::most_taken_by([&] {
      kernel::scratch::frame frame(kernel::scratch::of_this_thread());
      take<Number>(g, frame);
    });
  }

  static index reach(const window_geometry& g, std::size_t axis) { return g.dilation[axis] * (g.kernel[axis] - 1); }

private:
  bool adjoin(index of_windows) const { return places == of_windows && apart == places; }
  void put_together(const window_geometry& g, const walk& into) {
    using loop = window_loops;
    all_rows = g.batch * g.inputs * g.output[0] * g.output[1];
    const std::array<std::pair<index, index>, 4> loops{
        {{loop::row, g.output[1]}, {loop::depth, g.output[0]}, {loop::channel, g.inputs}, {loop::image, g.batch}}};
    for (const auto& [of, extent] : loops) {
      if (extent == 1) continue;
      const index stride = into.stride[static_cast<std::size_t>(of)];
      if (together == 1) apart = stride;
      else if (stride != apart * together) break;
      together *= std::max<index>(extent, 1);
    }
  }
};

} // namespace plan

TUTTI_NAMESPACE_END
