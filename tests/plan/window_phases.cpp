// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/window_phases.hpp: transposed convolutions of any stride, against sums that are written out.
// labels: parallel

#include <support/catch.hpp>

#include <cmath>
#include <limits>
#include <random>

#include <tutti/nn.hpp>
#include <tutti/plan/explain.hpp>

namespace {

using tutti::image_layout, tutti::index, tutti::index_list, tutti::tensor;
constexpr tutti::all_t whole{};
using options = tutti::nn::transposed_convolution_options<2>;

std::mt19937 generator(12);
index draw(int low, int high) { return std::uniform_int_distribution<int>(low, high)(generator); }

template <class T = float>
tensor<T, 4> random_tensor(const index_list<4>& shape) {
  tensor<T, 4> x(shape);
  std::uniform_int_distribution<int> number(-4, 4); // whose sums are exact, in whatever order
  for (T& v : x) v = static_cast<T>(number(generator));
  return x;
}

// Each element of the image adds a window of weights times itself. Channels come first.
template <class T>
tensor<T, 4> plain(const tensor<T, 4>& x, const tensor<T, 4>& w, const options& o, const index_list<4>& shape) {
  tensor<T, 4> y = tutti::zeros<T>(shape);
  const index of_group = w.shape()[1], inputs = x.shape()[1] / o.groups;
  for (index image = 0; image < x.shape()[0]; ++image)
    for (index input = 0; input < x.shape()[1]; ++input)
      for (index output = 0; output < of_group; ++output)
        for (index i = 0; i < x.shape()[2]; ++i)
          for (index j = 0; j < x.shape()[3]; ++j)
            for (index k = 0; k < w.shape()[2]; ++k)
              for (index l = 0; l < w.shape()[3]; ++l) {
                const index row = i * o.stride[0] + k * o.dilation[0] - o.padding[0];
                const index pixel = j * o.stride[1] + l * o.dilation[1] - o.padding[1];
                if (row < 0 || row >= shape[2] || pixel < 0 || pixel >= shape[3]) continue;
                T& at = y(image, input / inputs * of_group + output, row, pixel);
                at = static_cast<T>(at + x(image, input, i, j) * w(input, output, k, l));
              }
  return y;
}

struct problem {
  options how;
  index_list<4> x, w;
};
problem random_problem() {
  for (;;) {
    problem p;
    const auto both = [](int low, int high) { return tutti::per_axis<2>(draw(low, high), draw(low, high)); };
    p.how.stride = both(1, 4);
    p.how.dilation = both(1, 3);
    p.how.padding = both(0, 3);
    p.how.groups = draw(1, 2);
    const auto output_padding = [&](index axis) {
      return draw(0, static_cast<int>(std::max(p.how.stride[axis], p.how.dilation[axis])) - 1);
    };
    p.how.output_padding = {output_padding(0), output_padding(1)};
    const index outputs = draw(0, 1) == 0 ? draw(1, 3) : draw(17, 40); // packs of pixels, and of channels
    p.x = {draw(1, 3), p.how.groups * draw(1, 5), draw(1, 9), draw(1, 24)};
    p.w = {p.x[1], outputs, draw(1, 5), draw(1, 6)};
    bool has_results = true;
    for (index a = 0; a < 2; ++a)
      has_results = has_results && (p.x[a + 2] - 1) * p.how.stride[a] - 2 * p.how.padding[a] +
                                           p.how.dilation[a] * (p.w[a + 2] - 1) + p.how.output_padding[a] >=
                                       0;
    if (has_results) return p;
  }
}

} // namespace

