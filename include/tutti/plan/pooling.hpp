// SPDX-License-Identifier: MIT
#pragma once

// Pooling is a fold of a view of all windows. Padding is memory around the image that changes no fold.

#include <limits>

#include <tutti/expr/operators.hpp>
#include <tutti/expr/pooling.hpp>
#include <tutti/kernel/scratch.hpp>
#include <tutti/plan/einsum.hpp>

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
  index_list<Axes + 2> shape(std::get<0>(p.operands()).shape());
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

template <class Op, index Axes, class X, class T, index Rank, class Keeper>
void run_barrier(const pooling_node<Op, Axes, X>& p, const view<T, Rank, Keeper>& to) {
  using number = value_t<X>;
  constexpr bool greatest = std::same_as<Op, max_pool_op>;
  const window_geometry& g = p.geometry();
  const auto& x = std::get<0>(p.operands());
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
  if constexpr (!greatest) {
    if (p.op().count_padding) return;
    // How many of a window's elements lie within the image: a product of one number for each axis.
    using F = value_t<pooling_node<Op, Axes, X>>;
    kernel::scratch::frame memory(kernel::scratch::of_this_thread());
    for (index a = 0; a < Axes; ++a) {
      const index places = g.output[of(a)];
      F* const counts = memory.take<F>(places);
      for (index i = 0; i < places; ++i) {
        index inside = 0;
        for (index k = 0; k < g.kernel[of(a)]; ++k) {
          const index at = i * g.stride[of(a)] + k * g.dilation[of(a)] - g.before[of(a)];
          inside += at >= 0 && at < g.input[of(a)] ? 1 : 0;
        }
        counts[i] = convert_element<F>(static_cast<float>(inside));
      }
      auto stretched = index_list<Axes + 2>::filled(Axes + 2, 0);
      stretched[spatial(a)] = 1;
      assign(to, to / view<const F, Axes + 2>(counts, p.shape(), stretched));
    }
  }
}

} // namespace plan

TUTTI_NAMESPACE_END
