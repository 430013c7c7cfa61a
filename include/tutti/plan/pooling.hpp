// SPDX-License-Identifier: MIT
#pragma once

// Pooling. Where channels come first, each task folds what its windows see across the rows of an image into rows of scratch,
// and then along these. Where they come last it is a fold of a view of all windows, whose rows are channels; padding is then
// memory around the image. Either way, what is beside the image changes no fold.

#include <limits>

#include <tutti/expr/operators.hpp>
#include <tutti/expr/pooling.hpp>
#include <tutti/kernel/convolution.hpp>
#include <tutti/kernel/scratch.hpp>
#include <tutti/plan/einsum.hpp>
#include <tutti/plan/pooling_rows.hpp>

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

/// Pools images whose channels come first, a run of rows of the result at a time.
template <class Op, class Number, class From>
class row_pooling {
public:
  row_pooling(const window_geometry& g, const pooling_plan& p, const From* images, const walk& from, Number beside,
              kernel::scratch::frame& memory)
      : g_(g),
        plan_(p),
        images_(images),
        from_(from),
        beside_(beside),
        memory_(p.take<Number>(g, memory)),
        along_(p.step, g.kernel[2], g.dilation[2], memory_.along) {}

  /// `first`: of those that this thread computes. `finish` makes packs of results of folded ones.
  template <class Finish, class T>
  void pool(const pooling_task& t, bool first, const Finish& finish, T* to, const walk& into) {
    pooled_row at(g_, t.first);
    const index pixel = stride(into, window_loops::pixel);
    to += at.offset(into) + t.x * pixel;
    for (index done = 0, rows; done < t.rows; done += rows, to += rows * plan_.apart) {
      rows = std::min(plan_.rows, t.rows - done);
      if (plan_.rows < g_.output[1]) rows = std::min(rows, g_.output[1] - at.y);
      fold_across(at, rows, t, done == 0 && (first || plan_.panels > 1));
      kernel::window_rows w = plan_.walk_of(rows, t.windows, lanes);
      if (pixel == 1 && plan_.exact(w, t.windows, lanes)) {
        fold_along(w, finish, to);
        continue;
      }
      w.to_row = plan_.places;
      fold_along(w, finish, memory_.results);
      for (index r = 0; r < rows; ++r)
        kernel::store_window_row(memory_.results + r * plan_.places, 1, t.windows, 1, to + r * plan_.apart, pixel, 0);
    }
  }

private:
  static constexpr index lanes = simd::lanes<Number>;

  static index stride(const walk& w, index loop) { return w.stride[static_cast<std::size_t>(loop)]; }

  // Folds what the windows of some rows of the result see across the rows of the image, to rows whose sides may stand there.
  void fold_across(pooled_row& at, index of_rows, const pooling_task& t, bool sides) {
    const index begin = t.x * g_.stride[2] - g_.before[2], seen = (t.windows - 1) * plan_.step + plan_.reach(g_, 2) + 1;
    const index left = std::clamp<index>(-begin, 0, seen), right = std::clamp<index>(g_.input[2] - begin, left, seen);
    const index row = plan_.row(), pixel = stride(from_, window_loops::pixel);
    Number* to = memory_.seen;
    if (sides && g_.before[2] > 0) std::fill_n(to, plan_.rows * row, beside_);
    to += left;
    for (index done = 0, rows; done < of_rows; done += rows, at.advance(g_, rows), to += rows * row) {
      rows = std::min(alike(at.y), of_rows - done);
      const auto taps = taps_across(at);
      if (taps.empty() || left == right) {
        for (index r = 0; r < rows; ++r) std::fill_n(to + r * row, right - left, beside_);
        continue;
      }
      const From* const image = images_ + from_.offset + at.image * stride(from_, window_loops::image) +
                                at.channel * stride(from_, window_loops::channel) + (begin + left) * pixel;
      kernel::fold_rows<Op>(image, pixel, taps,
                            {rows, right - left, g_.stride[1] * stride(from_, window_loops::row), row}, beside_, to);
    }
  }
  // How many rows of the result from y on have all their windows' rows within the image, or 1.
  index alike(index y) const {
    const index above = g_.before[1] - y * g_.stride[1], below = g_.input[1] + above - plan_.reach(g_, 1) - 1;
    return above > 0 || below < 0 ? 1 : std::min(below / g_.stride[1] + 1, g_.output[1] - y);
  }
  // Where a window's taps across the rows lie in the image, those within it.
  std::span<const index> taps_across(const pooled_row& at) {
    const auto place = [&](std::size_t axis, index window, index tap) {
      return window * g_.stride[axis] + tap * g_.dilation[axis] - g_.before[axis];
    };
    const auto within = [&](std::size_t axis, index i) { return i >= 0 && i < g_.input[axis]; };
    index* end = memory_.across;
    for (index kz = 0; kz < g_.kernel[0]; ++kz) {
      const index z = place(0, at.z, kz);
      if (!within(0, z)) continue;
      for (index ky = 0; ky < g_.kernel[1]; ++ky)
        if (const index y = place(1, at.y, ky); within(1, y))
          *end++ = z * stride(from_, window_loops::depth) + y * stride(from_, window_loops::row);
    }
    return {memory_.across, end};
  }

  template <class Finish, class To>
  void fold_along(const kernel::window_rows& w, const Finish& finish, To* to) const {
    if (plan_.long_windows) return kernel::fold_long_windows<Op>(memory_.seen, plan_.step, g_.kernel[2], w, finish, to);
    kernel::fold_along_rows<Op>(memory_.seen, along_, w, finish, to);
  }

  const window_geometry& g_;
  const pooling_plan& plan_;
  const From* images_;
  const walk& from_;
  Number beside_;
  pooling_plan::memory<Number> memory_;
  kernel::taps_along<Number> along_;
};

template <class Op, index Axes, class X, class T, index Rank, class Keeper>
void pool_by_rows(const pooling_node<Op, Axes, X>& p, const view<T, Rank, Keeper>& to) {
  using F = value_t<pooling_node<Op, Axes, X>>;
  using number = kernel::accumulator_t<F>;
  const window_geometry& g = p.geometry();
  const auto stored = store_operand(get<0>(p.operands()));
  const frame f = window_loops::frame_of(g.layout, Axes);
  walk from, into;
  context::place(from, stored.elements.shape(), stored.elements.strides(), f);
  context::place(into, to.shape(), to.strides(), f);
  const pooling_plan plan(g, into, simd::lanes<number>);
  const auto pool = [&]<class Fold>(Fold, number beside, const auto& finish) {
    kernel::parallel_ranges(plan.tasks(), plan.threads, [&](index first, index last) {
      kernel::scratch::frame memory(kernel::scratch::of_this_thread());
      row_pooling<Fold, number, value_t<X>> rows(g, plan, stored.elements.data(), from, beside, memory);
      for (index i = first; i < last; ++i) rows.pool(plan.task(g, i), i == first, finish, to.data(), into);
    });
  };
  const auto as_it_is = [](const auto& v) { return v; };
  if constexpr (std::same_as<Op, max_pool_op>) {
    pool(max_op{}, convert_element<number>(least_element<value_t<X>>()), as_it_is);
  } else if (p.op().count_padding) {
    const auto count = number(static_cast<real_t<number>>(g.taps()));
    pool(sum_op{}, number{}, [&]<class V>(const V& sum) { return sum / simd::broadcast<number, V::size>(count); });
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
  if (p.geometry().layout == image_layout::channels_first) pool_by_rows(p, to);
  else pool_by_view(p, to);
}

} // namespace plan

TUTTI_NAMESPACE_END