TEST_CASE("transposed convolutions of random strides, dilations and paddings") {
  for (int round = 0; round < 150; ++round) {
    const problem p = random_problem();
    const auto x = random_tensor(p.x), w = random_tensor(p.w);
    CAPTURE(p.x, p.w, p.how.stride[0], p.how.stride[1], p.how.dilation[0], p.how.dilation[1], p.how.padding[0],
            p.how.padding[1], p.how.groups);
    const tensor<float, 4> y = tutti::nn::conv_transpose2d(x, w, p.how);
    const auto expected = plain(x, w, p.how, y.shape());
    CHECK(array_equal(y, expected));
    // Channels last, into a view whose rows are read backwards, with work around it.
    auto last = p.how;
    last.layout = image_layout::channels_last;
    const tensor<float, 4> turned = permute(x, 0, 2, 3, 1);
    tensor<float, 4> z(index_list<4>{y.shape()[0], y.shape()[2], y.shape()[3], y.shape()[1]}, 3.f);
    flip(z, 1) = tutti::nn::conv_transpose2d(turned, w, last);
    CHECK(array_equal(z, tensor(flip(permute(expected, 0, 2, 3, 1), 1))));
    flip(z, 1) = tutti::nn::conv_transpose2d(turned, w, last) * 2.f + 1.f;
    CHECK(array_equal(z, tensor(flip(permute(expected * 2.f + 1.f, 0, 2, 3, 1), 1))));
  }
}

TEST_CASE("one and three axes") {
  const tensor<float, 3> x({1, 1, 3}, {1, 2, 3}), w({1, 1, 2}, {1, 10});
  CHECK(array_equal(tutti::nn::conv_transpose1d(x, w, {.stride = 3}),
                    tensor<float, 3>({1, 1, 8}, {1, 10, 0, 2, 20, 0, 3, 30})));
  // A single tap of every axis: the image, spread.
  tensor<float, 5> volume({2, 3, 2, 3, 4});
  for (float& v : volume) v = static_cast<float>(draw(-9, 9));
  const tensor<float, 5> one({3, 1, 1, 1, 1}, 1.f);
  const tensor<float, 5> spread =
      tutti::nn::conv_transpose3d(volume, one, {.stride = {2, 1, 3}, .output_padding = {1, 0, 2}, .groups = 3});
  tensor<float, 5> expected = tutti::zeros<float>({2, 3, 4, 3, 12});
  expected(whole, whole, tutti::range(0, tutti::none, 2), whole, tutti::range(0, tutti::none, 3)) = volume;
  CHECK(array_equal(spread, expected));
}

TEST_CASE("other types, and operands that are formulas") {
  const options how{.stride = 2, .padding = 1};
  const auto check = [&]<class T>(T) {
    const auto x = random_tensor<T>({2, 4, 5, 6}), w = random_tensor<T>({4, 3, 4, 3});
    const tensor<T, 4> y = tutti::nn::conv_transpose2d(x, w, how);
    CHECK(array_equal(y, plain(x, w, how, y.shape())));
  };
  check(double{});
  check(std::int32_t{});
  const auto x = random_tensor({2, 4, 5, 6}), w = random_tensor({4, 3, 4, 3});
  const tensor<float, 4> relu_of_x = maximum(x, 0.f), twice = w * 2.f, total = x / sum(x * x);
  const auto expected_of = [&](const auto& image, const auto& weights) {
    return tensor<float, 4>(tutti::nn::conv_transpose2d(image, weights, how));
  };
  CHECK(array_equal(expected_of(maximum(x, 0.f), w), expected_of(relu_of_x, w)));
  CHECK(array_equal(expected_of(x, w * 2.f), expected_of(x, twice)));
  CHECK(allclose(expected_of(x / sum(x * x), w), expected_of(total, w), 1e-5, 1e-6)); // a reduction
  const auto k = random_tensor({4, 4, 3, 3});
  const tensor<float, 4> before = tutti::nn::conv2d(x, k, {.padding = 1});
  CHECK(array_equal(expected_of(tutti::nn::conv2d(x, k, {.padding = 1}), w), expected_of(before, w)));
  const tensor<double> wide = tutti::nn::conv_transpose2d(x, w, how);
  CHECK(array_equal(wide, expected_of(x, w)));
  const auto plan = explain(wide, tutti::nn::conv_transpose2d(maximum(x, 0.f), w, how));
  CHECK(plan.stages.size() == 2);
  CHECK(plan.stages[1].number == 2);
  const tensor<float> dynamic_x = x, dynamic_w = w;
  CHECK(array_equal(expected_of(dynamic_x, dynamic_w), expected_of(x, w)));
}

