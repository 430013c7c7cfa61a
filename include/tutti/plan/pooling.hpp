// SPDX-License-Identifier: MIT
#pragma once

// Pooling. Where channels come first, each task lays its part of an image out in scratch, and registers hold neighbouring
// windows. Where they come last it is a fold of a view of all windows, whose rows are channels; padding is then memory
// around the image. Either way, what is beside the image changes no fold.

#include <limits>

#include <tutti/expr/operators.hpp>
#include <tutti/expr/pooling.hpp>
#include <tutti/kernel/scratch.hpp>
#include <tutti/plan/einsum.hpp>
#include <tutti/plan/threads.hpp>
#include <tutti/plan/window_tasks.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// What is less than any element, or the least.
template <class T>
T least_element() {
  if constexpr (kind_of<T> == kind::real) return convert_element<T>(-std::numeric_limits<float>::infinity());
  else if constexpr (std::same_as<T, bool>) return false;
  else return std::numeric_limits<T>::lowest();
}

/// Where the spatial axis `a` of `Axes` stands in a geometry.
template <index Axes>
constexpr std::size_t spatial_seat(index a) { return static_cast<std::size_t>(a + window_geometry::most - Axes); }

inline bool is_padded(const window_geometry& g) {
  return std::any_of(g.before.begin(), g.before.end(), [](index n) { return n != 0; });
}

/// The shape of a pooling's images with their padding.
template <class Op, index Axes, class X>
index_list<Axes + 2> padded_shape(const pooling_node<Op, Axes, X>& p) {
  index_list<Axes + 2> shape(get<0>(p.operands()).shape());
  for (index a = 0; a < Axes; ++a)
    shape[tutti::detail::spatial_axis(p.geometry().layout, a)] += 2 * p.geometry().before[spatial_seat<Axes>(a)];
  return shape;
}

/// Hands on the fold of all windows of images at `data`, with their padding and these strides.
template <class Op, index Axes, class X, class Use>
void with_folded_windows(const pooling_node<Op, Axes, X>& p, const value_t<X>* data,
                         const index_list<Axes + 2>& strides, const Use& use) {
  const window_geometry& g = p.geometry();
  index_list<2 * Axes + 2> windows, steps;
  for (index i = 0; i < Axes + 2; ++i) {
    windows[i] = p.shape()[i];
    steps[i] = strides[i];
  }
  index_list<Axes> folded;
  for (index a = 0; a < Axes; ++a) {
    const index axis = tutti::detail::spatial_axis(g.layout, a);
    const std::size_t seat = spatial_seat<Axes>(a);
    steps[axis] *= g.stride[seat];
    windows[Axes + 2 + a] = g.kernel[seat];
    steps[Axes + 2 + a] = g.dilation[seat] * strides[axis];
    folded[a] = Axes + 2 + a;
  }
  const view<const value_t<X>, 2 * Axes + 2> all_windows(data, windows, steps);
  if constexpr (std::same_as<Op, max_pool_op>) use(max(all_windows, folded));
  else if (p.op().count_padding) use(mean(all_windows, folded));
  else use(sum(cast<value_t<pooling_node<Op, Axes, X>>>(all_windows), folded));
}

/// Divides the sums of windows by how many elements of the image each of them sees, a product of one number for each axis:
/// calls divide(seat of the axis, counts, quotient) with memory for these numbers and the quotient by them.
template <class Op, index Axes, class X, class T, index Rank, class Keeper, class Divide>
void divide_by_seen(const pooling_node<Op, Axes, X>& p, const view<T, Rank, Keeper>& to, const Divide& divide) {
  using F = value_t<pooling_node<Op, Axes, X>>;
  const window_geometry& g = p.geometry();
  for (index a = 0; a < Axes; ++a) {
    kernel::scratch::frame memory(kernel::scratch::of_this_thread());
    const std::size_t of = spatial_seat<Axes>(a);
    F* const counts = memory.take<F>(g.output[of]);
    auto stretched = index_list<Axes + 2>::filled(Axes + 2, 0);
    stretched[tutti::detail::spatial_axis(g.layout, a)] = 1;
    divide(of, counts, to / view<const F, Axes + 2>(counts, p.shape(), stretched));
  }
}
template <class Op, index Axes, class X, class T, index Rank, class Keeper>
void divide_by_seen(const pooling_node<Op, Axes, X>& p, const view<T, Rank, Keeper>& to) {
  const window_geometry& g = p.geometry();
  divide_by_seen(p, to, [&]<class F>(std::size_t of, F* counts, const auto& quotient) {
    for (index i = 0; i < g.output[of]; ++i) {
      index inside = 0;
      for (index k = 0; k < g.kernel[of]; ++k) {
        const index at = i * g.stride[of] + k * g.dilation[of] - g.before[of];
        inside += at >= 0 && at < g.input[of] ? 1 : 0;
      }
      counts[i] = convert_element<F>(static_cast<float>(inside));
    }
    assign(to, quotient);
  });
}

/// How the rows of a pooling are cut, and which part of an image a task sees.
struct pooling_plan {
  window_cut cut;
  window_part part;
  double work; // combined elements
  int threads;

  pooling_plan(const window_geometry& g, index lanes)
      : cut(window_cut::along_pixels(g, 1, lanes)),
        part(g, 1, cut.rows, cut.columns),
        work(static_cast<double>(g.batch * g.inputs * g.taps()) *
             static_cast<double>(g.output[0] * g.output[1] * g.output[2])),
        threads(threads_for(work / work_per_thread, cut.tasks(g, g.inputs))) {}

