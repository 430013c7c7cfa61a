// SPDX-License-Identifier: MIT
#pragma once

// Pooling layers, by PyTorch's names, over images in the layouts of convolutions.

#include <optional>

#include <tutti/tensor.hpp>

TUTTI_NAMESPACE_BEGIN

namespace nn {

/// How a pooling window moves; its step is its own extent unless it is given.
template <index Axes>
struct max_pool_options {
  std::optional<per_axis<Axes>> stride = std::nullopt;
  per_axis<Axes> padding = 0; ///< of elements less than any; at most half the window
  per_axis<Axes> dilation = 1;
  image_layout layout = image_layout::channels_first;
};
template <index Axes>
struct avg_pool_options {
  std::optional<per_axis<Axes>> stride = std::nullopt;
  per_axis<Axes> padding = 0;    ///< of zeros; at most half the window
  bool count_include_pad = true; ///< whether they count
  image_layout layout = image_layout::channels_first;
};

namespace detail {

template <index Axes, class X>
auto max_pooled(const char* name, X&& x, const per_axis<Axes>& window, const max_pool_options<Axes>& o) {
  auto image = as_node(std::forward<X>(x));
  const auto geometry = tutti::detail::pooling_geometry<Axes>(name, image.shape(), window, o.stride.value_or(window),
                                                              o.padding, o.dilation, o.layout);
  return pooling_node<max_pool_op, Axes, decltype(image)>({}, std::move(image), geometry);
}
template <index Axes, class X>
auto avg_pooled(const char* name, X&& x, const per_axis<Axes>& window, const avg_pool_options<Axes>& o) {
  auto image = as_node(std::forward<X>(x));
  const auto geometry = tutti::detail::pooling_geometry<Axes>(name, image.shape(), window, o.stride.value_or(window),
                                                              o.padding, per_axis<Axes>(1), o.layout);
  return pooling_node<avg_pool_op, Axes, decltype(image)>({o.count_include_pad}, std::move(image), geometry);
}

} // namespace detail

/// Shapes: images (batch, channels, spatial axes...), or with `image_layout::channels_last` (batch, spatial axes...,
/// channels); an extent becomes (extent + 2 * padding - dilation * (window - 1) - 1) / stride + 1, rounded down.
/// Errors: a shape_error where x has another rank, or the window is larger than the padded image; a value_error where
/// the window, a step or a dilation is not positive, or the padding is negative or more than half the window. Cost: an
/// operation for each element of the result and of the window; a stage of its own, before which a formula x is stored.

/// The greatest element under each window; NaN where one is. Types: x's own; real numbers only. PyTorch: max_pool1d.
/// Example: `nn::max_pool1d(reshape(array({1, 4, 2, 3, 9}), 1, 1, 5), 2)` is `[[[4 3]]]`.
template <operand X>
auto max_pool1d(X&& x, const per_axis<1>& window, const max_pool_options<1>& options = {}) {
  return detail::max_pooled<1>("max_pool1d", std::forward<X>(x), window, options);
}
/// The same over two spatial axes: max_pool2d(x, 2), max_pool2d(x, {3, 2}, {.stride = 2}). Types as max_pool1d's.
/// PyTorch: max_pool2d.
/// Example: `to_string(nn::max_pool2d(ones<float>({8, 3, 6, 7}), 2).shape())` is `(8, 3, 3, 3)`;
/// `to_string(nn::max_pool2d(ones<float>({8, 3, 6, 7}), {3, 2}, {.stride = 2}).shape())` is `(8, 3, 2, 3)`.
template <operand X>
auto max_pool2d(X&& x, const per_axis<2>& window, const max_pool_options<2>& options = {}) {
  return detail::max_pooled<2>("max_pool2d", std::forward<X>(x), window, options);
}
/// The same over three spatial axes. Types as max_pool1d's. PyTorch: max_pool3d.
/// Example: `to_string(nn::max_pool3d(ones<float>({8, 3, 2, 6, 7}), 2).shape())` is `(8, 3, 1, 3, 3)`.
template <operand X>
auto max_pool3d(X&& x, const per_axis<3>& window, const max_pool_options<3>& options = {}) {
  return detail::max_pooled<3>("max_pool3d", std::forward<X>(x), window, options);
}

/// The mean of the elements under each window. Types: x's own, double of integers and bools. PyTorch: avg_pool1d.
/// Example: `nn::avg_pool1d(reshape(array({1, 4, 2, 3, 9}), 1, 1, 5), 2)` is `[[[2.5 2.5]]]`.
template <operand X>
auto avg_pool1d(X&& x, const per_axis<1>& window, const avg_pool_options<1>& options = {}) {
  return detail::avg_pooled<1>("avg_pool1d", std::forward<X>(x), window, options);
}
/// The same over two spatial axes. Types as avg_pool1d's. PyTorch: avg_pool2d.
/// Example: `to_string(nn::avg_pool2d(ones<float>({8, 3, 6, 7}), 2).shape())` is `(8, 3, 3, 3)`.
template <operand X>
auto avg_pool2d(X&& x, const per_axis<2>& window, const avg_pool_options<2>& options = {}) {
  return detail::avg_pooled<2>("avg_pool2d", std::forward<X>(x), window, options);
}
/// The same over three spatial axes. Types as avg_pool1d's. PyTorch: avg_pool3d.
/// Example: `to_string(nn::avg_pool3d(ones<float>({8, 3, 2, 6, 7}), 2).shape())` is `(8, 3, 1, 3, 3)`.
template <operand X>
auto avg_pool3d(X&& x, const per_axis<3>& window, const avg_pool_options<3>& options = {}) {
  return detail::avg_pooled<3>("avg_pool3d", std::forward<X>(x), window, options);
}

} // namespace nn

TUTTI_NAMESPACE_END
