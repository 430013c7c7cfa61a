// SPDX-License-Identifier: MIT
#pragma once

// Convolutions. The images are assigned, by a statement of their own, to the inner part of memory that lies channels last
// with zeros around them (and between them, where the convolution is transposed): a formula, a conversion or any layout
// is computed on the way, and every window is then a list of offsets. Threads share the rows of the result.

#include <vector>

#include <tutti/expr/convolution.hpp>
#include <tutti/expr/reshape.hpp>
#include <tutti/kernel/convolution.hpp>
#include <tutti/plan/contract.hpp>
#include <tutti/plan/einsum.hpp>
#include <tutti/plan/product.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// The memory in which images lie, and how its windows are cut into tasks: a matter of the shape alone.
struct convolution_plan {
  window_geometry::numbers first{};  // where the input begins along each axis
  window_geometry::numbers start{};  // where the first window begins
  window_geometry::numbers extent{}; // of the memory
  bool along_pixels = false;         // registers are filled with pixels, not with output channels
  index columns = 0;                 // of the result that one task computes
  index panels = 0;                  // such tasks in a row
  index rows = 1;                    // of the result that one task computes
  index groups = 1;                  // whose channels one task computes
  index bands = 0;                   // tasks along rows
  index tasks = 0;
  double work = 0; // multiply-adds
  int threads = 1;

  index pixels() const { return extent[0] * extent[1] * extent[2]; }
};

/// `tile` is how many pixels the kernel computes together, `lanes` how many numbers a register holds.
inline convolution_plan plan_convolution(const window_geometry& g, index tile, index lanes) {
  convolution_plan p;
  p.along_pixels = 2 * g.outputs_of_group() <= lanes; // so few output channels do not fill a register
  for (std::size_t a = 0; a < p.extent.size(); ++a) {
    p.first[a] = std::max<index>(g.before[a], 0);
    p.start[a] = std::max<index>(-g.before[a], 0);
    p.extent[a] = std::max(p.first[a] + std::max<index>(g.input[a] - 1, 0) * g.spread[a] + 1,
                           p.start[a] + (g.output[a] - 1) * g.stride[a] + g.dilation[a] * (g.kernel[a] - 1) + 1);
  }
  // Some tiles are a task, so that a single long row is shared too; equal ones, in whole tiles but for the last.
  const index width = g.output[2], tiles = (width + tile - 1) / tile;
  p.panels = std::max<index>((tiles + 7) / 8, 1);
  p.columns = (tiles + p.panels - 1) / p.panels * tile;
  p.panels = (width + p.columns - 1) / p.columns;
  p.groups = p.along_pixels ? 1 : g.groups;
  // Windows that move in steps of one walk over several rows as over one, and what lies between the rows is left: some
  // thousand pixels, whose sums stay in the first cache.
  if (p.along_pixels && p.panels == 1 && g.stride[1] == 1 && g.stride[2] == 1)
    p.rows = std::clamp<index>(1024 / p.extent[2], 1, g.output[1]);
  p.bands = (g.output[1] + p.rows - 1) / p.rows;
  p.tasks = g.batch * (g.groups / p.groups) * g.output[0] * p.bands * p.panels;
  p.work = static_cast<double>(g.batch) * static_cast<double>(g.outputs) *
           static_cast<double>(g.output[0] * g.output[1] * g.output[2]) *
           static_cast<double>(g.inputs_of_group() * g.taps());
  if (!kernel::inside_parallel())
    p.threads = static_cast<int>(std::clamp(p.work / products_per_thread, 1.0, static_cast<double>(num_threads())));
  return p;
}

/// A convolution whose operands have been laid out; run() computes it.
template <index Axes, class X, class W>
class convolution_run {
public:
  using C = convolution_node<Axes, X, W>;
  using number = kernel::accumulator_t<value_t<C>>;
  static constexpr index tile = kernel::window_heights<number>[2];
  static constexpr index beyond = std::max(tile, 4 * simd::lanes<number>); // what kernels compute behind a row

  explicit convolution_run(const C& c) : g_(c.geometry()), plan_(plan_convolution(g_, tile, simd::lanes<number>)) {
    block_ = plan_.along_pixels ? 1 : kernel::window_outputs<number>(g_.outputs_of_group());
    pixel_ = plan_.along_pixels ? 1 : g_.inputs;
    channel_ = plan_.along_pixels ? plan_.pixels() : 1;
    blocks_ = (g_.outputs_of_group() + block_ - 1) / block_;
    place_image(c.image());
    place_weights(c.weights());
    for (index z = 0; z < g_.kernel[0]; ++z)
      for (index y = 0; y < g_.kernel[1]; ++y)
        for (index x = 0; x < g_.kernel[2]; ++x)
          taps_.push_back(
              ((z * g_.dilation[0] * plan_.extent[1] + y * g_.dilation[1]) * plan_.extent[2] + x * g_.dilation[2]) *
              pixel_);
  }

