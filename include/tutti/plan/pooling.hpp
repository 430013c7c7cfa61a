// SPDX-License-Identifier: MIT
#pragma once

// Pooling is a fold of a view of all windows. Padding is memory around the image that changes no fold.

#include <limits>

#include <tutti/expr/operators.hpp>
#include <tutti/expr/pooling.hpp>
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

template <class Op, index Axes, class X, class T, index Rank, class Keeper>
void run_barrier(const pooling_node<Op, Axes, X>& p, const view<T, Rank, Keeper>& to) {
  using number = value_t<X>;
  constexpr bool greatest = std::same_as<Op, max_pool_op>;
  const window_geometry& g = p.geometry();
  const auto& x = std::get<0>(p.operands());
  const auto spatial = [&](index a) { return tutti::detail::spatial_axis(g.layout, a); };
  const auto of = [](index a) { return static_cast<std::size_t>(a + window_geometry::most - Axes); };

  index_list<Axes + 2> shape(x.shape()), strides;
  stored_operand<number> stored{{nullptr, index_list<>(shape)}, nullptr};
  const number* data = nullptr;
  if (std::all_of(g.before.begin(), g.before.end(), [](index n) { return n == 0; })) {
    auto given = store_operand(x);
    strides = index_list<Axes + 2>(given.elements.strides());
    data = given.elements.data();
    stored.memory = std::move(given.memory);
  } else {
    for (index a = 0; a < Axes; ++a) shape[spatial(a)] += 2 * g.before[of(a)];
    const index count = element_count(shape);
    stored.memory = allocate<number>(count);
    std::fill_n(stored.memory.get(), count, greatest ? least_element<number>() : number{});
    strides = contiguous_strides(shape);
    number* inner = stored.memory.get();
    for (index a = 0; a < Axes; ++a) inner += g.before[of(a)] * strides[spatial(a)];
    assign(view<number, X::rank>(inner, index_list<X::rank>(x.shape()), index_list<X::rank>(strides)), x);
    data = stored.memory.get();
  }

  index_list<2 * Axes + 2> windows, steps;
  for (index i = 0; i < Axes + 2; ++i) {
    windows[i] = p.shape()[i];
    steps[i] = strides[i];
  }
  index_list<Axes> folded;
  for (index a = 0; a < Axes; ++a) {
    steps[spatial(a)] *= g.stride[of(a)];
    windows[Axes + 2 + a] = g.kernel[of(a)];
    steps[Axes + 2 + a] = g.dilation[of(a)] * strides[spatial(a)];
    folded[a] = Axes + 2 + a;
  }
  const view<const number, 2 * Axes + 2> all_windows(data, windows, steps);
  if constexpr (greatest) {
    assign(to, max(all_windows, folded));
  } else if (p.op().count_padding) {
    assign(to, mean(all_windows, folded));
  } else {
    // How many of a window's elements lie within the image: a product of one number for each axis.
    using F = value_t<pooling_node<Op, Axes, X>>;
    assign(to, sum(cast<F>(all_windows), folded));
    for (index a = 0; a < Axes; ++a) {
      const index places = g.output[of(a)];
      const auto counts = allocate<F>(places);
      for (index i = 0; i < places; ++i) {
        index inside = 0;
        for (index k = 0; k < g.kernel[of(a)]; ++k) {
          const index at = i * g.stride[of(a)] + k * g.dilation[of(a)] - g.before[of(a)];
          inside += at >= 0 && at < g.input[of(a)] ? 1 : 0;
        }
        counts.get()[i] = convert_element<F>(static_cast<float>(inside));
      }
      auto stretched = index_list<Axes + 2>::filled(Axes + 2, 0);
      stretched[spatial(a)] = 1;
      assign(to, to / view<const F, Axes + 2>(counts.get(), p.shape(), stretched));
    }
  }
}

} // namespace plan

TUTTI_NAMESPACE_END
