// SPDX-License-Identifier: MIT
#pragma once

// What a convolution's windows move over. Where registers hold output channels, as many images as the second caches hold
// are assigned at once, by a statement of their own, to the inner part of memory that lies channels last with zeros around
// them: a formula, a conversion or any layout is computed on the way, and every window is then a list of offsets. Where registers hold pixels, each task lays its part out in scratch, or
// reads it where it is, within images whose pixels are adjacent numbers.

#include <tutti/kernel/convolution.hpp>
#include <tutti/plan/einsum.hpp>
#include <tutti/plan/product.hpp>
#include <tutti/plan/rows_of.hpp>
#include <tutti/plan/window_tasks.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// The memory in which images lie, and how its windows are cut into tasks: a matter of the shape alone, but for how many
/// images there are at once, which no result depends on.
struct convolution_plan {
  window_geometry::numbers first{};  // where the input begins along each axis
  window_geometry::numbers start{};  // where the first window begins
  window_geometry::numbers extent{}; // of the memory
  bool along_pixels = false;         // registers are filled with pixels, not with output channels
  window_cut cut;
  index at_once = 1; // images that are laid out and worked on before the next ones are
  index groups = 1;  // sets of the channels' groups, of which a task computes one
  index block = 1;   // output channels that are computed together,
  index blocks = 1;  // and how many such blocks a group of channels has
  double work = 0;   // multiply-adds
  int threads = 1;

  index pixels() const { return extent[0] * extent[1] * extent[2]; }
  /// Numbers between the weights of two blocks, and of all weights.
  index panel(const window_geometry& g) const { return g.taps() * g.inputs_of_group() * block; }
  index weights(const window_geometry& g) const { return g.groups * blocks * panel(g); }
  /// Numbers of the images that are laid out whole at once: a row's last tile may read on behind its last window.
  index images(const window_geometry& g, index beyond) const {
    return along_pixels ? 0 : (at_once * pixels() + beyond * g.stride[2]) * g.inputs;
  }
  index tasks_of_image(const window_geometry& g) const { return cut.tasks_of_image(g, groups); }
  index tasks(const window_geometry& g) const { return g.batch * tasks_of_image(g); }
  /// What a task lays out, where registers are filled with pixels.
  window_part part(const window_geometry& g) const {
    return along_pixels ? window_part(g, g.inputs_of_group(), cut.rows, cut.columns) : window_part();
  }
  /// From one row of sums in scratch to the next, in pixels.
  index row(const window_geometry& g) const { return cut.row(part(g)); }
};

/// `outputs` is how many output channels are computed together where they fill registers, `lanes` how many numbers a
/// register holds.
inline convolution_plan plan_convolution(const window_geometry& g, index outputs, index lanes) {
  convolution_plan p;
  p.along_pixels = 2 * g.outputs_of_group() <= lanes; // so few output channels do not fill a register
  for (std::size_t a = 0; a < p.extent.size(); ++a) {
    p.first[a] = std::max<index>(g.before[a], 0);
    p.start[a] = std::max<index>(-g.before[a], 0);
    p.extent[a] = std::max(p.first[a] + std::max<index>(g.input[a], 1),
                           p.start[a] + (g.output[a] - 1) * g.stride[a] + g.dilation[a] * (g.kernel[a] - 1) + 1);
  }
  p.cut = p.along_pixels ? window_cut::along_pixels(g, g.inputs_of_group(), lanes, kernel::column_packs * lanes)
                         : window_cut::of_tiles(g, lanes);
  p.groups = p.along_pixels ? g.groups : 1;
  p.block = p.along_pixels ? 1 : outputs;
  p.blocks = (g.outputs_of_group() + p.block - 1) / p.block;
  p.work = static_cast<double>(g.batch) * static_cast<double>(g.outputs) *
           static_cast<double>(g.output[0] * g.output[1] * g.output[2]) *
           static_cast<double>(g.inputs_of_group() * g.taps());
  p.threads = threads_for(p.work / products_per_thread, p.tasks(g));
  p.at_once = g.batch;
  return p;
}

