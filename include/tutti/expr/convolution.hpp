// SPDX-License-Identifier: MIT
#pragma once

// Convolutions as neural networks have them: a window of weights moves over the spatial axes of a batch of images, and sums
// over the channels under it.

#include <tutti/expr/barrier.hpp>
#include <tutti/expr/same.hpp>

TUTTI_NAMESPACE_BEGIN

/// One number for each spatial axis; a single number stands for all of them.
template <index Axes>
class per_axis {
public:
  /// The same number for all axes, or one for each. Errors: none. Cost: none.
  template <std::integral Int>
  constexpr per_axis(Int value) { values_.fill(static_cast<index>(value)); }
  template <std::integral... Ints>
    requires(sizeof...(Ints) == Axes && Axes > 1)
  constexpr per_axis(Ints... each) : values_{static_cast<index>(each)...} {}
  /// The number for an axis. Errors: none; the axis is not checked. Cost: none.
  constexpr index operator[](index axis) const { return values_[static_cast<std::size_t>(axis)]; }

private:
  std::array<index, static_cast<std::size_t>(Axes)> values_{};
};

/// Where the channels of images stand: before the spatial axes (NCW, NCHW, NCDHW) or after them (NWC, NHWC, NDHWC).
enum class image_layout { channels_first, channels_last };

/// How a window moves over an image of three spatial axes, of which the first may be missing (of extent 1).
struct window_geometry {
  static constexpr index most = 3;
  using numbers = std::array<index, static_cast<std::size_t>(most)>;
  numbers input{1, 1, 1}, kernel{1, 1, 1}, output{1, 1, 1};
  numbers stride{1, 1, 1}, dilation{1, 1, 1};
  // How far apart the elements of the input lie, with zeros between: a transposed convolution's stride.
  numbers spread{1, 1, 1};
  numbers before{0, 0, 0}; // zeros before the input; where negative, so much of the input is left out
  index batch = 0, inputs = 0, outputs = 0, groups = 1; // inputs and outputs: channels of all groups
  bool transposed = false;
  image_layout layout = image_layout::channels_first;

  index taps() const { return kernel[0] * kernel[1] * kernel[2]; }
  index inputs_of_group() const { return inputs / groups; }
  index outputs_of_group() const { return outputs / groups; }
  friend bool operator==(const window_geometry&, const window_geometry&) = default;
};

namespace detail {

/// Where the channels and the spatial axes of an image of rank `rank` are.
constexpr index channel_axis(image_layout layout, index rank) {
  return layout == image_layout::channels_first ? 1 : rank - 1;
}
constexpr index spatial_axis(image_layout layout, index axis) {
  return axis + (layout == image_layout::channels_first ? 2 : 1);
}

/// "cannot conv2d shapes (1, 3, 8, 8) and (4, 2, 3, 3)"
template <index X, index W>
std::string cannot_convolve(std::string_view name, const index_list<X>& x, const index_list<W>& w) {
  return "cannot " + std::string(name) + " shapes " + to_string(x) + " and " + to_string(w);
}

inline void require_window(bool holds, std::string_view name, const char* sentence) {
  if (!holds) throw value_error(std::string(name) + ": " + sentence);
}
// Sums and products of what moves a window with an image's extents are counted without a second thought.
inline void require_countable(std::string_view name, auto... motions) {
  constexpr index beyond = index{1} << 31;
  require_window(((motions < beyond) && ...), name, "the numbers that move a window have 32 bits");
}

} // namespace detail

/// The convolution of images `X` and weights `W`, of so many spatial axes, or the transposed one.
template <index Axes, expression X, expression W, bool Transposed = false>
class convolution_node
    : public node<convolution_node<Axes, X, W, Transposed>, promote_t<value_t<X>, value_t<W>>, Axes + 2>,
      public barrier_tag {
  static_assert(X::rank == dynamic_rank || X::rank == Axes + 2,
                "tutti: a convolution's images have an axis for the batch, one for the channels, and the spatial ones");
  static_assert(W::rank == dynamic_rank || W::rank == Axes + 2,
                "tutti: a convolution's weights have two axes for the channels, and the spatial ones");

public:
  static constexpr std::string_view name = "convolution";
  static constexpr index spatial_axes = Axes;

  convolution_node(X x, W w, const window_geometry& geometry)
      : operands_{std::move(x), std::move(w)}, geometry_(geometry) {
    const index channel = detail::channel_axis(geometry.layout, Axes + 2);
    shape_ = index_list<Axes + 2>::filled(Axes + 2, geometry.batch);
    shape_[channel] = geometry.outputs;
    for (index a = 0; a < Axes; ++a)
      shape_[detail::spatial_axis(geometry.layout, a)] =
          geometry.output[static_cast<std::size_t>(a + window_geometry::most - Axes)];
  }

  const X& image() const { return get<0>(operands_); }
  const W& weights() const { return get<1>(operands_); }
  const bundle<X, W>& operands() const { return operands_; }
  const window_geometry& geometry() const { return geometry_; }
  const index_list<Axes + 2>& shape() const { return shape_; }

private:
  bundle<X, W> operands_;
  window_geometry geometry_;
  index_list<Axes + 2> shape_;
};

