// SPDX-License-Identifier: MIT
#pragma once

// Pooling: what a window sees of an image, folded to one element.

#include <tutti/expr/convolution.hpp>
#include <tutti/expr/reduce.hpp>
#include <tutti/expr/statistics.hpp>

TUTTI_NAMESPACE_BEGIN

struct max_pool_op {
  static constexpr std::string_view name = "max_pool";
  template <class T>
  using result = T;
};
/// The mean of a window: of all its elements, or of those that lie within the image.
struct avg_pool_op {
  static constexpr std::string_view name = "avg_pool";
  template <class T>
  using result = floating_t<T>;
  bool count_padding = true;
};

template <class Op, index Axes, expression X>
class pooling_node : public node<pooling_node<Op, Axes, X>, typename Op::template result<value_t<X>>, Axes + 2>,
                     public barrier_tag {
  static_assert(X::rank == dynamic_rank || X::rank == Axes + 2,
                "tutti: pooled images have an axis for the batch, one for the channels, and the spatial ones");

public:
  static constexpr std::string_view name = Op::name;

  pooling_node(Op op, X x, const window_geometry& geometry) : op_(op), operands_{std::move(x)}, geometry_(geometry) {
    shape_ = index_list<Axes + 2>(get<0>(operands_).shape());
    for (index a = 0; a < Axes; ++a)
      shape_[detail::spatial_axis(geometry.layout, a)] =
          geometry.output[static_cast<std::size_t>(a + window_geometry::most - Axes)];
  }
  const Op& op() const { return op_; }
  const bundle<X>& operands() const { return operands_; }
  const window_geometry& geometry() const { return geometry_; }
  const index_list<Axes + 2>& shape() const { return shape_; }

private:
  Op op_;
  bundle<X> operands_;
  window_geometry geometry_;
  index_list<Axes + 2> shape_;
};

namespace detail {

/// The geometry of windows of this shape, or the error that says why there is none.
template <index Axes, index Rank>
window_geometry pooling_geometry(std::string_view name, const index_list<Rank>& x, const per_axis<Axes>& window,
                                 const per_axis<Axes>& stride, const per_axis<Axes>& padding,
                                 const per_axis<Axes>& dilation, image_layout layout) {
  if (x.size() != Axes + 2)
    throw shape_error("cannot " + std::string(name) + " shape " + to_string(x) + ": it has rank " +
                      std::to_string(x.size()) + ", not " + std::to_string(Axes + 2));
  window_geometry g;
  g.layout = layout;
  g.batch = x[0];
  g.inputs = g.outputs = x[channel_axis(layout, Axes + 2)];
  for (index a = 0; a < Axes; ++a) {
    const auto at = static_cast<std::size_t>(a + window_geometry::most - Axes);
    const index axis = spatial_axis(layout, a);
    require_window(window[a] > 0, name, "windows are positive");
    require_window(stride[a] > 0, name, "strides are positive");
    require_window(dilation[a] > 0, name, "dilations are positive");
    require_window(padding[a] >= 0 && padding[a] <= window[a] / 2, name,
                   "padding is not negative and at most half the window");
    require_countable(name, window[a], stride[a], dilation[a]);
    const index padded = x[axis] + 2 * padding[a], reach = dilation[a] * (window[a] - 1);
    if (padded <= reach)
      throw shape_error("cannot " + std::string(name) + " shape " + to_string(x) + ": axis " + std::to_string(axis) +
                        " is " + std::to_string(padded) + " with its padding and the window " +
                        std::to_string(reach + 1));
    g.input[at] = x[axis];
    g.kernel[at] = window[a];
    g.stride[at] = stride[a];
    g.dilation[at] = dilation[a];
    g.before[at] = padding[a];
    g.output[at] = (padded - reach - 1) / stride[a] + 1;
  }
  return g;
}

} // namespace detail

TUTTI_NAMESPACE_END
