// SPDX-License-Identifier: MIT
#pragma once

// Convolutions as statements, with the elementwise work around them. Threads share the rows of the result.

#include <tutti/plan/contract.hpp>
#include <tutti/plan/window_operands.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// The two loops of a block of finished sums, of which the second one is that of packs.
enum class window_block {
  pixels_of_channels, // as the channels come first
  channels_of_pixels, // as they come last
  pixels_of_rows,     // of one channel
  joined_rows         // of one channel; all operands have the rows one behind the other
};

/// Writes what a tree makes of sums.
template <class Number, class T, index N, index Unroll, class Tree>
class window_finisher {
public:
  template <std::size_t Walks>
  window_finisher(T* to, window_block kind, index width, index most, const block_loops<Walks>& blocks, const Tree& tree,
                  kernel::scratch::frame& memory)
      : kind_(kind),
        width_(width),
        turned_(kind == window_block::pixels_of_channels || kind == window_block::joined_rows
                    ? memory.template take<Number>(most)
                    : nullptr),
        finisher_(to, blocks, tree, memory) {}

  std::pair<Number*, index> in_place(const finished_windows<Number>&) const { return {}; }
  void write(const finished_windows<Number>& f) {
    axis_values outer{unset};
    const window_task& t = f.task;
    outer[0] = t.image;
    outer[1] = kind_ == window_block::pixels_of_rows ? f.output : t.z;
    outer[2] = kind_ == window_block::pixels_of_rows ? t.z : kind_ == window_block::joined_rows ? 0 : t.y;
    finisher_.move_to(outer);
    const index together = t.rows * t.pixels;
    const bool apart = f.pixel != 1 || f.row != t.pixels; // or they stand as they are wanted
    if (turned_ && apart) f.store(turned_, together, t.pixels, 1);
    const Number* const joined = apart ? turned_ : f.sums;
    switch (kind_) {
    case window_block::pixels_of_channels:
      return finisher_.finish(f.output, t.x, f.outputs, t.pixels, joined, together);
    case window_block::channels_of_pixels: return finisher_.finish(t.x, f.output, t.pixels, f.outputs, f.sums, f.pixel);
    case window_block::pixels_of_rows: return finisher_.finish(t.y, t.x, t.rows, t.pixels, f.sums, f.row);
    case window_block::joined_rows:
      return finisher_.finish(f.output, t.y * width_, f.outputs, together, joined, together);
    }
  }

private:
  window_block kind_;
  index width_; // of a row
  Number* turned_;
  finisher<T, N, Unroll, Tree> finisher_;
};

/// A statement whose tree is a convolution of type M, or elementwise work around one. Constructing it decides everything;
/// run() obeys.
template <class T, class E, class M>
class window_statement;

template <class T, class E, index Axes, class X, class W>
class window_statement<T, E, convolution_node<Axes, X, W>> {
public:
  using M = convolution_node<Axes, X, W>;
  using laid_out = window_operands<Axes, X, W>;
  using number = typename laid_out::number;
  static constexpr bool has_epilogue = !std::same_as<E, M>;
  static constexpr index lanes = simd::register_bytes / std::max(tree_traits<E>::widest, compute_bytes<T>);
  static constexpr index unroll = kernel::unroll_for(tree_traits<E>::cost);

  template <index Rank, class Keeper>
  window_statement(const view<T, Rank, Keeper>& to, const E& e, const M& convolution,
                   std::vector<node_id>* planned = nullptr)
      : to_(to.data()),
        convolution_(convolution),
        plan_(laid_out::plan(convolution.geometry())),
        context_(walks_, planned),
        frame_(place_target(to)),
        epilogue_(e, context_, frame_) {
    if constexpr (has_epilogue)
      if (!context_.conflict) choose_block();
  }
  window_statement(const window_statement&) = delete;

  /// True where the destination is read otherwise than element for element.
  bool conflicts() const { return context_.conflict; }
  const convolution_plan& plan() const { return plan_; }
  /// The most scratch that a thread takes at a time, once the operands are laid out.
  index scratch_bytes() const {
    return kernel::scratch::most_taken_by([&] {
      kernel::scratch::frame memory(kernel::scratch::of_this_thread());
      laid_out::take_taps(convolution_.geometry(), memory);
      take_row(memory);
      writer(memory, plan_.block);
    });
  }
  const context& settled() const { return context_; }
  /// Calls f(operand, whether it is computed while it is laid out), or lay_out(destination, operand) where other statements
  /// than elementwise ones write it there.
  template <class F, class LayOut>
  void for_each_operand(const M&, const F& f, const LayOut& lay_out) const {
    if (image_is_stage())
      laid_out::lay_image_out(convolution_.geometry(), plan_, convolution_.image(), address_of_nothing<number>(2),
                              lay_out);
    else f(convolution_.image(), is_computed<X> && !plan_.along_pixels);
    f(convolution_.weights(), false);
  }
  /// Whether statements of their own write the images where the windows read them.
  bool image_is_stage() const {
    return !plan_.along_pixels && !is_computed<X> && !is_view<X> && !is_named<X> && convolution_.image().size() > 0;
  }

