// SPDX-License-Identifier: MIT
#pragma once

// Windows that slide over an expression, as a view: each axis that they slide along is walked by two axes of the result.

#include <tutti/expr/structure.hpp>

TUTTI_NAMESPACE_BEGIN

/// All windows of a shape, as new last axes: with window w along axis a, sliding_window_view(x, w, a)[..., i, ..., j]
/// is x[..., i + j, ...], and axis a has x's extent less w - 1. A view, of whose elements many lie in the same place:
/// fold it rather than write through it. Shapes: x's, less w - 1 along each axis that has a window, then the windows'.
/// Types and cost as permute's. Errors: a shape_error where a window is larger than its axis, or empty; an axis_error
/// where an axis is not there, or there are not as many windows as axes. NumPy:
/// lib.stride_tricks.sliding_window_view(x, window, axes); PyTorch: unfold.
/// Example: `sliding_window_view(arange(4), 2, 0)` is `[[0 1] [1 2] [2 3]]`; `mean(sliding_window_view(arange(1., 6.),
/// 3, -1), -1)` is `[2. 3. 4.]`; `to_string(sliding_window_view(ones<int>({9, 8}), {3, 3}, {0, 1}).shape())` is `(7, 6,
/// 3, 3)`.
template <operand X, index Count>
constexpr auto sliding_window_view(X&& x, const index_list<Count>& window, const index_list<Count>& along) {
  auto e = as_node(std::forward<X>(x));
  constexpr index R = decltype(e)::rank;
  constexpr index To = R == dynamic_rank || Count == dynamic_rank ? dynamic_rank : R + Count;
  const index_list<R> shape(e.shape());
  const index rank = shape.size();
  if (window.size() != along.size())
    throw axis_error("sliding_window_view: " + std::to_string(window.size()) + " extents and " +
                     std::to_string(along.size()) + " axes");
  auto extent = shape;
  auto source = index_list<Count>::filled(along.size(), 0);
  for (index i = 0; i < along.size(); ++i) {
    source[i] = normalize_axis(along[i], rank, "sliding_window_view");
    if (window[i] < 1 || window[i] > extent[source[i]])
      throw shape_error("cannot slide a window of " + std::to_string(window[i]) + " along axis " +
                        std::to_string(source[i]) + " of shape " + to_string(shape));
    extent[source[i]] -= window[i] - 1;
  }
  return detail::rearranged<To>(e, rank + along.size(), [&](index i, const auto&) {
    return i < rank ? view_axis{i, 1, extent[i]} : view_axis{source[i - rank], 1, window[i - rank]};
  });
}
template <operand X, std::size_t Count>
constexpr auto sliding_window_view(X&& x, const detail::any_integer (&window)[Count],
                                   const detail::any_integer (&along)[Count]) {
  return sliding_window_view(std::forward<X>(x), detail::list_of(window), detail::list_of(along));
}
template <operand X>
constexpr auto sliding_window_view(X&& x, index window, index axis) {
  return sliding_window_view(std::forward<X>(x), index_list<1>{window}, index_list<1>{axis});
}

TUTTI_NAMESPACE_END
