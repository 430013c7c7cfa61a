// SPDX-License-Identifier: MIT
// Work around products of batches, of other types and of other products: what is computed when, and how often.
// labels: parallel

#include <atomic>

#include <support/catch.hpp>
#include <support/products.hpp>
#include <tutti/tutti.hpp>

namespace {

using test::is_one_stage, test::matrix, test::random_tensor, test::vector, tutti::index_list, tutti::newaxis,
    tutti::tensor;
constexpr tutti::all_t whole{};

} // namespace

TEST_CASE("batches with work around them") {
  const auto a = random_tensor<float>(index_list<4>{3, 4, 10, 12});
  const auto b = random_tensor<float>(index_list<3>{4, 12, 19}), other = random_tensor<float>(index_list<3>{3, 1, 19});
  const auto weights = matrix(12, 19);
  const tensor p = matmul(a, b), q = matmul(a, weights);
  tensor<float, 4> y({3, 4, 10, 19});
  y = maximum(matmul(a, b) + expand_dims(other, 1), 0);
  CHECK(array_equal(y, maximum(p + expand_dims(other, 1), 0)));
  y = matmul(a * 2, b + 1) - q;
  CHECK(array_equal(y, tensor(matmul(tensor(a * 2), tensor(b + 1))) - q));
  // One product of 120 rows: the bias is the same for all of them.
  const auto plan = explain(y, matmul(a, weights) + vector(19));
  CHECK(is_one_stage(plan));
  CHECK(plan.stages[0].loops.find("[120 x 19 x 12]") == 0);
  y = matmul(a, weights) * other(whole, newaxis, whole, whole);
  CHECK(array_equal(y, q * expand_dims(other, 1)));
}

TEST_CASE("other types") {
  const auto check = [](auto zero) {
    using T = decltype(zero);
    const auto a = matrix<T>(35, 600), b = matrix<T>(600, 21), c = matrix<T>(35, 21);
    const tensor p = matmul(a, b);
    tensor<T, 2> y({35, 21});
    y = matmul(a, b) * c + c;
    CHECK(array_equal(y, p * c + c));
    y = matmul(a + a, b);
    CHECK(array_equal(y, p + p));
  };
  check(double{});
  check(std::complex<float>{});
  check(std::int32_t{});
  // Rounded to its elements' type before anything is added.
  const auto half = tensor<tutti::float16, 2>(cast<tutti::float16>(matrix(9, 20))),
             other = tensor<tutti::float16, 2>(cast<tutti::float16>(matrix(20, 11)));
  const tensor p = matmul(half, other);
  const tensor<float, 2> y = matmul(half, other) + 1.f;
  CHECK(array_equal(y, tensor<float, 2>(p + 1.f)));
  const tensor<tutti::float16, 2> narrowed = 2 * matmul(cast<float>(half), cast<float>(other));
  CHECK(array_equal(narrowed, p + p));
}

TEST_CASE("each element is computed once") {
  std::atomic<long> around{0}, inside{0};
  const auto a = matrix(70, 900), b = matrix(900, 50);
  const auto count_around = [&](float x) { return ++around, x + 1; };
  const auto count_inside = [&](float x) { return ++inside, x; };
  tensor<float, 2> y({70, 50});
  y = tutti::apply(count_around, matmul(tutti::apply(count_inside, a), b));
  CHECK(around == 70 * 50);
  CHECK(inside == 70 * 900);
  CHECK(array_equal(y, tensor(matmul(a, b)) + 1));
}

TEST_CASE("two products in one formula: one is finished by the other's stage") {
  const auto a = matrix(20, 30), b = matrix(30, 40), c = matrix(20, 6), d = matrix(6, 40);
  tensor<float, 2> y({20, 40});
  CHECK(explain(y, matmul(a, b) + matmul(c, d)).stages.size() == 2);
  y = matmul(a, b) + matmul(c, d);
  CHECK(array_equal(y, tensor(matmul(a, b)) + tensor(matmul(c, d))));
  // A layer after a layer: the first is finished before the second packs it.
  const auto w = matrix(40, 20);
  tensor<float, 2> z({20, 20});
  const auto plan = explain(z, maximum(matmul(maximum(matmul(a, b), 0), w), 1));
  CHECK(plan.stages.size() == 2);
  CHECK(!plan.stages[0].epilogue.empty());
  z = maximum(matmul(maximum(matmul(a, b), 0), w), 1);
  const tensor hidden = maximum(tensor(matmul(a, b)), 0);
  CHECK(array_equal(z, maximum(tensor(matmul(hidden, w)), 1)));
}

TEST_CASE("equal products of one formula are one stage") {
  const auto q = matrix(30, 8), k = matrix(40, 8);
  tensor<float, 2> y({30, 40});
  const auto scores = matmul(q, transpose(k)) / 8.f;
  const auto e = exp(scores - max(scores, 1, tutti::keepdims));
  CHECK(explain(y, e / sum(e, 1, tutti::keepdims)).stages.size() == 2);
  const tensor s = matmul(q, transpose(k)) / 8.f;
  y = e / sum(e, 1, tutti::keepdims);
  const tensor<float, 2> f = exp(s - max(s, 1, tutti::keepdims));
  CHECK(allclose(y, f / sum(f, 1, tutti::keepdims), 1e-6, 0));
}
