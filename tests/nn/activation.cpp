// SPDX-License-Identifier: MIT
// Tests include/tutti/nn/activation.hpp.

#include <support/catch.hpp>
#include <support/values.hpp>

#include <tutti/nn.hpp>

namespace {

using test::differences, test::inf, test::NaN;
using tutti::tensor, tutti::value_t;
namespace nn = tutti::nn;

template <class T>
using of = tensor<T, 1>&;

static_assert(std::same_as<value_t<decltype(nn::relu(std::declval<of<float>>()))>, float>);
static_assert(std::same_as<value_t<decltype(nn::relu(std::declval<of<std::int8_t>>()))>, std::int8_t>);
static_assert(std::same_as<value_t<decltype(nn::relu(std::declval<of<tutti::float16>>()))>, float>);
static_assert(std::same_as<value_t<decltype(nn::leaky_relu(std::declval<of<float>>()))>, float>);
static_assert(std::same_as<value_t<decltype(nn::sigmoid(std::declval<of<float>>()))>, float>);
static_assert(std::same_as<value_t<decltype(nn::sigmoid(std::declval<of<int>>()))>, double>);
static_assert(std::same_as<value_t<decltype(nn::silu(std::declval<of<float>>()))>, float>);
static_assert(std::same_as<value_t<decltype(nn::gelu(std::declval<of<float>>()))>, float>);
static_assert(std::same_as<value_t<decltype(nn::gelu_tanh(std::declval<of<float>>()))>, float>);
static_assert(std::same_as<value_t<decltype(nn::tanh(std::declval<of<float>>()))>, float>);

} // namespace

TEST_CASE("relu and leaky_relu") {
  const float i = static_cast<float>(inf), n = static_cast<float>(NaN);
  const std::vector<float> x{1.5f, -2, 0, i, -i, n};
  CHECK(differences(tutti::relu(test::as_tensor<float>(x)), {1.5f, 0, 0, i, 0, n}) == "");
  CHECK(differences(nn::leaky_relu(test::as_tensor<float>(x), 0.25), {1.5f, -0.5f, 0, i, -i, n}) == "");
  CHECK(differences(nn::leaky_relu(tensor<double, 1>({2}, {-1, 1})), {-0.01, 1}) == "");
  CHECK(differences(nn::relu(tensor<int, 1>({3}, {-5, 0, 5})), {0, 0, 5}) == "");
}

TEMPLATE_TEST_CASE("sigmoid and silu", "", float, double) {
  using T = TestType;
  const T i = static_cast<T>(inf), n = static_cast<T>(NaN);
  CHECK(
      differences(nn::sigmoid(test::as_tensor<T>({-80, -20, -3, T(-0.5), 0, T(0.5), 3, 20})),
                  {T(1.8048513878454152e-35), T(2.0611536181902036e-9), T(0.047425873177566781), T(0.37754066879814544),
                   T(0.5), T(0.62245933120185456), T(0.95257412682243322), T(0.99999999793884638)},
                  4) == "");
  CHECK(differences(nn::sigmoid(test::as_tensor<T>({-i, i, n, -10000, 10000})), {0, 1, n, 0, 1}) == "");
  CHECK(differences(nn::silu(test::as_tensor<T>({-3, -1, T(-0.5), 0, T(0.5), 1, 3, -10000, 10000, n})),
                    {T(-0.14227761953270034), T(-0.26894142136999512), T(-0.18877033439907272), 0,
                     T(0.31122966560092728), T(0.73105857863000488), T(2.8577223804672997), T(-0.0), 10000, n},
                    4) == "");
}

TEMPLATE_TEST_CASE("gelu", "", float, double) {
  using T = TestType;
  const T n = static_cast<T>(NaN);
  const std::vector<T> x{-3, -1, T(-0.5), 0, T(0.5), 1, 3, n};
  CHECK(differences(nn::gelu(test::as_tensor<T>(x)),
                    {T(-0.0040496940948902836), T(-0.15865525393145705), T(-0.15426876936299345), 0,
                     T(0.34573123063700655), T(0.84134474606854295), T(2.9959503059051097), n},
                    16) == "");
  // Near -3 tanh is near -1: 1 + tanh loses digits, as in PyTorch.
  CHECK(differences(nn::gelu_tanh(test::as_tensor<T>(x)),
                    {T(-0.0036373920817730188), T(-0.1588080093917233), T(-0.15428599017485608), 0,
                     T(0.34571400982514392), T(0.8411919906082767), T(2.996362607918227), n},
                    1000) == "");
  // Exact far out, where 1 + erf would be 0.
  CHECK(differences(nn::gelu(test::as_tensor<double>({-10.0})), {-7.6198530241605261e-23}, 64) == "");
}

TEST_CASE("activations of integers do not wrap") {
  const tensor<std::uint8_t, 1> u({3}, {0, 2, 255});
  CHECK(differences(nn::sigmoid(u), {0.5, 0.88079707797788244, 1}, 4) == "");
  CHECK(differences(nn::leaky_relu(tensor<std::int8_t, 1>({2}, {-128, 127}), 0.5), {-64, 127}) == "");
  CHECK(differences(nn::relu(u), {0, 2, 255}) == "");
}

TEST_CASE("activations fuse with what stands around them") {
  const tensor<float, 2> x({2, 2}, {1, -2, 3, -4});
  const tensor<float, 1> bias({2}, {-1, 3});
  const tensor<float, 2> y = relu(2 * x + bias);
  CHECK(differences(y, {1, 0, 5, 0}) == "");
  CHECK(differences(nn::tanh(x * 0.0f), {0, -0.0f, 0, -0.0f}) == "");
}
