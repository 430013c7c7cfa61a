// SPDX-License-Identifier: MIT
#pragma once

// Correlation and convolution of signals of one to three axes: convolutions of one image with one channel.

#include <tutti/expr/complex.hpp>
#include <tutti/expr/contract.hpp>
#include <tutti/expr/convolution.hpp>

TUTTI_NAMESPACE_BEGIN

/// Which places of `v` along `a` are computed: all where they overlap, as many as `a` has elements, centred, or only those
/// where `v` lies within `a`.
enum class overlap { full, same, valid };

namespace detail {

template <class A, class V>
auto correlated(const char* name, const A& a, const V& v, overlap mode) {
  constexpr index Axes = A::rank;
  static_assert(Axes == V::rank && Axes >= 1 && Axes <= window_geometry::most,
                "tutti: correlate and convolve take two operands of the same static rank, 1 to 3");
  const index_list<Axes> x(a.shape()), w(v.shape());
  window_geometry g;
  g.batch = g.inputs = g.outputs = 1;
  for (index axis = 0; axis < Axes; ++axis) {
    if (x[axis] == 0 || w[axis] == 0)
      throw shape_error(cannot_convolve(name, x, w) + ": axis " + std::to_string(axis) + " is empty");
    if (mode == overlap::valid && w[axis] > x[axis])
      throw shape_error(cannot_convolve(name, x, w) + " where they overlap wholly: axis " + std::to_string(axis) +
                        " is " + std::to_string(x[axis]) + " and " + std::to_string(w[axis]));
    const auto at = static_cast<std::size_t>(axis + window_geometry::most - Axes);
    const index beyond = w[axis] - 1;
    g.input[at] = x[axis];
    g.kernel[at] = w[axis];
    g.before[at] = mode == overlap::full ? beyond : mode == overlap::same ? beyond - beyond / 2 : 0;
    g.output[at] = mode == overlap::full ? x[axis] + beyond : mode == overlap::same ? x[axis] : x[axis] - beyond;
  }
  auto image = with_axes<2>(a, 2, 0);
  auto weights = with_axes<2>(v, 2, 0);
  const convolution_node<Axes, decltype(image), decltype(weights)> node(std::move(image), std::move(weights), g);
  return rearranged<Axes>(node, Axes, [](index i, const auto& shape) { return view_axis{i + 2, 1, shape[i + 2]}; });
}

} // namespace detail

/// The sums of a[k + n] * conj(v[n]) for every shift k. Shapes: both have one static rank, 1 to 3; along an axis of n
/// and m elements there are n + m - 1 for `full`, n for `same` and n - m + 1 for `valid`. Types: the operands' common
/// one. Errors: a shape_error where an operand has no elements, or for `valid` v is longer than a. Cost: a multiply-add
/// for each element of the result and of v. NumPy: correlate, scipy.signal.correlate for several axes; `same` has a's
/// shape, as SciPy's.
/// Example: `correlate(array({1, 2, 3}), array({0, 1}))` is `[2 3]`.
template <operand A, operand V>
auto correlate(A&& a, V&& v, overlap mode = overlap::valid) {
  auto x = as_node(std::forward<A>(a));
  auto w = as_node(std::forward<V>(v));
  if constexpr (is_complex<value_t<V>>) return detail::correlated("correlate", x, conj(w), mode);
  else return detail::correlated("correlate", x, w, mode);
}

/// The sums of a[k - n] * v[n] for every k. Shapes, types and cost as correlate's. Errors as correlate's. NumPy:
/// convolve, scipy.signal.convolve for several axes; `same` has a's shape, as SciPy's.
/// Example: `convolve(array({1, 2, 3}), array({1, 1}))` is `[1 3 5 3]`.
template <operand A, operand V>
auto convolve(A&& a, V&& v, overlap mode = overlap::full) {
  return detail::correlated("convolve", as_node(std::forward<A>(a)), flip(std::forward<V>(v)), mode);
}

TUTTI_NAMESPACE_END
