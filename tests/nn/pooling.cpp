// SPDX-License-Identifier: MIT
// Tests include/tutti/nn/pooling.hpp.

#include <support/catch.hpp>
#include <support/errors.hpp>

#include <random/support.hpp>
#include <tutti/nn.hpp>

namespace random_test {

namespace {

namespace nn = tutti::nn;
using tutti::tensor;

#define MESSAGE(type, expression) message_of<type>([&] { (void)(expression); })

/// Calls see(value) for the elements of the image under the window of a place (n, c, y, x), within it.
template <class R, class See>
void under_window(const reference::array<R>& x, const reference::shape_t& p, const index (&window)[2],
                  const index (&stride)[2], const index (&padding)[2], const index (&dilation)[2], See see) {
  for (index i = 0; i < window[0]; ++i)
    for (index j = 0; j < window[1]; ++j) {
      const index y = p[2] * stride[0] + i * dilation[0] - padding[0];
      const index z = p[3] * stride[1] + j * dilation[1] - padding[1];
      if (y >= 0 && y < x.shape()[2] && z >= 0 && z < x.shape()[3]) see(x.at({p[0], p[1], y, z}));
    }
}

} // namespace

TEST_CASE("pooling of random layouts, over two axes") {
  repeat(200, [&](dice& d, std::string& description) -> std::string {
    index window[2], stride[2], padding[2], dilation[2];
    const bool average = d.chance(0.5), counts = d.chance(0.5), last = d.chance(0.4);
    const bool large = d.chance(0.2); // enough for several tasks
    dynamic_shape shape{d.between(1, large ? 2 : 3), d.between(1, large ? 2 : 20), 0, 0};
    reference::shape_t to{shape[0], shape[1]};
    for (index a = 0; a < 2; ++a) {
      window[a] = d.between(1, 4);
      stride[a] = d.between(1, 3);
      padding[a] = d.between(0, window[a] / 2);
      dilation[a] = average ? 1 : d.between(1, 2);
      shape[a + 2] = d.between(dilation[a] * (window[a] - 1) + 1, !large ? 20 : a == 0 ? 60 : 700);
      to.push_back((shape[a + 2] + 2 * padding[a] - dilation[a] * (window[a] - 1) - 1) / stride[a] + 1);
    }
    const leaf<float> x(d, shape);
    const auto v = x.view<4>();
    description = describe(v) + (average ? " averaged" : "") + (counts ? " with padding" : "");
    INFO(description);
    const auto image = copy_of(v);
    reference::array<double> expected(to);
    reference::for_each_position(to, [&](const reference::shape_t& p) {
      double total = 0, greatest = -1e9;
      index count = 0;
      under_window(image, p, window, stride, padding, dilation, [&](double value) {
        total += value;
        greatest = std::max(greatest, value);
        ++count;
      });
      expected.set(p, average ? total / static_cast<double>(counts ? window[0] * window[1] : count) : greatest);
    });
    const auto check = [&](const auto& e, const auto& wanted) {
      leaf<float> destination(d, as_dynamic(e.shape()), false, false);
      return check_view(destination.view(), *destination.memory, e, wanted);
    };
    using pair = tutti::per_axis<2>;
    const pair w{window[0], window[1]}, s{stride[0], stride[1]}, p{padding[0], padding[1]}, l{dilation[0], dilation[1]};
    if (last) {
      const auto moved = permute(v, 0, 2, 3, 1);
      const auto wanted = reference::permute(expected, {0, 2, 3, 1});
      constexpr auto layout = tutti::image_layout::channels_last;
      return average ? check(nn::avg_pool2d(moved, w, {s, p, counts, layout}), wanted)
                     : check(nn::max_pool2d(moved, w, {s, p, l, layout}), wanted);
    }
    return average ? check(nn::avg_pool2d(v, w, {.stride = s, .padding = p, .count_include_pad = counts}), expected)
                   : check(nn::max_pool2d(v, w, {.stride = s, .padding = p, .dilation = l}), expected);
  });
}

TEST_CASE("pooling as PyTorch computes it") {
  const float NaN = std::numeric_limits<float>::quiet_NaN();
  const tensor<float, 3> x({1, 1, 7}, {1, 5, 2, -3, 4, 0, 9});
  CHECK(array_equal(nn::max_pool1d(x, 3), tensor<float, 3>({1, 1, 2}, {5, 4})));
  CHECK(array_equal(nn::max_pool1d(x, 3, {.stride = 1, .padding = 1}),
                    tensor<float, 3>({1, 1, 7}, {5, 5, 5, 4, 4, 9, 9})));
  CHECK(array_equal(nn::avg_pool1d(x, 2), tensor<float, 3>({1, 1, 3}, {3, -0.5f, 2})));
  CHECK(array_equal(nn::max_pool1d(-abs(x), 3, {.padding = 1}), tensor<float, 3>({1, 1, 3}, {-1, -2, 0})));
  const tensor<float, 3> with_nan({1, 1, 4}, {1, NaN, 2, 3});
  const tensor y = nn::max_pool1d(with_nan, 2);
  CHECK(std::isnan(y(0, 0, 0)));
  CHECK(y(0, 0, 1) == 3);
  const tensor<std::int32_t, 5> whole({1, 1, 2, 2, 2}, {-1, -2, -3, -4, -5, -6, -7, -8});
  CHECK(nn::max_pool3d(whole, 2).item() == -1);
  CHECK(nn::max_pool3d(whole, 2, {.stride = 2, .padding = 1})(0, 0, 1, 1, 1).item() == -8);
  CHECK(nn::avg_pool3d(whole, 2).item() == -4.5);
}

TEST_CASE("pooling that does not fit") {
  const tensor<float, 4> x({1, 3, 4, 4});
  CHECK(MESSAGE(tutti::shape_error, nn::max_pool2d(x, {5, 1})) ==
        "cannot max_pool2d shape (1, 3, 4, 4): axis 2 is 4 with its padding and the window 5");
  CHECK(MESSAGE(tutti::shape_error, nn::avg_pool2d(tensor<float>({4, 4}), 2)) ==
        "cannot avg_pool2d shape (4, 4): it has rank 2, not 4");
  CHECK(MESSAGE(tutti::value_error, nn::max_pool2d(x, 2, {.padding = 2})) ==
        "max_pool2d: padding is not negative and at most half the window");
  CHECK(MESSAGE(tutti::value_error, nn::max_pool2d(x, 5, {.dilation = tutti::index{1} << 62})) ==
        "max_pool2d: the numbers that move a window have 32 bits");
}

} // namespace random_test