  void run() const {
    const window_geometry& g = convolution_.geometry();
    laid_out operands(convolution_, plan_);
    for (index image = 0; image < g.batch; image += plan_.at_once) {
      const index images = std::min(plan_.at_once, g.batch - image);
      operands.lay_images_out(image, images);
      run_tasks(operands, image * plan_.tasks_of_image(g), images * plan_.tasks_of_image(g));
    }
  }

private:
  // `count` tasks from one on, by all threads.
  void run_tasks(laid_out& operands, index begin, index count) const {
    const window_geometry& g = convolution_.geometry();
    kernel::scratch::frame shared(kernel::scratch::of_this_thread());
    operands.list_taps(shared);
    kernel::parallel_ranges(count, plan_.threads, [&](index first, index last) {
      kernel::scratch::frame memory(kernel::scratch::of_this_thread());
      const index block = plan_.block, row = plan_.row(g) * block;
      const auto [sums, images] = take_row(memory);
      auto to = writer(memory, block);
      for (index i = first; i < last; ++i) {
        const window_task task = plan_.cut.task(g, plan_.groups, begin + i);
        const index groups = g.groups / plan_.groups;
        for (index group = task.group * groups; group < (task.group + 1) * groups; ++group) {
          auto work = operands.enter(task, group, i == first, images);
          work.sums = sums;
          for (index b = 0; b < plan_.blocks; ++b, work.weights += operands.panel()) {
            const finished_windows<number> finished{task,
                                                    group * g.outputs_of_group() + b * block,
                                                    std::min(block, g.outputs_of_group() - b * block),
                                                    sums,
                                                    row,
                                                    block};
            if (!plan_.along_pixels) {
              kernel::multiply_window_row(work, task.pixels);
            } else if (const auto [there, to_row] = to.in_place(finished); there && plan_.cut.exact(task)) {
              kernel::multiply_window_rows(work, operands.rows(task, to_row), there);
              continue;
            } else {
              kernel::multiply_window_rows(work, operands.rows(task, row), sums);
            }
            to.write(finished);
          }
        }
      }
    });
  }

  struct nothing {
    nothing(auto&&...) {}
  };
  using tree = std::conditional_t<has_epilogue, lowering<E, types<>>, nothing>;
  static constexpr std::size_t all_walks = [] {
    if constexpr (has_epilogue) return 1 + walks_of<E, types<>>;
    else return std::size_t{1};
  }();

  // What must be known before the tree is lowered: the loops, and where the result goes.
  template <index Rank, class Keeper>
  frame place_target(const view<T, Rank, Keeper>& to) {
    const frame f = window_loops::frame_of(convolution_.geometry().layout, Axes);
    context_.domain = window_loops::of_result(convolution_.geometry());
    context_.product = {&convolution_, &type_tag<M>};
    std::size_t id;
    const walk& w = context_.place(id, to.shape(), to.strides(), f);
    const auto [low, high] = byte_range(to);
    context_.set_target({low, high, to.data(), sizeof(T), &w});
    return f;
  }

  void choose_block() {
    using loop = window_loops;
    nest loops = context_.domain;
    constexpr auto row = static_cast<std::size_t>(loop::row), pixel = static_cast<std::size_t>(loop::pixel);
    if (!plan_.along_pixels) {
      kind_ = walks_[0].stride[static_cast<std::size_t>(loop::channel)] == 1 ? window_block::channels_of_pixels
                                                                             : window_block::pixels_of_channels;
    } else if (plan_.cut.panels == 1 && detail::can_merge(loops, walks_, row, pixel)) {
      kind_ = window_block::joined_rows;
      loops.extent[pixel] *= std::exchange(loops.extent[row], 1);
    } else {
      kind_ = window_block::pixels_of_rows;
    }
    const bool of_pixels = kind_ == window_block::channels_of_pixels, of_rows = kind_ == window_block::pixels_of_rows;
    choose_block_loops(blocks_, loops, walks_,
                       of_pixels ? loop::pixel
                       : of_rows ? loop::row
                                 : loop::channel,
                       of_pixels ? loop::channel : loop::pixel);
  }

  // Memory for a task's sums, and for what it sees of an image where it lays that out.
  std::pair<number*, number*> take_row(kernel::scratch::frame& memory) const {
    const window_geometry& g = convolution_.geometry();
    const index row = plan_.row(g) * plan_.block;
    number* const sums =
        memory.template take<number>((plan_.cut.rows - 1) * row + (plan_.cut.columns + laid_out::beyond) * plan_.block);
    return {sums, memory.template take<number>(plan_.along_pixels ? plan_.part(g).size() + laid_out::beyond : 0)};
  }