/// A convolution's image and weights, laid out for its windows.
template <index Axes, class X, class W>
class window_operands {
public:
  using C = convolution_node<Axes, X, W>;
  using number = kernel::accumulator_t<value_t<C>>;
  static constexpr index tile = kernel::tile_shape<number>::rows;
  static constexpr index beyond = std::max(tile, 4 * simd::lanes<number>); // what kernels compute behind a row

  // Whether some images can be had without the others.
  static constexpr bool by_images =
      is_view<X> || is_named<X> || (is_computed<X> && detail::goes_by_rows<detail::no_node, X>);

  static convolution_plan plan(const window_geometry& g) {
    auto p = plan_convolution(g, kernel::window_outputs<number>(g.outputs_of_group()), simd::lanes<number>);
    if (!by_images || p.along_pixels || p.pixels() * g.inputs == 0) return p;
    const index image = p.pixels() * g.inputs * static_cast<index>(sizeof(number));
    p.at_once = kernel::even_part<1>(g.batch, std::max<index>(p.threads * kernel::caches().second / image, 1));
    return p;
  }

  window_operands(const C& c, const convolution_plan& p)
      : g_(c.geometry()), plan_(p), images_(c.image()), part_(p.part(g_)) {
    weights_ = filled(plan_.weights(g_));
    if (c.weights().size() > 0) {
      const auto stored = store_operand(c.weights());
      lay_weights_out(g_, plan_, stored.elements, weights_.get(), assign_to);
    }
    if (plan_.along_pixels) {
      stored_.emplace(store_operand(c.image()));
      context::place(walk_, stored_->elements.shape(), stored_->elements.strides(),
                     window_loops::frame_of(g_.layout, Axes));
      return;
    }
    image_ = allocate<number>(plan_.images(g_, beyond));
    clear_beside_images(image_.get());
  }

  /// Prepares the tasks of `count` images.
  void lay_images_out(index first, index count) {
    first_image_ = first;
    if (image_ && images_.size() > 0)
      lay_image_out(g_, plan_, images_of(images_, first, count), image_.get(), assign_to);
  }
  /// Must have been called for tasks to be entered; `memory` must last as long. (Not while images are laid out, which take
  /// scratch themselves.)
  void list_taps(kernel::scratch::frame& memory) {
    taps_ = take_taps(g_, memory);
    if (plan_.along_pixels) {
      part_.list_taps(g_, taps_);
      list_taps_in_place(taps_ + g_.taps());
      return;
    }
    list_taps_at(taps_, plan_.extent[1] * plan_.extent[2] * g_.inputs, plan_.extent[2] * g_.inputs, g_.inputs);
  }

  /// A task's windows along pixels, whose sums stand `to_row` apart.
  kernel::window_rows rows(const window_task& t, index to_row) const {
    auto r = plan_.cut.walk(part_, t, to_row);
    if (sees_in_place(t) && plan_.cut.folded == 0) r.from_row = stride(window_loops::row);
    return r;
  }
  /// For the taps of windows over what is laid out, and over the image itself.
  static index* take_taps(const window_geometry& g, kernel::scratch::frame& memory) {
    return memory.take<index>(2 * g.taps());
  }

  /// What a kernel is handed for the windows from one pixel of the result on: of the first block of a group's outputs.
  /// `first`: of those that this thread enters.
  kernel::window_work<number> enter(const window_task& t, index group, bool first, number* scratch) const {
    kernel::window_work<number> w;
    w.taps = taps_;
    w.tap_count = g_.taps();
    w.taps_in_plane = g_.kernel[1] * g_.kernel[2];
    w.taps_in_row = plan_.cut.folded > 0 ? plan_.cut.folded : g_.kernel[2];
    w.channels = g_.inputs_of_group();
    w.outputs = plan_.block;
    w.weights = weights_.get() + group * plan_.blocks * panel();
    if (plan_.along_pixels) {
      const part_place place{t.image, group * w.channels, t.z, t.y, t.x};
      if (sees_in_place(t)) {
        if constexpr (std::same_as<value_t<X>, number>) w.image = address_of(place);
        w.taps = taps_in_place_;
        w.channel = stride(window_loops::channel);
      } else {
        lay_out(part_, g_, stored_->elements.data(), walk_, place, number{}, first || !plan_.cut.same_sides(g_),
                scratch);
        w.image = scratch;
        w.channel = part_.channel();
      }
      w.adjacent_rows = plan_.cut.folded > 0 || (plan_.cut.in_tiles && g_.stride[1] == 1 && g_.dilation[1] == 1);
    } else {
      w.image = image_.get() + ((t.image - first_image_) * plan_.pixels() + at(t.z, t.y, t.x)) * g_.inputs +
                group * w.channels;
      w.pixel = g_.stride[2] * g_.inputs;
    }
    return w;
  }
  /// Numbers between the weights of two blocks.
  index panel() const { return plan_.panel(g_); }

