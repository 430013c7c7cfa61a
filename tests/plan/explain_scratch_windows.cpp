// SPDX-License-Identifier: MIT
// The scratch of convolutions and poolings.
#include <support/catch.hpp>
#include <support/scratch.hpp>
#include <tutti/nn.hpp>
#include <tutti/tutti.hpp>

namespace tutti {

TEST_CASE("windows take the scratch that their plan says") {
  const tensor<float, 4> x({2, 16, 30, 30}, 1.f), last({2, 30, 30, 16}, 1.f);
  const tensor<float, 4> w({40, 16, 3, 3}, 1.f), few({1, 16, 3, 3}, 1.f), each({16, 1, 3, 3}, 1.f),
      pairs({48, 8, 3, 3});
  const tensor<float, 4> point({40, 16, 1, 1}, 1.f), back({16, 40, 3, 3}, 1.f);
  const tensor<float, 3> bias({40, 1, 1}, 1.f);
  tensor<float, 4> y;
  constexpr auto channels_last = image_layout::channels_last;
  TUTTI_CHECK_SCRATCH(y, something, nn::conv2d(x, w, {.padding = 1}));
  TUTTI_CHECK_SCRATCH(y, something, nn::relu(nn::conv2d(x * 2, w, {.stride = 2}) + bias));
  TUTTI_CHECK_SCRATCH(y, something, nn::conv2d(x, few, {.padding = 1}));
  TUTTI_CHECK_SCRATCH(y, something, nn::conv2d(x, each, {.groups = 16}));
  TUTTI_CHECK_SCRATCH(y, something, nn::conv2d(x, pairs, {.groups = 2}));
  TUTTI_CHECK_SCRATCH(y, something, nn::conv2d(x, point) + bias);
  TUTTI_CHECK_SCRATCH(y, something, nn::conv_transpose2d(x, back, {.stride = 2}));
  TUTTI_CHECK_SCRATCH(y, something, nn::conv2d(nn::conv2d(x, w, {.padding = 1}), back, {.padding = 1}));
  TUTTI_CHECK_SCRATCH(y, something, nn::max_pool2d(x, 2));
  TUTTI_CHECK_SCRATCH(y, something, nn::max_pool2d(x + flip(x, 2), 3, {.stride = 1, .padding = 1}));
  TUTTI_CHECK_SCRATCH(y, something, nn::avg_pool2d(x, 3, {.padding = 1, .count_include_pad = false}));
  TUTTI_CHECK_SCRATCH(y, something,
                      nn::avg_pool2d(last, 2, {.padding = 1, .count_include_pad = false, .layout = channels_last}));
}

} // namespace tutti
