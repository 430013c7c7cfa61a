// SPDX-License-Identifier: MIT
#pragma once

// Convolution and pooling as they are defined: for each place of the result a loop over the window.

#include <reference/array.hpp>

namespace reference {

/// One number for each spatial axis.
struct motion {
  shape_t stride, padding, dilation, output_padding;
  index groups = 1;
};

inline std::size_t unsigned_of(index i) { return static_cast<std::size_t>(i); }

/// Images (batch, channels, spatial...) and weights (outputs, channels of a group, window...).
template <class T>
array<T> convolve(const array<T>& x, const array<T>& w, const motion& how) {
  shape_t shape{x.shape()[0], w.shape()[0]};
  for (std::size_t a = 0; a < how.stride.size(); ++a)
    shape.push_back(
        (x.shape()[a + 2] + 2 * how.padding[a] - how.dilation[a] * (w.shape()[a + 2] - 1) - 1) / how.stride[a] + 1);
  array<T> result(shape);
  const index outputs = w.shape()[0] / how.groups, inputs = w.shape()[1];
  const shape_t window(w.shape().begin() + 1, w.shape().end()); // channel and taps
  for_each_position(shape, [&](const shape_t& p) {
    T total{};
    for_each_position(window, [&](const shape_t& q) {
      shape_t in_x{p[0], p[1] / outputs * inputs + q[0]}, in_w{p[1]};
      in_w.insert(in_w.end(), q.begin(), q.end());
      bool inside = true;
      for (std::size_t a = 0; a < how.stride.size(); ++a) {
        in_x.push_back(p[a + 2] * how.stride[a] + q[a + 1] * how.dilation[a] - how.padding[a]);
        inside = inside && in_x.back() >= 0 && in_x.back() < x.shape()[a + 2];
      }
      if (inside) total = static_cast<T>(total + x.at(in_x) * w.at(in_w));
    });
    result.set(p, total);
  });
  return result;
}

/// Each element of the images (batch, channels, spatial...) adds a window of weights (channels, outputs of a group,
/// window...) to the result.
template <class T>
array<T> convolve_transposed(const array<T>& x, const array<T>& w, const motion& how) {
  const index outputs = w.shape()[1], inputs = x.shape()[1] / how.groups;
  shape_t shape{x.shape()[0], outputs * how.groups};
  for (std::size_t a = 0; a < how.stride.size(); ++a)
    shape.push_back((x.shape()[a + 2] - 1) * how.stride[a] - 2 * how.padding[a] +
                    how.dilation[a] * (w.shape()[a + 2] - 1) + how.output_padding[a] + 1);
  array<T> result(shape);
  const shape_t window(w.shape().begin() + 1, w.shape().end());
  for_each_position(x.shape(), [&](const shape_t& p) {
    for_each_position(window, [&](const shape_t& q) {
      shape_t to{p[0], p[1] / inputs * outputs + q[0]}, in_w{p[1]};
      in_w.insert(in_w.end(), q.begin(), q.end());
      bool inside = true;
      for (std::size_t a = 0; a < how.stride.size(); ++a) {
        to.push_back(p[a + 2] * how.stride[a] + q[a + 1] * how.dilation[a] - how.padding[a]);
        inside = inside && to.back() >= 0 && to.back() < shape[a + 2];
      }
      if (inside) result.set(to, static_cast<T>(result.at(to) + x.at(p) * w.at(in_w)));
    });
  });
  return result;
}

} // namespace reference
