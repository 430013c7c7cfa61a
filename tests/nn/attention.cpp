// SPDX-License-Identifier: MIT
// Tests include/tutti/nn/attention.hpp.

#include <support/catch.hpp>
#include <support/values.hpp>

#include <tutti/nn.hpp>
#include <tutti/plan/explain.hpp>

namespace {

using test::differences, test::inf;
using tutti::tensor, tutti::value_t;
namespace nn = tutti::nn;

using matrix = tensor<double, 2>;
static_assert(
    tutti::rank_of<decltype(nn::scaled_dot_product_attention(
        std::declval<tensor<float, 4>&>(), std::declval<tensor<float, 4>&>(), std::declval<tensor<float, 4>&>()))> ==
    4);

const matrix q({2, 2}, {1, 0, 0, 2}), k({3, 2}, {1, 1, 0, 1, -1, 0}), v({3, 1}, {1, 10, 100});

} // namespace

TEST_CASE("scaled_dot_product_attention") {
  // Scores 1, 0, -1 and 2, 2, 0, times 1 / sqrt(2) or what is said.
  CHECK(differences(nn::scaled_dot_product_attention(q, k, v), {17.41885394696577, 15.742236193662992}, 64) == "");
  CHECK(differences(nn::scaled_dot_product_attention(q, k, v, {.scale = 0.0}), {37, 37}, 8) == "");
}

TEST_CASE("masks of attention") {
  CHECK(differences(nn::scaled_dot_product_attention(q, k, v, nn::is_causal, {.scale = 1.0}), {1, 5.5}, 8) == "");
  const tensor<bool, 2> last({1, 3}, {false, false, true});
  CHECK(differences(nn::scaled_dot_product_attention(q, k, v, last), {100, 100}, 8) == "");
  const matrix added({2, 3}, {-inf, 0, -inf, 0, -inf, -inf});
  CHECK(differences(nn::scaled_dot_product_attention(q, k, v, added), {10, 1}, 8) == "");
}

TEST_CASE("attention needs rows of queries and keys") {
  const tensor<float> row({4}), rows({3, 4});
  const char* const sentence = "scaled_dot_product_attention: axis -2 is out of range for rank 1";
  CHECK_THROWS_WITH(nn::scaled_dot_product_attention(row, rows, rows, nn::is_causal), sentence);
  CHECK_THROWS_WITH(nn::scaled_dot_product_attention(rows, row, rows, nn::is_causal), sentence);
  CHECK_THROWS_WITH(nn::scaled_dot_product_attention(row, rows, rows), sentence);
  CHECK_THROWS_AS(nn::scaled_dot_product_attention(tensor<float>(sum(rows)), rows, rows), tutti::axis_error);
}

TEST_CASE("ranks known at run time on one side") {
  const tensor<float, 3> x = tutti::sin(tutti::iota<float>({2, 80, 16}));
  const tensor<float> any_x = x;
  const tensor<float, 3> expected = nn::scaled_dot_product_attention(x, x, x);
  const tensor<float> any = nn::scaled_dot_product_attention(x, x, x);
  CHECK(array_equal(any, expected));
  tensor<float, 3> y({2, 80, 16});
  y = nn::scaled_dot_product_attention(any_x, any_x, any_x);
  CHECK(allclose(y, expected, 1e-5));
  tensor<float> any_y({2, 80, 16});
  CHECK(explain(named(any_y, "y"), nn::scaled_dot_product_attention(x, x, x)).stages.size() ==
        explain(named(y, "y"), nn::scaled_dot_product_attention(x, x, x)).stages.size());
}