  template <class T, class Keeper>
  void run(const view<T, Axes + 2, Keeper>& to) const {
    const auto strides = to.strides();
    const index channel = strides[tutti::detail::channel_axis(g_.layout, Axes + 2)];
    const auto stride = [&](index axis) { // of the three spatial axes
      const index given = axis - (window_geometry::most - Axes);
      return given < 0 ? 0 : strides[tutti::detail::spatial_axis(g_.layout, given)];
    };
    const std::array<index, 3> spatial{stride(0), stride(1), stride(2)};
    kernel::parallel_ranges(plan_.tasks, plan_.threads, [&](index first, index last) {
      kernel::scratch::frame memory(kernel::scratch::of_this_thread());
      number* const sums =
          memory.template take<number>(((plan_.rows - 1) * plan_.extent[2] + plan_.columns + beyond) * block_);
      for (index task = first; task < last; ++task) {
        index rest = task;
        const auto next = [&rest](index extent) {
          const index at = rest % extent;
          rest /= extent;
          return at;
        };
        const index x = next(plan_.panels) * plan_.columns, y = next(plan_.bands) * plan_.rows, z = next(g_.output[0]);
        const index first_group = next(g_.groups / plan_.groups) * plan_.groups, image = rest;
        const index pixels = std::min(plan_.columns, g_.output[2] - x), rows = std::min(plan_.rows, g_.output[1] - y);
        kernel::window_work<number> w;
        w.pixel = g_.stride[2] * pixel_;
        w.channel = channel_;
        w.taps = taps_.data();
        w.tap_count = g_.taps();
        w.channels = g_.inputs_of_group();
        w.outputs = block_;
        w.sums = sums;
        const number* const corner = image_.get() + image * plan_.pixels() * g_.inputs + at(z, y, x) * pixel_;
        T* const result = to.data() + image * strides[0] + z * spatial[0] + y * spatial[1] + x * spatial[2];
        for (index group = first_group; group < first_group + plan_.groups; ++group) {
          w.image = corner + group * w.channels * channel_;
          for (index block = 0; block < blocks_; ++block) {
            w.weights = weights_.get() + (group * blocks_ + block) * g_.taps() * w.channels * block_;
            if (plan_.along_pixels) kernel::multiply_window_pixels(w, (rows - 1) * plan_.extent[2] + pixels);
            else kernel::multiply_window_row(w, pixels);
            const index output = block * block_;
            T* const target = result + (group * g_.outputs_of_group() + output) * channel;
            for (index row = 0; row < rows; ++row)
              kernel::store_window_row(sums + row * plan_.extent[2] * block_, block_, pixels,
                                       std::min(block_, g_.outputs_of_group() - output), target + row * spatial[1],
                                       spatial[2], channel);
          }
        }
      }
    });
  }

private:
  // Where the window of a result begins in an image's memory, in pixels.
  index at(index z, index y, index x) const {
    return ((plan_.start[0] + z * g_.stride[0]) * plan_.extent[1] + plan_.start[1] + y * g_.stride[1]) *
               plan_.extent[2] +
           plan_.start[2] + x * g_.stride[2];
  }

  void place_image(const X& x) {
    // A row's last tile may read on behind its last window.
    const index count = g_.batch * plan_.pixels() * g_.inputs + beyond * g_.stride[2] * pixel_;
    image_ = allocate<number>(count);
    std::fill_n(image_.get(), count, number{});
    if (x.size() == 0) return;
    const std::array<index, 3> pitch{plan_.extent[1] * plan_.extent[2] * pixel_, plan_.extent[2] * pixel_, pixel_};
    auto shape = index_list<X::rank>(x.shape());
    auto strides = index_list<X::rank>::filled(Axes + 2, plan_.pixels() * g_.inputs);
    strides[tutti::detail::channel_axis(g_.layout, Axes + 2)] = channel_;
    index begin = 0;
    for (index a = 0; a < Axes; ++a) {
      const auto of = static_cast<std::size_t>(a + window_geometry::most - Axes);
      strides[tutti::detail::spatial_axis(g_.layout, a)] = pitch[of] * g_.spread[of];
      begin += plan_.first[of] * pitch[of];
    }
    assign(view<number, X::rank>(image_.get() + begin, shape, strides), x);
  }