  /// Some of the images, where they can be had without the others.
  static auto images_of(const X& x, index first, index count) {
    if constexpr (by_images) {
      auto some = tutti::detail::whole_map(index_list<X::rank>(x.shape()));
      some.start[0] = first;
      some[0].extent = count;
      return sink(x, some);
    } else {
      return x;
    }
  }
  /// Calls write(destination, image) for the statement that lays images out, with zeros around them, in memory at `to`.
  template <class Images, class Write>
  static void lay_image_out(const window_geometry& g, const convolution_plan& p, const Images& x, number* to,
                            const Write& write) {
    const std::array<index, 3> pitch{p.extent[1] * p.extent[2] * g.inputs, p.extent[2] * g.inputs, g.inputs};
    auto shape = index_list<X::rank>(x.shape());
    auto strides = index_list<X::rank>::filled(Axes + 2, p.pixels() * g.inputs);
    strides[tutti::detail::channel_axis(g.layout, Axes + 2)] = 1;
    index begin = 0;
    for (index a = 0; a < Axes; ++a) {
      const auto of = static_cast<std::size_t>(a + window_geometry::most - Axes);
      strides[tutti::detail::spatial_axis(g.layout, a)] = pitch[of];
      begin += p.first[of] * pitch[of];
    }
    write(view<number, X::rank>(to + begin, shape, strides), x);
  }

  /// The same for the weights: those of each block of output channels as [tap][channel][output], those of a transposed
  /// convolution turned. They are of two shapes at most.
  template <class Write>
  static void lay_weights_out(const window_geometry& g, const convolution_plan& p, const view<const value_t<W>>& given,
                              number* memory, const Write& write) {
    const index channels = g.inputs_of_group(), block = p.block;
    auto shape = index_list<Axes + 2>::filled(Axes + 2, channels);
    auto from = index_list<Axes + 2>(given.strides()), to = index_list<Axes + 2>::filled(Axes + 2, 1);
    const index input = g.transposed ? given.strides()[0] : given.strides()[1];
    const index output = g.transposed ? given.strides()[1] : given.strides()[0];
    from[0] = output;
    from[1] = input;
    to[1] = block;
    index begin = 0, pitch = channels * block;
    for (index a = Axes; a-- > 0;) {
      const index extent = given.shape()[a + 2];
      shape[a + 2] = extent;
      to[a + 2] = pitch;
      pitch *= extent;
      if (!g.transposed) continue;
      begin += (extent - 1) * from[a + 2];
      from[a + 2] = -from[a + 2];
    }
    // Single outputs are a panel each, which lie one behind the other: of all groups where these lie so too.
    const bool single = block == 1, whole = single && !g.transposed;
    const index panel = p.panel(g);
    if (single) to[0] = panel;
    const index parts = whole ? 1 : g.groups, outputs = g.outputs / parts, step = single ? outputs : block;
    const index of_part = g.transposed ? channels * input : outputs * output;
    for (index part = 0; part < parts; ++part)
      for (index first = 0; first < outputs; first += step) {
        shape[0] = std::min(step, outputs - first);
        write(view<number, Axes + 2>(memory + (part * p.blocks + first / block) * panel, shape, to),
              view<const value_t<W>, Axes + 2>(given.data() + begin + part * of_part + first * output, shape, from));
      }
  }

private:
  index stride(index loop) const { return walk_.stride[static_cast<std::size_t>(loop)]; }

