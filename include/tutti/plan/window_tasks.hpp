// SPDX-License-Identifier: MIT
#pragma once

// How the result of windows over images is cut into tasks, which threads share, and how a task's results are written.

#include <tutti/kernel/convolution.hpp>
#include <tutti/plan/window_part.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Some rows of a result's windows: from row y and pixel x on, of one channel or group of channels of one image.
struct window_task {
  index image, group, z, y, x, rows, pixels;
};

/// How rows are cut into tasks: a matter of the shape alone. Tasks are equal but for a step, along rows and across them.
struct window_cut {
  index columns = 0;       // of the result that a task computes, at most
  index panels = 0;        // such tasks in a row
  index rows = 1;          // of the result that a task computes, at most
  index bands = 0;         // tasks along rows
  bool as_one_row = false; // several short rows, with what lies between them, are walked over as one
  bool in_tiles = false;   // every task has as many rows as are computed together, or more
  // A long row under a long window is walked over as rows of so many pixels: what the taps of one such row see of the next
  // is what those of the next row see, so it is loaded once.
  index folded = 0;

  /// Tasks of one row, of up to 96 pixels, in whole registers but for the last.
  static window_cut of_tiles(const window_geometry& g, index lanes) {
    window_cut c;
    c.cut_rows(g, 96, lanes);
    c.bands = g.output[1];
    return c;
  }
  /// Tasks along pixels, of `channels` of the image's channels: some thousand results, which stay in the first cache, of as
  /// much of the image as half of the second holds.
  /// Long rows may be folded to rows of `fold`.
  static window_cut along_pixels(const window_geometry& g, index channels, index lanes, index fold = 0) {
    window_cut c;
    c.cut_rows(g, 512, std::max(lanes, fold));
    c.as_one_row = g.output[2] < lanes;
    if (c.panels == 1) c.columns = g.output[2];
    index rows = std::clamp<index>(4096 / window_part(g, channels, 1, c.columns).row(), 1, g.output[1]);
    while (rows > 1 && window_part(g, channels, rows, c.columns).size() > (index{1} << 16)) rows = (rows + 1) / 2;
    c.cut_bands(g.output[1], rows);
    if (g.output[1] == 1 && g.kernel[1] == 1 && g.stride[2] == 1 && g.dilation[2] == 1 && c.columns >= 4 * fold &&
        g.kernel[2] >= 3 * fold)
      c.folded = fold;
    return c;
  }

  index tasks_of_image(const window_geometry& g, index groups) const { return groups * g.output[0] * bands * panels; }
  window_task task(const window_geometry& g, index groups, index number) const {
    const auto next = [&number](index extent) {
      const index at = number % extent;
      number /= extent;
      return at;
    };
    window_task t{};
    const auto take = [](index size, index step, index parts, index part, index& begin, index& count) {
      const index steps = (size + step - 1) / step;
      begin = steps * part / parts * step;
      count = std::min(steps * (part + 1) / parts * step, size) - begin;
    };
    take(g.output[2], pixel_step_, panels, next(panels), t.x, t.pixels);
    take(g.output[1], row_step_, bands, next(bands), t.y, t.rows);
    t.z = next(g.output[0]);
    t.group = next(groups);
    t.image = number;
    return t;
  }
  /// Whether what is beside the image is at the same places for every task.
  bool same_sides(const window_geometry& g) const { return panels == 1 && bands == 1 && g.output[0] == 1; }

  /// A task's windows over a part, whose results stand `to_row` apart; as one row they stand as those of the part do.
  kernel::window_rows walk(const window_part& part, const window_task& t, index to_row) const {
    if (as_one_row) return {1, (t.rows - 1) * part.row() + t.pixels, 0, 0};
    if (folded > 0) return {(t.pixels + folded - 1) / folded, folded, folded, folded};
    return {t.rows, t.pixels, part.row(), to_row};
  }
  /// Whether a kernel writes nothing but a task's results.
  bool exact(const window_task& t) const { return !as_one_row && (folded == 0 || t.pixels % folded == 0); }
  /// From one row of results in scratch to the next.
  index row(const window_part& part) const { return as_one_row ? part.row() : columns; }

private:
  void cut_rows(const window_geometry& g, index most, index step) {
    const index width = g.output[2], steps = (width + step - 1) / step;
    panels = std::max<index>((width + most - 1) / most, 1);
    columns = (steps + panels - 1) / panels * step;
    pixel_step_ = step;
  }
  // Whole tiles of rows, of which the last task has one more where what is left does not fill one: sums are added up in another
  // order in tiles, and all shall be in one.
  void cut_bands(index height, index most) {
    in_tiles = most >= kernel::column_rows;
    row_step_ = in_tiles ? kernel::column_rows : 1;
    const index steps = (height + row_step_ - 1) / row_step_, most_steps = most / row_step_;
    bands = std::min((steps + most_steps - 1) / most_steps, height / row_step_);
    rows = std::min((steps + bands - 1) / bands * row_step_, height);
  }

  index pixel_step_ = 1, row_step_ = 1;
};

/// Results that a kernel has finished, as [row][pixel][output]: of some output channels and a task's rows.
template <class Number>
struct finished_windows {
  const window_task& task;
  index output, outputs;
  const Number* sums;
  index row, pixel; // from one to the next

  /// Copies them to memory with these strides.
  template <class T>
  void store(T* to, index to_output, index to_row, index to_pixel) const {
    for (index r = 0; r < task.rows; ++r)
      kernel::store_window_row(sums + r * row, pixel, task.pixels, outputs, to + r * to_row, to_pixel, to_output);
  }
};

/// Writes results as they are.
template <class Number, class T>
class window_writer {
public:
  window_writer(T* to, const walk& w) : to_(to), walk_(&w) {}
  /// Where the results of one output channel may be written straight away, and how far apart rows are there; or null.
  std::pair<Number*, index> in_place(const finished_windows<Number>& f) const {
    if constexpr (std::same_as<Number, T>)
      if (stride(window_loops::pixel) == 1) return {at(f), stride(window_loops::row)};
    return {};
  }
  void write(const finished_windows<Number>& f) {
    f.store(at(f), stride(window_loops::channel), stride(window_loops::row), stride(window_loops::pixel));
  }

private:
  index stride(index loop) const { return walk_->stride[static_cast<std::size_t>(loop)]; }
  T* at(const finished_windows<Number>& f) const {
    using loop = window_loops;
    return to_ + f.task.image * stride(loop::image) + f.output * stride(loop::channel) +
           f.task.z * stride(loop::depth) + f.task.y * stride(loop::row) + f.task.x * stride(loop::pixel);
  }

  T* to_;
  const walk* walk_;
};

} // namespace plan

TUTTI_NAMESPACE_END
