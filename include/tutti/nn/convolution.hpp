// SPDX-License-Identifier: MIT
#pragma once

// Convolution layers, by PyTorch's names. Images are (batch, channels, spatial axes...), or with channels_last (batch, spatial
// axes..., channels); weights (output channels, input channels of a group, window...) in both. A bias is a sum:
// conv2d(x, w) + b(all, newaxis, newaxis).

#include <tutti/tensor.hpp>

TUTTI_NAMESPACE_BEGIN

namespace nn {

/// How a convolution's window moves. Each number may differ from axis to axis: `{.stride = {2, 1}, .padding = 1}`.
template <index Axes>
struct convolution_options {
  per_axis<Axes> stride = 1;   ///< the window's steps
  per_axis<Axes> padding = 0;  ///< zeros before and after the image
  per_axis<Axes> dilation = 1; ///< the steps between a window's taps
  index groups = 1; ///< so many convolutions side by side, each of its own channels; as many as channels: depthwise
  image_layout layout = image_layout::channels_first;
};

/// How a transposed convolution's window moves.
template <index Axes>
struct transposed_convolution_options {
  per_axis<Axes> stride = 1;         ///< how far apart the windows lie that the image's elements are multiplied with
  per_axis<Axes> padding = 0;        ///< what is cut off before and after the result
  per_axis<Axes> output_padding = 0; ///< what the result is longer
  index groups = 1;
  per_axis<Axes> dilation = 1;
  image_layout layout = image_layout::channels_first;
};

namespace detail {

template <index Axes, bool Transposed, class X, class W>
auto convolved(const char* name, X&& x, W&& w, const tutti::detail::window_motion<Axes>& how) {
  auto image = as_node(std::forward<X>(x));
  auto weights = as_node(std::forward<W>(w));
  const auto geometry = tutti::detail::convolution_geometry<Axes>(name, image.shape(), weights.shape(), how);
  return convolution_node<Axes, decltype(image), decltype(weights), Transposed>(std::move(image), std::move(weights),
                                                                                geometry);
}
template <index Axes, class X, class W>
auto convolved(const char* name, X&& x, W&& w, const convolution_options<Axes>& o) {
  return convolved<Axes, false>(name, std::forward<X>(x), std::forward<W>(w),
                                {o.stride, o.padding, o.dilation, 0, o.groups, o.layout, false});
}
template <index Axes, class X, class W>
auto convolved(const char* name, X&& x, W&& w, const transposed_convolution_options<Axes>& o) {
  return convolved<Axes, true>(name, std::forward<X>(x), std::forward<W>(w),
                               {o.stride, o.padding, o.dilation, o.output_padding, o.groups, o.layout, true});
}

} // namespace detail

/// Types as matmul's. Errors: a shape_error where an operand has another rank, the channels do not fit each other and
/// the groups, or the window is empty or larger than the padded image; a value_error where a step, a dilation or the
/// groups are not positive, or the padding is negative. Cost: a multiply-add for each element of the result, of the
/// window and of a group's input channels; memory in which the image is laid out for the windows; elementwise work
/// around it is done before the sums leave the cache.

/// The sums over the window and the input channels of x times w, for each place of the window and each output channel;
/// the weights are not turned round. Shapes: images (batch, input channels, spatial axes...) and weights (output
/// channels, input channels of a group, window...) give (batch, output channels, spatial axes...), where an extent
/// becomes (extent + 2 * padding - dilation * (window - 1) - 1) / stride + 1, rounded down; with
/// `image_layout::channels_last` the images' channels come last. PyTorch: conv1d.
/// Example: `nn::conv1d(reshape(array({1, 2, 3, 4}), 1, 1, 4), reshape(array({1, -1}), 1, 1, 2))` is `[[[-1 -1 -1]]]`;
/// `to_string(nn::conv1d(ones<float>({8, 3, 10}), ones<float>({5, 3, 3}), {.stride = 2}).shape())` is `(8, 5, 4)`.
template <operand X, operand W>
auto conv1d(X&& x, W&& w, const convolution_options<1>& options = {}) {
  return detail::convolved("conv1d", std::forward<X>(x), std::forward<W>(w), options);
}
/// The same over two spatial axes. Shapes as conv1d's. PyTorch: conv2d.
/// Example: `to_string(nn::conv2d(ones<float>({8, 3, 6, 7}), ones<float>({5, 3, 3, 3}), {.padding = 1}).shape())` is
/// `(8, 5, 6, 7)`.
template <operand X, operand W>
auto conv2d(X&& x, W&& w, const convolution_options<2>& options = {}) {
  return detail::convolved("conv2d", std::forward<X>(x), std::forward<W>(w), options);
}
/// The same over three spatial axes. Shapes as conv1d's. PyTorch: conv3d.
/// Example: `to_string(nn::conv3d(ones<float>({1, 3, 4, 6, 7}), ones<float>({5, 3, 1, 3, 3})).shape())` is `(1, 5, 4,
/// 4, 5)`.
template <operand X, operand W>
auto conv3d(X&& x, W&& w, const convolution_options<3>& options = {}) {
  return detail::convolved("conv3d", std::forward<X>(x), std::forward<W>(w), options);
}

/// The convolution's derivative by its images, as a function of its own: each element of x adds a window of weights
/// times itself to the result. Shapes: images as conv1d's and weights (input channels, output channels of a group,
/// window...); an extent becomes (extent - 1) * stride - 2 * padding + dilation * (window - 1) + output_padding + 1.
/// Errors: as conv1d's; an output_padding that is neither below the stride nor the dilation is a value_error, a result
/// that would have no elements along an axis a shape_error. Cost: a multiply-add for each element of the image, of the
/// window and of a group's output channels; a stage of its own, whose operands are in memory. PyTorch: conv_transpose1d. Source: Dumoulin and Visin, A guide to
/// convolution arithmetic for deep learning, 2016.
/// Example: `nn::conv_transpose1d(reshape(array({1, 2}), 1, 1, 2), reshape(array({1, 10}), 1, 1, 2), {.stride = 2})` is
/// `[[[ 1 10 2 20]]]`.
template <operand X, operand W>
auto conv_transpose1d(X&& x, W&& w, const transposed_convolution_options<1>& options = {}) {
  return detail::convolved("conv_transpose1d", std::forward<X>(x), std::forward<W>(w), options);
}
/// The same over two spatial axes. Shapes, errors and cost as conv_transpose1d's. PyTorch: conv_transpose2d.
/// Example: `to_string(nn::conv_transpose2d(ones<float>({8, 3, 6, 7}), ones<float>({3, 5, 2, 2}), {.stride =
/// 2}).shape())` is `(8, 5, 12, 14)`.
template <operand X, operand W>
auto conv_transpose2d(X&& x, W&& w, const transposed_convolution_options<2>& options = {}) {
  return detail::convolved("conv_transpose2d", std::forward<X>(x), std::forward<W>(w), options);
}
/// The same over three spatial axes. Shapes, errors and cost as conv_transpose1d's. PyTorch: conv_transpose3d.
/// Example: `to_string(nn::conv_transpose3d(ones<float>({1, 3, 2, 6, 7}), ones<float>({3, 5, 1, 2, 2})).shape())` is
/// `(1, 5, 2, 7, 8)`.
template <operand X, operand W>
auto conv_transpose3d(X&& x, W&& w, const transposed_convolution_options<3>& options = {}) {
  return detail::convolved("conv_transpose3d", std::forward<X>(x), std::forward<W>(w), options);
}

} // namespace nn

TUTTI_NAMESPACE_END
