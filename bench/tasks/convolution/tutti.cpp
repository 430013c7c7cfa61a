// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>
#include <tutti/nn.hpp>

using images = tutti::tensor<float, 4>;
using tutti::nn::conv2d, tutti::nn::conv_transpose2d, tutti::nn::relu;

const bench::a_case window("window",
                           [](images& y, const images& x, const images& w) { y = conv2d(x, w, {.padding = 1}); });
const bench::a_case window_layer("window_layer", [](images& y, const images& x, const images& w, const vector& b) {
  y = relu(conv2d(x, w, {.padding = 1}) + b(all, newaxis, newaxis));
});
const bench::a_case pointwise("pointwise", [](images& y, const images& x, const images& w) { y = conv2d(x, w); });
const bench::a_case pointwise_layer("pointwise_layer",
                                    [](images& y, const images& x, const images& w, const vector& b) {
                                      y = relu(conv2d(x, w) + b(all, newaxis, newaxis));
                                    });
const bench::a_case depthwise("depthwise", [](images& y, const images& x, const images& w) {
  y = conv2d(x, w, {.padding = 1, .groups = x.shape()[1]});
});
const bench::a_case depthwise_layer("depthwise_layer", [](images& y, const images& x, const images& w,
                                                          const vector& b) {
  y = relu(conv2d(x, w, {.padding = 1, .groups = x.shape()[1]}) + b(all, newaxis, newaxis));
});
const bench::a_case transposed("transposed", [](images& y, const images& x, const images& w) {
  y = conv_transpose2d(x, w, {.stride = 2, .padding = 1});
});
