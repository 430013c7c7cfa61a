// SPDX-License-Identifier: MIT
// Tests include/tutti/nn/loss.hpp.

#include <support/catch.hpp>
#include <support/values.hpp>

#include <tutti/nn.hpp>

namespace {

using test::differences, test::inf, test::NaN;
using tutti::tensor, tutti::value_t;
namespace nn = tutti::nn;

using logits_t = tensor<float, 2>&;
static_assert(std::same_as<value_t<decltype(nn::one_hot(std::declval<tensor<int, 1>&>(), 3))>, bool>);
static_assert(tutti::rank_of<decltype(nn::one_hot(std::declval<tensor<int, 2>&>(), 3))> == 3);
static_assert(std::same_as<
              value_t<decltype(nn::cross_entropy(std::declval<logits_t>(), std::declval<tensor<int, 1>&>()))>, float>);
static_assert(std::same_as<
              value_t<decltype(nn::cross_entropy(std::declval<logits_t>(), std::declval<tensor<bool, 2>&>()))>, float>);
static_assert(std::same_as<
              value_t<decltype(nn::cross_entropy(std::declval<logits_t>(), std::declval<tensor<std::int64_t, 2>&>()))>,
              float>);
static_assert(tutti::rank_of<decltype(nn::cross_entropy(std::declval<logits_t>(), std::declval<logits_t>()))> == 0);

} // namespace

TEST_CASE("one_hot") {
  const tensor<int, 1> labels({4}, {0, 2, -1, 3});
  const std::vector<bool> rows{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0};
  CHECK(differences(nn::one_hot(labels, 3), rows) == "");
  CHECK(nn::one_hot(labels, 3).shape() == tutti::index_list<2>(4, 3));
  CHECK(nn::one_hot(tensor<std::uint8_t, 2>({2, 5}), 300).shape() == tutti::index_list<3>(2, 5, 300));
  CHECK(differences(tutti::one_hot(tensor<std::uint8_t, 1>({1}, {255}), 257)(0, tutti::range(254, 257)),
                    std::vector<bool>{0, 1, 0}) == "");
  CHECK(differences(sum(nn::one_hot(labels, 3), 0), {1, 0, 1}) == ""); // how often each class occurs
  CHECK(nn::one_hot(labels, 0).size() == 0);
}

TEMPLATE_TEST_CASE("cross_entropy of labels", "", float, double) {
  using T = TestType;
  const tensor<T, 2> logits({3, 3}, {1, 2, 3, 0, 0, 0, -1, T(0.5), 4});
  const tensor<std::int64_t, 1> labels({3}, {2, 0, 1});
  const T loss = nn::cross_entropy(logits, labels);
  CHECK(loss == Approx(1.6808292727457566));
  CHECK(T(nn::cross_entropy(logits, nn::one_hot(labels, 3))) == Approx(1.6808292727457566));
  CHECK(T(nn::cross_entropy(logits, cast<std::int64_t>(nn::one_hot(labels, 3)))) == Approx(1.6808292727457566));
  CHECK(T(nn::cross_entropy(logits, cast<T>(nn::one_hot(labels, 3)))) == Approx(1.6808292727457566));
  CHECK(T(nn::cross_entropy(logits, cast<std::uint8_t>(labels))) == Approx(1.6808292727457566));
  // One example alone has its classes along its only axis.
  CHECK(T(nn::cross_entropy(logits(0, tutti::all), labels(0, tutti::ellipsis))) == Approx(0.4076059644443803));
}

TEST_CASE("cross_entropy of probabilities") {
  const tensor<double, 2> logits({3, 3}, {1, 2, 3, 0, 0, 0, -1, 0.5, 4});
  const tensor<double, 2> wanted({3, 3}, {0.1, 0.2, 0.7, 1, 0, 0, 0.5, 0.25, 0.25});
  CHECK(double(nn::cross_entropy(logits, wanted)) == Approx(1.7724959394124233));
}

TEST_CASE("cross_entropy of more axes has the classes along axis 1") {
  tensor<double, 3> logits({2, 3, 2});
  int k = 0;
  for (double& v : logits) {
    v = k % 2 == 0 ? k / 4.0 : -k / 4.0;
    ++k;
  }
  const tensor<int, 2> labels({2, 2}, {0, 1, 2, 2});
  CHECK(double(nn::cross_entropy(logits, labels)) == Approx(1.3052696706417346));
}

TEST_CASE("cross_entropy of run-time ranks") {
  const tensor<double> logits({3, 3}, {1, 2, 3, 0, 0, 0, -1, 0.5, 4});
  const tensor<int> labels({3}, {2, 0, 1});
  CHECK(double(nn::cross_entropy(logits, labels)) == Approx(1.6808292727457566));
}

TEST_CASE("cross_entropy is stable") {
  const tensor<float, 2> logits({2, 3}, {1e4f, -1e4f, 0, -static_cast<float>(inf), 5, 5});
  const tensor<int, 1> labels({2}, {0, 1}), wrong({2}, {1, 1});
  CHECK(float(nn::cross_entropy(logits, labels)) == Approx(0.34657359027997264));
  CHECK(float(nn::cross_entropy(logits, nn::one_hot(labels, 3))) == Approx(0.34657359027997264));
  CHECK(float(nn::cross_entropy(logits, wrong)) == Approx(10000.3466f));
}

TEST_CASE("cross_entropy of what is no class, or of nothing, is NaN") {
  const tensor<float, 2> logits({2, 3});
  const auto is_nan = [](float v) { return v != v; };
  CHECK(is_nan(nn::cross_entropy(logits, tensor<int, 1>({2}, {0, 3}))));
  CHECK(is_nan(nn::cross_entropy(logits, tensor<int, 1>({2}, {-1, 0}))));
  CHECK(!is_nan(nn::cross_entropy(logits, tensor<int, 1>({2}, {2, 0}))));
  CHECK(is_nan(nn::cross_entropy(tensor<float, 2>({0, 3}), tensor<int, 1>({0}))));
}

TEST_CASE("cross_entropy of shapes that do not fit") {
  const tensor<float, 2> logits({2, 3});
  CHECK_THROWS_AS(nn::cross_entropy(logits, tensor<int, 1>({3})), tutti::shape_error);
  CHECK_THROWS_WITH(nn::cross_entropy(logits, tensor<int, 1>({3})),
                    "cross_entropy: labels of shape (3,) instead of (2,)");
  CHECK_THROWS_WITH(nn::cross_entropy(logits, tensor<float, 2>({1, 3})),
                    "cross_entropy: targets of shape (1, 3) instead of (2, 3)");
}