TEST_CASE("shapes at the edge of what there is") {
  const auto check = [](const index_list<4>& image, const index_list<4>& weights, const options& how) {
    const auto x = random_tensor(image), w = random_tensor(weights);
    const tensor<float, 4> y = tutti::nn::conv_transpose2d(x, w, how);
    CHECK(array_equal(y, plain(x, w, how, y.shape())));
  };
  check({0, 2, 3, 3}, {2, 2, 2, 2}, {.stride = 2});
  check({2, 0, 3, 3}, {0, 2, 2, 2}, {.stride = 2});
  check({2, 3, 1, 1}, {3, 20, 4, 4}, {.stride = 4});                   // nothing is between the elements
  check({1, 2, 1, 3}, {2, 2, 2, 2}, {.stride = 5, .padding = {0, 5}}); // fewer results than phases
  check({1, 2, 3, 3}, {2, 2, 3, 3}, {.stride = 4, .dilation = 2});     // most see nothing
  const tensor<float, 3> far = tutti::nn::conv_transpose1d(tensor<float, 3>({1, 1, 2}, 3.f),
                                                           tensor<float, 3>({1, 1, 1}, 1.f), {.stride = 100'000});
  CHECK(far.size() == 100'001);
  CHECK(sum(far)() == 6);
}

TEST_CASE("the destination may be the image, or stand around the convolution") {
  auto x = random_tensor({1, 2, 6, 6});
  const auto w = random_tensor({2, 2, 2, 2});
  const auto given = x;
  const options how{.stride = 2, .padding = 3}; // 6 x 6 again
  const tensor<float, 4> expected = tutti::nn::conv_transpose2d(given, w, how);
  REQUIRE(expected.shape() == x.shape());
  x = tutti::nn::conv_transpose2d(x, w, how);
  CHECK(array_equal(x, expected));
  x = given;
  x(whole) = tutti::nn::conv_transpose2d(x, w, how) + flip(x, 3);
  CHECK(array_equal(x, tensor(expected + flip(given, 3))));
  x = given;
  x += tutti::nn::conv_transpose2d(given, w, how);
  CHECK(array_equal(x, tensor(expected + given)));
}

TEST_CASE("zeros between elements are multiplied by nothing") {
  const float inf = std::numeric_limits<float>::infinity();
  const tensor<float, 3> x({1, 1, 3}, {1, 2, 3}), w({1, 1, 2}, {inf, 1});
  CHECK(array_equal(tutti::nn::conv_transpose1d(x, w, {.stride = 2}),
                    tensor<float, 3>({1, 1, 6}, {inf, 1, inf, 2, inf, 3})));
  const tensor<float, 4> image({2, 8, 14, 15}, 1.f), weights({8, 20, 4, 5}, 1.f);
  const tensor<float, 4> y({2, 20, 28, 45});
  const auto plan = explain(y, tutti::nn::conv_transpose2d(image, weights, {.stride = {2, 3}, .padding = 1}));
  REQUIRE(plan.stages.size() == 1);
  CHECK(plan.stages[0].elements == y.size());
  CHECK(plan.stages[0].bytes_written == y.size() * 4);
  // Windows that reach over the edge see zeros there.
  const double products = static_cast<double>(image.size()) * 20 * 4 * 5;
  CHECK(plan.stages[0].flops >= 2 * products);
  CHECK(plan.stages[0].flops < 2.6 * products);
}

TEST_CASE("any number of threads gives the same bits") {
  const auto x = random_tensor({2, 20, 30, 31}), w = random_tensor({20, 33, 4, 4});
  const tensor<float, 4> halves = x / 3.f;
  tutti::set_num_threads(1);
  const tensor<float, 4> once = tutti::nn::conv_transpose2d(halves, w, {.stride = 2});
  for (const int threads : {2, 3, 7}) {
    tutti::set_num_threads(threads);
    CHECK(array_equal(once, tensor(tutti::nn::conv_transpose2d(halves, w, {.stride = 2}))));
  }
  tutti::set_num_threads(0);
}