  // The weights of each block of output channels as [tap][channel][output]; those of a transposed convolution turned.
  void place_weights(const W& weights) {
    const index channels = g_.inputs_of_group(), panel = g_.taps() * channels * block_;
    const index count = g_.groups * blocks_ * panel;
    weights_ = allocate<number>(count);
    std::fill_n(weights_.get(), count, number{});
    if (weights.size() == 0) return;
    const auto stored = store_operand(weights);
    const auto& given = stored.elements;
    auto shape = index_list<Axes + 2>::filled(Axes + 2, channels);
    auto from = index_list<Axes + 2>(given.strides()), to = index_list<Axes + 2>::filled(Axes + 2, 1);
    const index input = g_.transposed ? given.strides()[0] : given.strides()[1];
    const index output = g_.transposed ? given.strides()[1] : given.strides()[0];
    from[0] = output;
    from[1] = input;
    to[1] = block_;
    index begin = 0, pitch = channels * block_;
    for (index a = Axes; a-- > 0;) {
      const index extent = given.shape()[a + 2];
      shape[a + 2] = extent;
      to[a + 2] = pitch;
      pitch *= extent;
      if (!g_.transposed) continue;
      begin += (extent - 1) * from[a + 2];
      from[a + 2] = -from[a + 2];
    }
    for (index group = 0; group < g_.groups; ++group) {
      const index of_group = g_.transposed ? group * channels * input : group * g_.outputs_of_group() * output;
      for (index block = 0; block < blocks_; ++block) {
        shape[0] = std::min(block_, g_.outputs_of_group() - block * block_);
        assign(
            view<number, Axes + 2>(weights_.get() + (group * blocks_ + block) * panel, shape, to),
            view<const value_t<W>, Axes + 2>(given.data() + begin + of_group + block * block_ * output, shape, from));
      }
    }
  }

  window_geometry g_;
  convolution_plan plan_;
  index block_ = 0, blocks_ = 0;  // output channels that are computed together, and how many such blocks a group has
  index pixel_ = 0, channel_ = 0; // from one to the next in the image's memory
  storage<number> image_, weights_;
  std::vector<index> taps_;
};

/// A window of one element that moves in steps of one is a matrix product: for each image of weights and pixels, or of
/// pixels and weights where the channels come last.
inline bool is_pointwise(const window_geometry& g) {
  const window_geometry::numbers one{1, 1, 1}, none{0, 0, 0};
  return g.groups == 1 && g.taps() == 1 && g.stride == one && g.spread == one && g.before == none &&
         g.output == g.input;
}

/// Runs a pointwise convolution as a product; false, and nothing done, where the pixels of its image or of the
/// destination do not lie at equal distances.
template <index Axes, class X, class W, class T, class Keeper>
bool run_pointwise(const convolution_node<Axes, X, W>& c, const view<T, Axes + 2, Keeper>& to) {
  const window_geometry& g = c.geometry();
  const bool first = g.layout == image_layout::channels_first;
  const index pixels = g.input[0] * g.input[1] * g.input[2];
  const auto flat = [&](index channels) {
    return first ? index_list<3>{g.batch, channels, pixels} : index_list<3>{g.batch, pixels, channels};
  };
  const auto into = tutti::detail::reshape_strides(to.shape(), to.strides(), flat(g.outputs));
  if (!into) return false;
  const auto image = store_operand(c.image());
  const auto from = tutti::detail::reshape_strides(image.elements.shape(), image.elements.strides(), flat(g.inputs));
  if (!from) return false;
  const auto weights = store_operand(c.weights());
  const auto stride = weights.elements.strides();
  const index input = g.transposed ? stride[0] : stride[1], output = g.transposed ? stride[1] : stride[0];
  const view<const value_t<X>, 3> x(image.elements.data(), flat(g.inputs), *from);
  const view<T, 3, Keeper> y(to.data(), flat(g.outputs), *into, to.keeper());
  const auto* const w = weights.elements.data();
  if (first) assign(y, matmul(view<const value_t<W>, 2>(w, {g.outputs, g.inputs}, {output, input}), x));
  else assign(y, matmul(x, view<const value_t<W>, 2>(w, {g.inputs, g.outputs}, {input, output})));
  return true;
}

template <index Axes, class X, class W, class T, index Rank, class Keeper>
void run_barrier(const convolution_node<Axes, X, W>& c, const view<T, Rank, Keeper>& to) {
  const view<T, Axes + 2, Keeper> result(to.data(), index_list<Axes + 2>(to.shape()),
                                         index_list<Axes + 2>(to.strides()), to.keeper());
  if (is_pointwise(c.geometry()) && run_pointwise(c, result)) return;
  convolution_run<Axes, X, W>(c).run(result);
}

} // namespace plan

TUTTI_NAMESPACE_END