  // Whether a task's windows lie within the image, whose pixels are adjacent numbers: then nothing is laid out.
  bool sees_in_place(const window_task& t) const {
    if (taps_in_place_ == nullptr || t.pixels < simd::lanes<number>) return false;
    const index fold = std::max<index>(plan_.cut.folded, 1), pixels = (t.pixels + fold - 1) / fold * fold;
    const auto within = [&](std::size_t axis, index first, index count) {
      const index begin = first - g_.before[axis];
      return begin >= 0 && begin + count + g_.dilation[axis] * (g_.kernel[axis] - 1) <= g_.input[axis];
    };
    return within(0, t.z, 1) && within(1, t.y, t.rows) && within(2, t.x, pixels);
  }
  const number* address_of(const part_place& p) const {
    using loop = window_loops;
    return stored_->elements.data() + walk_.offset + p.image * stride(loop::image) + p.channel * stride(loop::channel) +
           (p.z - g_.before[0]) * stride(loop::depth) + (p.y - g_.before[1]) * stride(loop::row) + p.x - g_.before[2];
  }
  void list_taps_in_place(index* at) {
    using loop = window_loops;
    const window_geometry::numbers one{1, 1, 1};
    if (!std::same_as<value_t<X>, number> || stride(loop::pixel) != 1 || g_.stride != one || plan_.cut.as_one_row)
      return;
    taps_in_place_ = at;
    list_taps_at(at, stride(loop::depth), stride(loop::row), 1);
  }
  // Of windows over images whose planes, rows and pixels are so far apart.
  void list_taps_at(index* at, index plane, index row, index pixel) const {
    for (index z = 0; z < g_.kernel[0]; ++z)
      for (index y = 0; y < g_.kernel[1]; ++y)
        for (index x = 0; x < g_.kernel[2]; ++x)
          *at++ = z * g_.dilation[0] * plane + y * g_.dilation[1] * row + x * g_.dilation[2] * pixel;
  }

  // Where the window of a result begins in an image's memory, in pixels.
  index at(index z, index y, index x) const {
    return ((plan_.start[0] + z * g_.stride[0]) * plan_.extent[1] + plan_.start[1] + y * g_.stride[1]) *
               plan_.extent[2] +
           plan_.start[2] + x * g_.stride[2];
  }

  // Zeros wherever no image will be written: around it, and behind the last one.
  void clear_beside_images(number* to) const {
    const auto has_image = [&](std::size_t axis, index at) {
      at -= plan_.first[axis];
      return at >= 0 && at < g_.input[axis];
    };
    const index row = plan_.extent[2] * g_.inputs, before = plan_.first[2] * g_.inputs,
                after = before + g_.input[2] * g_.inputs;
    for (index image = 0; image < plan_.at_once; ++image)
      for (index z = 0; z < plan_.extent[0]; ++z)
        for (index y = 0; y < plan_.extent[1]; ++y, to += row) {
          const bool inside = after > before && has_image(0, z) && has_image(1, y);
          std::fill(to, to + (inside ? before : row), number{});
          if (inside) std::fill(to + after, to + row, number{});
        }
    std::fill_n(to, beyond * g_.stride[2] * g_.inputs, number{});
  }

  static storage<number> filled(index count) {
    auto memory = allocate<number>(count);
    std::fill_n(memory.get(), count, number{});
    return memory;
  }

  static constexpr auto assign_to = [](const auto& to, const auto& from) { assign(to, from); };

  const window_geometry& g_;
  const convolution_plan& plan_;
  const X& images_;
  index first_image_ = 0; // of those laid out
  index* taps_ = nullptr;
  const index* taps_in_place_ = nullptr; // of windows that read the image where it lies
  storage<number> image_, weights_;
  // Where registers are filled with pixels:
  window_part part_;
  std::optional<stored_operand<value_t<X>>> stored_;
  walk walk_;
};

} // namespace plan

TUTTI_NAMESPACE_END
