// SPDX-License-Identifier: MIT
// Tests include/tutti/nn/convolution.hpp: shapes, errors, small results that PyTorch gives, and that the number of threads
// changes none. tests/random has the others.
// labels: parallel

#include <support/catch.hpp>
#include <support/errors.hpp>

#include <tutti/nn.hpp>

namespace tutti {

namespace {

#define MESSAGE(type, expression) message_of<type>([&] { (void)(expression); })

static_assert(rank_of<decltype(nn::conv2d(std::declval<tensor<float>&>(), std::declval<tensor<double>&>()))> == 4);
static_assert(std::same_as<
              value_t<decltype(nn::conv2d(std::declval<tensor<float>&>(), std::declval<tensor<double>&>()))>, double>);

} // namespace

TEST_CASE("convolutions as PyTorch computes them") {
  const tensor<float, 3> x({1, 1, 5}, {1, 2, 3, 4, 5}), w({1, 1, 3}, {1, 0, -1});
  CHECK(array_equal(nn::conv1d(x, w), tensor<float, 3>({1, 1, 3}, {-2, -2, -2})));
  CHECK(array_equal(nn::conv1d(x, w, {.stride = 2, .padding = 1}), tensor<float, 3>({1, 1, 3}, {-2, -2, 4})));
  CHECK(array_equal(nn::conv_transpose1d(x, w, {.stride = 2}),
                    tensor<float, 3>({1, 1, 11}, {1, 0, 1, 0, 1, 0, 1, 0, 1, 0, -5})));
  CHECK(array_equal(nn::conv_transpose1d(x, w, {.padding = 2}), tensor<float, 3>({1, 1, 3}, {2, 2, 2})));
  CHECK(nn::conv2d(zeros({2, 6, 9, 9}), zeros({4, 3, 3, 3}), {.stride = {2, 1}, .padding = {1, 0}, .groups = 2})
            .shape() == index_list<4>{2, 4, 5, 7});
  CHECK(nn::conv2d(zeros({2, 9, 9, 6}), zeros({4, 6, 3, 3}), {.layout = image_layout::channels_last}).shape() ==
        index_list<4>{2, 7, 7, 4});
  CHECK(
      nn::conv_transpose2d(zeros({1, 4, 5, 6}), zeros({4, 3, 3, 2}), {.stride = 2, .output_padding = {1, 0}}).shape() ==
      index_list<4>{1, 3, 12, 12});
}

TEST_CASE("the destination may be what is convolved") {
  tensor<float, 3> x({1, 1, 6}, {1, 2, 3, 4, 5, 6});
  const tensor<float, 3> w({1, 1, 3}, {1, 1, 1});
  x = nn::conv1d(x, w, {.padding = 1});
  CHECK(array_equal(x, tensor<float, 3>({1, 1, 6}, {3, 6, 9, 12, 15, 11})));
  x(all, all, range(0, 4)) = nn::conv1d(x, w);
  CHECK(array_equal(x, tensor<float, 3>({1, 1, 6}, {18, 27, 36, 38, 15, 11})));
}

TEST_CASE("bias and activation, and views of convolutions") {
  const tensor<float, 3> x({1, 1, 4}, {1, -2, 3, -4}), w({2, 1, 2}, {1, 1, 1, -1});
  const tensor<float, 1> b({2}, {1, -1});
  CHECK(array_equal(relu(nn::conv1d(x, w) + b(all, newaxis)), tensor<float, 3>({1, 2, 3}, {0, 2, 0, 2, 0, 6})));
  CHECK(array_equal(permute(nn::conv1d(x, w), 0, 2, 1), tensor<float, 3>({1, 3, 2}, {-1, 3, 1, -5, -1, 7})));
  CHECK(sum(nn::conv1d(x, w)).item() == 4);
}

TEST_CASE("work around a convolution is what it is around the finished result") {
  float next = 0.1f;
  const auto filled = [&](tensor<float, 4> t) {
    for (float& v : t) v = next = 3.7f * next * (1 - next);
    return t - 0.5f;
  };
  const auto check = [&](index channels, index outputs, index groups, index window, image_layout layout) {
    CAPTURE(channels, outputs, groups, window);
    const bool last = layout == image_layout::channels_last;
    const tensor<float, 4> x =
        filled(last ? tensor<float, 4>({2, 9, 21, channels}) : tensor<float, 4>({2, channels, 9, 21}));
    const tensor<float, 4> w = filled(tensor<float, 4>({outputs, channels / groups, window, window}));
    const auto c = nn::conv2d(x, w, {.padding = window / 2, .groups = groups, .layout = layout});
    const tensor plain = c;
    const tensor<float, 4> residual = filled(plain);
    tensor<float, 1> each({outputs}), of_row({9}), of_pixel({21});
    for (tensor<float, 1>* t : {&each, &of_row, &of_pixel})
      for (float& v : *t) v = next = 3.7f * next * (1 - next);
    const auto bias = [&] {
      tensor<float, 3> b(last ? index_list<3>{1, 1, outputs} : index_list<3>{outputs, 1, 1});
      std::copy(each.begin(), each.end(), b.begin());
      return b;
    }();
    const auto by_row = [&] { // rows are told apart, so they cannot be one
      tensor<float, 3> b(last ? index_list<3>{9, 1, 1} : index_list<3>{1, 9, 1});
      std::copy(of_row.begin(), of_row.end(), b.begin());
      return b;
    }();
    tensor<float, 4> y = nn::relu(c + bias);
    CHECK(array_equal(y, tensor(nn::relu(plain + bias))));
    y = c * by_row + residual;
    CHECK(allclose(y, plain * by_row + residual, 1e-6, 1e-6));
    y = residual;
    y += c; // the destination is read element for element
    CHECK(array_equal(y, tensor(residual + plain)));
    y = residual;
    y = flip(y, 1) - c; // and here otherwise
    CHECK(array_equal(y, tensor(flip(residual, 1) - plain)));
    y = c / (sum(abs(c)) + 1) + c; // once more, inside of a reduction
    CHECK(allclose(y, plain / (sum(abs(plain)) + 1) + plain, 1e-5, 1e-6));
    const tensor<double, 4> wide = cast<double>(c) * 2;
    CHECK(array_equal(wide, tensor(cast<double>(plain) * 2)));
    tensor<float, 4> every_second(
        index_list<4>{plain.shape()[0], plain.shape()[1], plain.shape()[2], 2 * plain.shape()[3]});
    every_second(all, all, all, range(0, none, 2)) = c + 1;
    CHECK(array_equal(every_second(all, all, all, range(0, none, 2)), tensor(plain + 1)));
    const tensor<float> dynamic = c + 1;
    CHECK(array_equal(dynamic, tensor(plain + 1)));
  };
  for (const image_layout layout : {image_layout::channels_first, image_layout::channels_last}) {
    check(5, 40, 1, 3, layout); // blocks of outputs
    check(6, 6, 6, 3, layout);  // packs of pixels
    check(6, 6, 3, 1, layout);
    check(5, 19, 1, 1, layout); // a matrix product
  }
}

TEST_CASE("infinities and NaN stay under their windows") {
  const float inf = std::numeric_limits<float>::infinity();
  const tensor<float, 3> x({1, 1, 5}, {inf, 0, 1, 2, 3}), w({1, 1, 2}, {1, 1});
  const tensor y = nn::conv1d(x, w);
  CHECK(y(0, 0, 0) == inf);
  CHECK(y(0, 0, 1) == 1);
  CHECK(y(0, 0, 3) == 5);
}

TEST_CASE("integers wrap around") {
  const tensor<std::int32_t, 3> x({1, 1, 2}, 1 << 30), w({1, 1, 2}, 2);
  CHECK(nn::conv1d(x, w)(0, 0, 0).item() == 0);
}

TEST_CASE("a stride beyond the image takes no memory") {
  const tensor<float, 4> x({1, 3, 8, 8}, 1.f), w({4, 3, 3, 3}, 1.f);
  CHECK(array_equal(tensor(nn::conv2d(x, w, {.stride = 1 << 28})), tutti::full({1, 4, 1, 1}, 27.f)));
}

TEST_CASE("what does not fit") {
  const tensor<float, 4> x({1, 3, 8, 8}), w({4, 2, 3, 3});
  CHECK(MESSAGE(shape_error, nn::conv2d(x, w)) ==
        "cannot conv2d shapes (1, 3, 8, 8) and (4, 2, 3, 3): axis 1 is 3 and axis 1 is 2");
  CHECK(MESSAGE(shape_error, nn::conv2d(x, w, {.groups = 2})) ==
        "cannot conv2d shapes (1, 3, 8, 8) and (4, 2, 3, 3): axis 1 is 3, which 2 groups do not divide");
  CHECK(MESSAGE(shape_error, nn::conv2d(zeros({1, 6, 8, 8}), zeros({4, 2, 3, 3}), {.groups = 3})) ==
        "cannot conv2d shapes (1, 6, 8, 8) and (4, 2, 3, 3): axis 0 is 4, which 3 groups do not divide");
  CHECK(MESSAGE(shape_error, nn::conv2d(x, zeros({4, 3, 3, 9}))) ==
        "cannot conv2d shapes (1, 3, 8, 8) and (4, 3, 3, 9): axis 3 is 8 with its padding and the window 9");
  CHECK(MESSAGE(shape_error, nn::conv2d(tensor<float>({3, 8, 8}), w)) ==
        "cannot conv2d shapes (3, 8, 8) and (4, 2, 3, 3): both have rank 4, not 3");
  CHECK(MESSAGE(shape_error, nn::conv_transpose2d(x, w)) ==
        "cannot conv_transpose2d shapes (1, 3, 8, 8) and (4, 2, 3, 3): axis 1 is 3 and axis 0 is 4");
  CHECK(MESSAGE(value_error, nn::conv2d(x, zeros({4, 3, 3, 3}), {.stride = 0})) == "conv2d: strides are positive");
  CHECK(MESSAGE(value_error, nn::conv2d(x, zeros({4, 3, 3, 3}), {.padding = -1})) == "conv2d: padding is not negative");
  // Times 4, and plus 8, these would wrap around to a window, and an image, that fit.
  CHECK(MESSAGE(value_error, nn::conv2d(x, zeros({4, 3, 5, 5}), {.dilation = tutti::index{1} << 62})) ==
        "conv2d: the numbers that move a window have 32 bits");
  CHECK(MESSAGE(value_error,
                nn::conv2d(x, zeros({4, 3, 3, 3}), {.padding = std::numeric_limits<tutti::index>::max()})) != "");
  CHECK(MESSAGE(value_error, nn::conv2d(x, zeros({4, 3, 3, 3}), {.groups = 0})) ==
        "conv2d: the number of groups is positive");
}

TEST_CASE("the number of threads changes no convolution", "[parallel]") {
  tensor<float, 4> x({3, 20, 30, 31}), w({24, 20, 3, 3});
  float next = 0.1f;
  for (float& v : x) v = next = 3.7f * next * (1 - next);
  for (float& v : w) v = next = 3.7f * next * (1 - next);
  set_num_threads(1);
  const tensor one = nn::conv2d(x, w, {.padding = 1});
  for (const int threads : {2, 3}) {
    set_num_threads(threads);
    CHECK(array_equal(nn::conv2d(x, w, {.padding = 1}), one));
  }
  set_num_threads(0);
}

} // namespace tutti
