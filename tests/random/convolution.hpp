// SPDX-License-Identifier: MIT
#pragma once

// Random convolutions, of one element type in a program each.

#include <random/support.hpp>
#include <reference/convolution.hpp>
#include <tutti/nn.hpp>

namespace random_test {

struct drawn_convolution {
  reference::motion how;
  dynamic_shape x, w; // channels first
};

inline drawn_convolution draw_convolution(dice& d, index axes, bool transposed) {
  while (true) {
    drawn_convolution c;
    const bool pointwise = d.chance(0.15); // a matrix product
    c.how.groups = !pointwise && d.chance(0.3) ? d.between(2, 4) : 1;
    const bool depthwise = c.how.groups > 1 && d.chance(0.5);
    const std::vector<index> channels{1, 2, 3, 5, 8, 16, 17, 33, 40};
    const index inputs = depthwise ? 1 : d.pick(channels), outputs = depthwise ? d.between(1, 2) : d.pick(channels);
    c.x = {d.chance(0.05) ? 0 : d.between(1, 3), c.how.groups * inputs};
    c.w = transposed ? dynamic_shape{c.how.groups * inputs, outputs} : dynamic_shape{c.how.groups * outputs, inputs};
    bool fits = true;
    for (index a = 0; a < axes; ++a) {
      const index window = pointwise ? 1 : d.between(1, axes == 1 ? 7 : 4);
      const std::size_t at = static_cast<std::size_t>(a);
      c.how.stride.push_back(pointwise || d.chance(0.5) ? 1 : d.between(1, 3));
      c.how.dilation.push_back(d.chance(0.7) ? 1 : d.between(1, 3));
      c.how.padding.push_back(pointwise || d.chance(0.4) ? 0 : d.between(0, 4));
      c.how.output_padding.push_back(d.chance(0.6) ? 0
                                                   : d.between(0, std::max(c.how.stride[at], c.how.dilation[at]) - 1));
      const index most = axes == 1 ? 150 : axes == 2 ? 24 : 9;
      c.x.push_back(d.between(1, d.chance(0.15) ? 10 * most : most));
      c.w.push_back(window);
      const index reach = c.how.dilation[at] * (window - 1);
      fits = fits &&
             (transposed
                  ? (c.x[a + 2] - 1) * c.how.stride[at] - 2 * c.how.padding[at] + reach + c.how.output_padding[at] >= 0
                  : c.x[a + 2] + 2 * c.how.padding[at] > reach);
    }
    const double work = static_cast<double>(tutti::element_count(c.x)) * static_cast<double>(tutti::element_count(c.w));
    if (fits && work / static_cast<double>(c.how.groups) < 4e6) return c;
  }
}

template <index Axes>
tutti::per_axis<Axes> as_motion(const reference::shape_t& each) {
  if constexpr (Axes == 1) return each[0];
  else if constexpr (Axes == 2) return {each[0], each[1]};
  else return {each[0], each[1], each[2]};
}

template <class R>
reference::array<R> channels_moved(const reference::array<R>& x, bool to_last) {
  reference::shape_t order(x.shape().size());
  std::iota(order.begin(), order.end(), index{0});
  if (to_last) std::rotate(order.begin() + 1, order.begin() + 2, order.end());
  else std::rotate(order.begin() + 1, order.end() - 1, order.end());
  return reference::permute(x, order);
}

/// `around` is elementwise work around the result, for the library's expressions and for numbers alike.
template <class T, class X, class W, index Axes, bool Transposed, class Prepare, class Around>
void convolutions(int count, const Prepare& prepare, const Around& around) {
  repeat(count, [&](dice& d, std::string& description) -> std::string {
    drawn_convolution c = draw_convolution(d, Axes, Transposed);
    const bool last = d.chance(0.4);
    if (last) std::rotate(c.x.begin() + 1, c.x.begin() + 2, c.x.end());
    const leaf<X> x(d, c.x);
    const leaf<W> w(d, c.w);
    const auto vx = x.template view<Axes + 2>();
    const auto vw = w.template view<Axes + 2>();
    description = describe(vx) + ", " + describe(vw) + " in " + std::to_string(c.how.groups) + " groups" +
                  (last ? ", channels last" : "");
    for (std::size_t a = 0; a < static_cast<std::size_t>(Axes); ++a)
      description += "; stride " + std::to_string(c.how.stride[a]) + " padding " + std::to_string(c.how.padding[a]) +
                     " dilation " + std::to_string(c.how.dilation[a]) + " output padding " +
                     std::to_string(c.how.output_padding[a]);
    INFO(description);
    const auto expected = [&] {
      auto image = reference::elementwise(prepare, copy_of(vx));
      if (last) image = channels_moved(image, false);
      auto result = Transposed ? reference::convolve_transposed(image, copy_of(vw), c.how)
                               : reference::convolve(image, copy_of(vw), c.how);
      if (last) result = channels_moved(result, true);
      return reference::elementwise(around, result);
    }();
    const auto layout = last ? tutti::image_layout::channels_last : tutti::image_layout::channels_first;
    const auto e = [&] {
      const auto stride = as_motion<Axes>(c.how.stride), padding = as_motion<Axes>(c.how.padding),
                 dilation = as_motion<Axes>(c.how.dilation), more = as_motion<Axes>(c.how.output_padding);
      if constexpr (Transposed) {
        const tutti::nn::transposed_convolution_options<Axes> o{stride, padding, more, c.how.groups, dilation, layout};
        if constexpr (Axes == 1) return around(tutti::nn::conv_transpose1d(prepare(vx), vw, o));
        else if constexpr (Axes == 2) return around(tutti::nn::conv_transpose2d(prepare(vx), vw, o));
        else return around(tutti::nn::conv_transpose3d(prepare(vx), vw, o));
      } else {
        const tutti::nn::convolution_options<Axes> o{stride, padding, dilation, c.how.groups, layout};
        if constexpr (Axes == 1) return around(tutti::nn::conv1d(prepare(vx), vw, o));
        else if constexpr (Axes == 2) return around(tutti::nn::conv2d(prepare(vx), vw, o));
        else return around(tutti::nn::conv3d(prepare(vx), vw, o));
      }
    }();
    if (d.chance(0.3)) {
      const tutti::tensor<T> y(e);
      return difference(y.leaf(), expected);
    }
    leaf<T> destination(d, as_dynamic(e.shape()), false, false);
    const auto v = destination.view();
    const std::string wrong = check_view(v, *destination.memory, e, expected);
    return wrong.empty() ? "" : wrong + "; destination " + describe(v);
  });
}

inline constexpr auto as_it_is = [](const auto& x) { return x; };

} // namespace random_test