  auto writer(kernel::scratch::frame& memory, index block) const {
    if constexpr (has_epilogue)
      return window_finisher<number, T, lanes, unroll, tree>(to_, kind_, convolution_.geometry().output[2],
                                                             plan_.cut.rows * plan_.cut.columns * block, blocks_,
                                                             epilogue_, memory);
    else return window_writer<number, T>(to_, walks_[0]);
  }

  T* to_;
  const M& convolution_;
  convolution_plan plan_;
  std::array<walk, all_walks> walks_{};
  context context_;
  frame frame_;
  tree epilogue_;
  window_block kind_{};
  block_loops<has_epilogue ? all_walks : 0> blocks_;
};

/// A window of one element that moves in steps of one is a matrix product: for each image of weights and pixels.
inline bool is_pointwise(const window_geometry& g) {
  const window_geometry::numbers one{1, 1, 1}, none{0, 0, 0};
  return g.groups == 1 && g.taps() == 1 && g.stride == one && g.before == none && g.output == g.input;
}

/// The loops of a pointwise convolution: a batch of images, of which the spatial axes but the last are a batch too until
/// they are found to continue it, then output channels, pixels and input channels.
template <index Axes, class X, class W>
struct product_parts<convolution_node<Axes, X, W>> {
  using M = convolution_node<Axes, X, W>;
  using a_type = W;
  using b_type = X;
  static const W& a(const M& c) { return c.weights(); }
  static const X& b(const M& c) { return c.image(); }
  static product_frames frames(const M& c) {
    const window_geometry& g = c.geometry();
    constexpr index outputs = Axes, pixels = Axes + 1, inputs = Axes + 2;
    product_frames p;
    p.loops.rank = Axes + 3;
    const auto set = [](frame& f, index axis, index loop, nest& loops, index extent) {
      f.axis[static_cast<std::size_t>(axis)] = loop;
      loops.extent[static_cast<std::size_t>(loop)] = extent;
    };
    p.a.rank = p.b.rank = p.c.rank = Axes + 2;
    set(p.a, g.transposed ? 1 : 0, outputs, p.loops, g.outputs);
    set(p.a, g.transposed ? 0 : 1, inputs, p.loops, g.inputs);
    const index channel = tutti::detail::channel_axis(g.layout, Axes + 2);
    set(p.b, channel, inputs, p.loops, g.inputs);
    set(p.c, channel, outputs, p.loops, g.outputs);
    for (frame* f : {&p.b, &p.c}) {
      set(*f, 0, 0, p.loops, g.batch);
      for (index a = 0; a < Axes; ++a)
        set(*f, tutti::detail::spatial_axis(g.layout, a), a + 1 < Axes ? a + 1 : pixels, p.loops,
            g.output[static_cast<std::size_t>(a + window_geometry::most - Axes)]);
    }
    return p;
  }
};

/// Whether the pixels of an image in memory lie at equal distances; of one that is yet to be computed they do.
template <index Axes, class E>
bool has_even_pixels(const E&, image_layout) { return true; }
template <index Axes, class T, index Rank, class Keeper>
bool has_even_pixels(const view<T, Rank, Keeper>& v, image_layout layout) {
  for (index a = 0; a + 1 < Axes; ++a) {
    const index outer = tutti::detail::spatial_axis(layout, a), inner = outer + 1;
    if (v.shape()[outer] != 1 && v.strides()[outer] != v.strides()[inner] * v.shape()[inner]) return false;
  }
  return true;
}
template <index Axes, class View>
bool has_even_pixels(const named_leaf<View>& n, image_layout layout) { return has_even_pixels<Axes>(n.leaf(), layout); }

/// Hands the statement that computes a convolution, and what of `e` is around it, to a function.
template <index Axes, class X, class W, class T, index Rank, class Keeper, class E, class F>
auto with_product(const convolution_node<Axes, X, W>& c, const view<T, Rank, Keeper>& to, const E& e,
                  std::vector<node_id>* planned, const F& f) {
  using M = convolution_node<Axes, X, W>;
  const image_layout layout = c.geometry().layout;
  if (is_pointwise(c.geometry()) && has_even_pixels<Axes>(to, layout) && has_even_pixels<Axes>(c.image(), layout))
    return f(product_statement<T, E, M>(to, e, c, planned));
  return f(window_statement<T, E, M>(to, e, c, planned));
}

template <index Axes, class X, class W, class T, index Rank, class Keeper>
void run_barrier(const convolution_node<Axes, X, W>& c, const view<T, Rank, Keeper>& to) {
  if (to.size() > 0) with_product(c, to, c, nullptr, [](const auto& ready) { ready.run(); });
}

/// A convolution inside of a tree: finished sums where the statement is that convolution's, otherwise a stage.
template <index Axes, class X, class W, class Kept>
class lowering<convolution_node<Axes, X, W>, Kept> : public product_lowering<convolution_node<Axes, X, W>> {
  using product_lowering<convolution_node<Axes, X, W>>::product_lowering;
};

} // namespace plan

TUTTI_NAMESPACE_END