  static index* take_taps(const window_geometry& g, kernel::scratch::frame& memory) {
    return memory.take<index>(g.taps());
  }
  /// Memory for a task's part of an image, and for its results.
  template <class Number>
  std::pair<Number*, Number*> take_part(kernel::scratch::frame& memory) const {
    constexpr index lanes = simd::lanes<Number>;
    Number* const of_image = memory.take<Number>(part.size() + lanes);
    return {of_image, memory.take<Number>(cut.rows * cut.row(part) + lanes)};
  }
  /// The most scratch that a thread takes at a time.
  template <class Number>
  index scratch_bytes(const window_geometry& g) const {
    return kernel::scratch::most_taken_by([&] {
      kernel::scratch::frame memory(kernel::scratch::of_this_thread());
      take_taps(g, memory);
      take_part<Number>(memory);
    });
  }
};

/// Folds windows by parts; `finish` makes packs of results of folded ones.
template <class Op, class Number, class Finish, class From, class T>
void pool_by_parts(const window_geometry& g, const From* images, const walk& from, Number beside, const Finish& finish,
                   T* to, const walk& into) {
  const pooling_plan p(g, simd::lanes<Number>);
  kernel::scratch::frame shared(kernel::scratch::of_this_thread());
  index* const taps = p.take_taps(g, shared);
  p.part.list_taps(g, taps);
  kernel::parallel_ranges(p.cut.tasks(g, g.inputs), p.threads, [&](index first, index last) {
    kernel::scratch::frame memory(kernel::scratch::of_this_thread());
    const index row = p.cut.row(p.part);
    const auto [part, results] = p.template take_part<Number>(memory);
    window_writer<Number, T> writer(to, into);
    for (index i = first; i < last; ++i) {
      const window_task t = p.cut.task(g, g.inputs, i);
      lay_out(p.part, g, images, from, {t.image, t.group, t.z, t.y, t.x}, beside, i == first || !p.cut.same_sides(g),
              part);
      const finished_windows<Number> finished{t, t.group, 1, results, row, 1};
      const auto [there, to_row] = writer.in_place(finished);
      const bool in_place = there && p.cut.exact(t);
      kernel::fold_windows<Op>(part, taps, g.taps(), p.cut.walk(p.part, t, in_place ? to_row : row), finish,
                               in_place ? there : results);
      if (!in_place) writer.write(finished);
    }
  });
}

template <class Op, index Axes, class X, class T, index Rank, class Keeper>
void pool_by_parts(const pooling_node<Op, Axes, X>& p, const view<T, Rank, Keeper>& to) {
  using F = value_t<pooling_node<Op, Axes, X>>;
  using number = kernel::accumulator_t<F>;
  const window_geometry& g = p.geometry();
  const auto stored = store_operand(get<0>(p.operands()));
  const frame f = window_loops::frame_of(g.layout, Axes);
  const walk from = context::place(stored.elements.shape(), stored.elements.strides(), f);
  const walk into = context::place(to.shape(), to.strides(), f);
  const auto pool = [&]<class Fold>(Fold, number beside, const auto& finish) {
    pool_by_parts<Fold>(g, stored.elements.data(), from, beside, finish, to.data(), into);
  };
  const auto as_it_is = [](const auto& v) { return v; };
  if constexpr (std::same_as<Op, max_pool_op>) {
    pool(max_op{}, convert_element<number>(least_element<value_t<X>>()), as_it_is);
  } else if (p.op().count_padding) {
    const auto count = simd::broadcast<number, simd::lanes<number>>(number(static_cast<real_t<number>>(g.taps())));
    pool(sum_op{}, number{}, [&](const auto& sum) { return sum / count; });
  } else {
    pool(sum_op{}, number{}, as_it_is);
    divide_by_seen(p, to);
  }
}

template <class Op, index Axes, class X, class T, index Rank, class Keeper>
void pool_by_view(const pooling_node<Op, Axes, X>& p, const view<T, Rank, Keeper>& to) {
  using number = value_t<X>;
  constexpr bool greatest = std::same_as<Op, max_pool_op>;
  const window_geometry& g = p.geometry();
  const auto& x = get<0>(p.operands());
  const auto spatial = [&](index a) { return tutti::detail::spatial_axis(g.layout, a); };
  const auto of = [](index a) { return spatial_seat<Axes>(a); };

  index_list<Axes + 2> strides;
  stored_operand<number> stored{{nullptr, index_list<>(x.shape())}, nullptr};
  const number* data = nullptr;
  if (!is_padded(g)) {
    auto given = store_operand(x);
    strides = index_list<Axes + 2>(given.elements.strides());
    data = given.elements.data();
    stored.memory = std::move(given.memory);
  } else {
    const auto shape = padded_shape(p);
    const index count = element_count(shape);
    stored.memory = allocate<number>(count);
    std::fill_n(stored.memory.get(), count, greatest ? least_element<number>() : number{});
    strides = contiguous_strides(shape);
    number* inner = stored.memory.get();
    for (index a = 0; a < Axes; ++a) inner += g.before[of(a)] * strides[spatial(a)];
    assign(view<number, X::rank>(inner, index_list<X::rank>(x.shape()), index_list<X::rank>(strides)), x);
    data = stored.memory.get();
  }
  with_folded_windows(p, data, strides, [&](const auto& fold) { assign(to, fold); });
  if constexpr (!greatest)
    if (!p.op().count_padding) divide_by_seen(p, to);
}

template <class Op, index Axes, class X, class T, index Rank, class Keeper>
void run_barrier(const pooling_node<Op, Axes, X>& p, const view<T, Rank, Keeper>& to) {
  if (p.geometry().layout == image_layout::channels_first) pool_by_parts(p, to);
  else pool_by_view(p, to);
}

} // namespace plan

TUTTI_NAMESPACE_END
