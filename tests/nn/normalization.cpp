// SPDX-License-Identifier: MIT
// Tests include/tutti/nn/normalization.hpp.

#include <support/catch.hpp>
#include <support/values.hpp>

#include <tutti/nn.hpp>

namespace {

using test::differences, test::inf, test::NaN;
using tutti::tensor, tutti::value_t;
namespace nn = tutti::nn;

static_assert(std::same_as<value_t<decltype(nn::softmax(std::declval<tensor<float, 2>&>()))>, float>);
static_assert(std::same_as<value_t<decltype(nn::softmax(std::declval<tensor<int, 2>&>()))>, double>);
static_assert(std::same_as<value_t<decltype(nn::layer_norm(std::declval<tensor<float, 3>&>()))>, float>);
static_assert(tutti::rank_of<decltype(nn::log_softmax(std::declval<tensor<float, 3>&>(), 1))> == 3);
static_assert(tutti::rank_of<decltype(nn::softmax(std::declval<tensor<float>&>()))> == tutti::dynamic_rank);

// How far the sums along the axis are from 1, at most.
template <class E>
double furthest_from_one(const E& e, int axis) {
  double furthest = 0;
  for (const auto total : test::values(sum(e, axis)))
    furthest = std::max(furthest, std::abs(static_cast<double>(total) - 1));
  return furthest;
}

} // namespace

TEMPLATE_TEST_CASE("softmax and log_softmax", "", float, double) {
  using T = TestType;
  const tensor<T, 2> x({3, 3}, {1, 2, 3, 0, 0, 0, -1, T(0.5), 4});
  const T third = T(1) / 3, log_third = T(-1.0986122886681097);
  CHECK(differences(nn::softmax(x),
                    {T(0.090030573170380458), T(0.24472847105479765), T(0.66524095577482189), third, third, third,
                     T(0.0064979433156619401), T(0.029121761537478403), T(0.96438029514685966)},
                    4) == "");
  CHECK(differences(nn::log_softmax(x),
                    {T(-2.4076059644443803), T(-1.4076059644443803), T(-0.4076059644443803), log_third, log_third,
                     log_third, T(-5.0362695651247791), T(-3.5362695651247791), T(-0.036269565124779133)},
                    8) == "");
  CHECK(differences(tutti::softmax(transpose(x), 0), test::values(transpose(nn::softmax(x))), 4) == "");
}

TEST_CASE("softmax is stable") {
  const float i = static_cast<float>(inf), n = static_cast<float>(NaN);
  const tensor<float, 2> x({4, 2}, {1e4f, 1e4f + 1, -1e4f, -1e4f, 3e38f, -3e38f, -i, 0});
  CHECK(differences(nn::softmax(x), {0.26894142136999512f, 0.73105857863000488f, 0.5f, 0.5f, 1, 0, 0, 1}, 2) == "");
  CHECK(differences(nn::log_softmax(x)(tutti::range(0, 2), tutti::all),
                    {-1.3132616875182228f, -0.31326168751822286f, -0.69314718055994531f, -0.69314718055994531f},
                    2) == "");
  const tensor<float, 2> bad({3, 2}, {n, 0, i, 0, -i, -i});
  CHECK(differences(nn::softmax(bad), {n, n, n, n, n, n}) == "");
}

TEST_CASE("softmax along every axis") {
  tensor<double, 3> x({3, 5, 7});
  int k = 0;
  for (double& v : x) v = (++k * 37 % 19) / 4.0;
  for (int axis = -3; axis < 3; ++axis) {
    CHECK(nn::softmax(x, axis).shape() == x.shape());
    CHECK(furthest_from_one(nn::softmax(x, axis), axis) < 1e-14);
    CHECK(differences(exp(nn::log_softmax(x, axis)), test::values(nn::softmax(x, axis)), 64) == "");
  }
  CHECK_THROWS_AS(nn::softmax(x, 3), tutti::axis_error);
}

TEST_CASE("softmax in place, and of long rows") {
  tensor<float, 2> x({2, 1000});
  int k = 0;
  for (float& v : x) v = static_cast<float>(++k % 13);
  const std::vector<float> expected = test::values(nn::softmax(x));
  x = nn::softmax(x);
  CHECK(test::values(x) == expected);
  CHECK(furthest_from_one(x, 1) < 1e-6);
}

TEST_CASE("softmax of integers does not wrap") {
  const tensor<std::uint8_t, 1> x({3}, {1, 2, 3});
  CHECK(differences(nn::softmax(x), {0.090030573170380458, 0.24472847105479765, 0.66524095577482189}, 4) == "");
  CHECK(differences(nn::log_softmax(tensor<std::int8_t, 1>({2}, {-128, 127})), {-255, 0}, 4) == "");
}

TEST_CASE("softmax of nothing") {
  CHECK(differences(nn::softmax(tensor<float, 2>({0, 3})), {}) == "");
  CHECK_THROWS_AS(nn::softmax(tensor<float, 2>({3, 0})), tutti::value_error);
}

TEST_CASE("layer_norm") {
  using T = double;
  const tensor<T, 2> x({2, 4}, {1, 2, 4, 8, -3, 0.5, 0.25, -1});
  const double along_rows[] = {-1.025754575496193,  -0.6527529116793956, 0.09325041595419938, 1.5852570712213894,
                               -1.5795237707287588, 0.9477142624372553,  0.7671972600682543,  -0.13538775177675075};
  const double scaled[] = {-1.025754575496193,  -0.3055058233587913, 2.0466252079770997, 1.4147429287786106,
                           -1.5795237707287588, 2.895428524874511,   2.383598630034127,  3.1353877517767508};
  const double along_columns[] = {0.9999987500023437,  0.9999911112296279,  0.9999985777808119,  0.9999997530865112,
                                  -0.9999987500023437, -0.9999911112296279, -0.9999985777808119, -0.9999997530865112};
  const auto as = [](const double(&wanted)[8]) { return std::vector<T>(wanted, wanted + 8); };
  CHECK(differences(nn::layer_norm(x), as(along_rows), 16) == "");
  CHECK(differences(nn::layer_norm(x, 0), as(along_columns), 16) == "");
  const tensor<T, 1> weight({4}, {1, 2, 0.5, -1}), bias({4}, {0, 1, 2, 3});
  CHECK(differences(nn::layer_norm(x, weight, bias), as(scaled), 16) == "");
}

TEST_CASE("layer_norm is stable") {
  const tensor<float, 1> x({4}, {1e4f, 1e4f + 1, 1e4f + 2, 1e4f + 3});
  CHECK(differences(nn::layer_norm(x, -1, 0.0),
                    {-1.3416407864998738f, -0.4472135954999579f, 0.4472135954999579f, 1.3416407864998738f}, 4) == "");
  CHECK(differences(nn::layer_norm(tensor<float, 1>({3}, 7.f)), {0, 0, 0}) == "");
  CHECK(differences(nn::layer_norm(tensor<int, 1>({2}, {1, 3}), 0, 0.0), {-1, 1}) == "");
  CHECK_THROWS_WITH(nn::layer_norm(x, tensor<float, 1>({3}), x),
                    "cannot multiply shapes (4,) and (3,): axis 0 is 4 and 3");
}