template <index Axes, class X, class W, bool Transposed>
bool same(const convolution_node<Axes, X, W, Transposed>& a, const convolution_node<Axes, X, W, Transposed>& b) {
  return a.geometry() == b.geometry() && same(a.image(), b.image()) && same(a.weights(), b.weights());
}

namespace detail {

/// What the window does along each axis, as the caller said it.
template <index Axes>
struct window_motion {
  per_axis<Axes> stride, padding, dilation, output_padding;
  index groups;
  image_layout layout;
  bool transposed;
};

/// The geometry of a convolution, or the error that says why there is none.
template <index Axes, index RankX, index RankW>
window_geometry convolution_geometry(std::string_view name, const index_list<RankX>& x, const index_list<RankW>& w,
                                     const window_motion<Axes>& how) {
  const auto cannot = [&] { return cannot_convolve(name, x, w); };
  for (const index rank : {x.size(), w.size()})
    if (rank != Axes + 2)
      throw shape_error(cannot() + ": both have rank " + std::to_string(Axes + 2) + ", not " + std::to_string(rank));
  window_geometry g;
  g.layout = how.layout;
  g.groups = how.groups;
  g.transposed = how.transposed;
  const index channel = channel_axis(g.layout, Axes + 2);
  g.batch = x[0];
  g.inputs = x[channel];
  require_window(g.groups > 0, name, "the number of groups is positive");
  if (g.inputs % g.groups != 0)
    throw shape_error(cannot() + ": axis " + std::to_string(channel) + " is " + std::to_string(g.inputs) + ", which " +
                      std::to_string(g.groups) + " groups do not divide");
  const index of_weights = g.transposed ? 0 : 1, wanted = g.transposed ? g.inputs : g.inputs / g.groups;
  if (w[of_weights] != wanted)
    throw shape_error(cannot() + ": axis " + std::to_string(channel) + " is " + std::to_string(g.inputs) +
                      (g.groups > 1 ? " in " + std::to_string(g.groups) + " groups" : "") + " and axis " +
                      std::to_string(of_weights) + " is " + std::to_string(w[of_weights]));
  g.outputs = g.transposed ? w[1] * g.groups : w[0];
  if (g.outputs % g.groups != 0)
    throw shape_error(cannot() + ": axis 0 is " + std::to_string(g.outputs) + ", which " + std::to_string(g.groups) +
                      " groups do not divide");
  for (index a = 0; a < Axes; ++a) {
    const auto at = static_cast<std::size_t>(a + window_geometry::most - Axes);
    require_window(how.stride[a] > 0, name, "strides are positive");
    require_window(how.dilation[a] > 0, name, "dilations are positive");
    require_window(how.padding[a] >= 0, name, "padding is not negative");
    require_countable(name, how.stride[a], how.dilation[a], how.padding[a]);
    require_window(how.output_padding[a] >= 0 && how.output_padding[a] < std::max(how.stride[a], how.dilation[a]), name,
                   "the output's padding is not negative and less than the stride or the dilation");
    const index axis = spatial_axis(g.layout, a);
    g.input[at] = x[axis];
    g.kernel[at] = w[a + 2];
    if (g.kernel[at] == 0) throw shape_error(cannot() + ": axis " + std::to_string(a + 2) + " of the weights is 0");
    g.dilation[at] = how.dilation[a];
    const index reach = how.dilation[a] * (g.kernel[at] - 1);
    if (g.transposed) {
      g.spread[at] = how.stride[a];
      g.before[at] = reach - how.padding[a];
      g.output[at] = (g.input[at] - 1) * how.stride[a] - 2 * how.padding[a] + reach + how.output_padding[a] + 1;
      if (g.output[at] <= 0)
        throw shape_error(cannot() + ": axis " + std::to_string(axis) + " of the result would be " +
                          std::to_string(g.output[at]));
    } else {
      g.before[at] = how.padding[a];
      const index padded = g.input[at] + 2 * how.padding[a];
      if (padded <= reach)
        throw shape_error(cannot() + ": axis " + std::to_string(axis) + " is " + std::to_string(padded) +
                          " with its padding and the window " + std::to_string(reach + 1));
      g.output[at] = (padded - reach - 1) / how.stride[a] + 1;
      g.stride[at] = std::min(how.stride[a], padded); // beyond the image there is no window to make room for
    }
  }
  return g;
}

} // namespace detail

TUTTI_NAMESPACE_END
