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

// Few types of arguments, for each is a large formula to compile.
using logits_tensor = tensor<float, 2>;
using labels_tensor = tensor<int, 1>;

float loss_of(const logits_tensor& logits, const labels_tensor& labels) { return nn::cross_entropy(logits, labels); }
float loss_of(const logits_tensor& logits, const tensor<bool, 2>& one_hot) {
  return nn::cross_entropy(logits, one_hot);
}
float loss_of(const logits_tensor& logits, const tensor<float, 2>& p) { return nn::cross_entropy(logits, p); }

TEST_CASE("cross_entropy of labels") {
  const logits_tensor logits({3, 3}, {1, 2, 3, 0, 0, 0, -1, 0.5f, 4});
  const labels_tensor labels({3}, {2, 0, 1});
  CHECK(loss_of(logits, labels) == Approx(1.6808292727457566));
  const tensor<bool, 2> rows = nn::one_hot(labels, 3);
  CHECK(loss_of(logits, rows) == Approx(1.6808292727457566));
  CHECK(loss_of(logits, tensor<float, 2>(rows)) == Approx(1.6808292727457566));
}

TEST_CASE("cross_entropy of one example has the classes along its only axis") {
  const tensor<double, 1> logits({3}, {1, 2, 3});
  const tensor<std::uint8_t, 0> label(tutti::index_list<0>{}, 2);
  CHECK(double(nn::cross_entropy(logits, label)) == Approx(0.4076059644443803));
}

TEST_CASE("cross_entropy of probabilities") {
  const logits_tensor logits({3, 3}, {1, 2, 3, 0, 0, 0, -1, 0.5f, 4});
  const tensor<float, 2> wanted({3, 3}, {0.1f, 0.2f, 0.7f, 1, 0, 0, 0.5f, 0.25f, 0.25f});
  CHECK(loss_of(logits, wanted) == Approx(1.7724959394124233));
}

TEST_CASE("cross_entropy of more axes has the classes along axis 1, whether ranks are static or not") {
  tensor<double> logits({2, 3, 2});
  int k = 0;
  for (double& v : logits) {
    v = k % 2 == 0 ? k / 4.0 : -k / 4.0;
    ++k;
  }
  const tensor<int> labels({2, 2}, {0, 1, 2, 2});
  CHECK(double(nn::cross_entropy(logits, labels)) == Approx(1.3052696706417346));
}

TEST_CASE("cross_entropy is stable") {
  const logits_tensor logits({2, 3}, {1e4f, -1e4f, 0, -static_cast<float>(inf), 5, 5});
  const labels_tensor labels({2}, {0, 1}), wrong({2}, {1, 1});
  CHECK(loss_of(logits, labels) == Approx(0.34657359027997264));
  CHECK(loss_of(logits, tensor<bool, 2>(nn::one_hot(labels, 3))) == Approx(0.34657359027997264));
  CHECK(loss_of(logits, wrong) == Approx(10000.3466f));
}

TEST_CASE("cross_entropy of what is no class, or of nothing, is NaN") {
  const logits_tensor logits({2, 3});
  const auto is_nan = [](float v) { return v != v; };
  CHECK(is_nan(loss_of(logits, labels_tensor({2}, {0, 3}))));
  CHECK(is_nan(loss_of(logits, labels_tensor({2}, {-1, 0}))));
  CHECK(!is_nan(loss_of(logits, labels_tensor({2}, {2, 0}))));
  CHECK(is_nan(loss_of(logits_tensor({0, 3}), labels_tensor(tutti::index_list<1>{0}))));
}

TEST_CASE("cross_entropy of shapes that do not fit") {
  const tensor<float, 2> logits({2, 3});
  CHECK_THROWS_AS(nn::cross_entropy(logits, tensor<int, 1>({3})), tutti::shape_error);
  CHECK_THROWS_WITH(nn::cross_entropy(logits, tensor<int, 1>({3})),
                    "cross_entropy: labels of shape (3,) instead of (2,)");
  CHECK_THROWS_WITH(nn::cross_entropy(logits, tensor<float, 2>({1, 3})),
                    "cross_entropy: targets of shape (1, 3) instead of (2, 3)");
}
