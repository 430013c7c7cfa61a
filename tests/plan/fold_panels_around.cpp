// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/fold_panels.hpp: reductions of what other reductions give, with work around them.
// labels: parallel

#include <support/catch.hpp>

#include <random>

#include <tutti/tensor.hpp>

namespace tutti {

namespace {

std::mt19937 random_bits(6);

tensor<double, 2> numbers(index n, index d) {
  tensor<double, 2> x({n, d});
  for (double& v : x) v = std::uniform_real_distribution<double>(-1, 1)(random_bits);
  return x;
}

template <class P, class C>
auto distances(const P& p, const C& c) { return sum(square(p(all, newaxis) - c), -1); }

} // namespace

TEST_CASE("several axes, and work around and between the reductions") {
  const tensor<double, 2> p = numbers(600, 3), c = numbers(9, 3);
  const tensor<double, 2> d = distances(p, c);
  const tensor<double, 1> density = sum(exp(-0.5 * distances(p, c)), 1), expected = sum(exp(-0.5 * d), 1);
  CHECK(allclose(density, expected, 1e-13));
  const tensor<double, 1> around = 1 + sqrt(min(distances(p, c), 1)) * p(all, 1);
  CHECK(allclose(around, 1 + sqrt(min(d, 1)) * p(all, 1), 1e-13));
  const tensor<double, 2> kept = max(distances(p, c), 1, keepdims), row = max(distances(p, c), 0, keepdims);
  CHECK(allclose(kept, max(d, 1, keepdims), 1e-13));
  CHECK(allclose(row, max(d, 0, keepdims), 1e-13));
  const tensor<double, 2> weights =
      exp(-distances(p, c)) / sum(exp(-distances(p, c)), 1, keepdims) + 0 * max(distances(p, c), 1, keepdims);
  CHECK(allclose(weights, exp(-d) / sum(exp(-d), 1, keepdims), 1e-13));
  // Reductions of one type that are two values.
  const tensor<double, 1> two = min(distances(p, c), 1) - min(distances(p, 2 * p(range(4))), 1);
  CHECK(allclose(two, min(d, 1) - min(tensor<double, 2>(distances(p, 2 * p(range(4)))), 1), 1e-13));
  const tensor<double, 2> other = numbers(9, 3), e = distances(p, other);
  const tensor<double, 1> apart = min(distances(p, c), 1) - min(distances(p, other), 1);
  CHECK(allclose(apart, min(d, 1) - min(e, 1), 1e-13));
  // Batches, of which a panel has several, one, or a part of one.
  for (const index n : {5, 300, 3000}) {
    tensor<double, 3> many({4, n, 2});
    for (double& v : many) v = std::uniform_real_distribution<double>(0, 1)(random_bits);
    const tensor<double, 3> of({4, 20, 2}, 0.5);
    const tensor<double, 3> between = sum(abs(many(all, all, newaxis) - of(all, newaxis)), 3);
    const tensor<double, 2> batches = min(sum(abs(many(all, all, newaxis) - of(all, newaxis)), 3), 2);
    CHECK(allclose(batches, min(between, 2), 1e-13));
    const tensor<double, 1> of_all = max(sum(abs(many(all, all, newaxis) - of(all, newaxis)), 3), axes(1, 2));
    CHECK(allclose(of_all, max(between, axes(1, 2)), 1e-13));
  }
  // Operands that are stretched over what is cut.
  const tensor<double, 2> x({7, 600}, 1.5);
  const tensor<double, 2> stretched = x + min(distances(p, c), 1);
  CHECK(allclose(stretched, x + min(d, 1), 1e-13));
  const tensor<double, 1> nothing = sum(distances(p, tensor<double, 2>({0, 3})), 1);
  CHECK(array_equal(nothing, 0 * p(all, 0)));
}

TEST_CASE("few results, each made of more than a cache holds") {
  tensor<float, 3> x({2, 1200000, 2}, 1.f);
  x(1, 1100000, 1) = 7;
  const tensor<float, 1> most = max(sum(x, 2), 1);
  CHECK(most(0) == 2);
  CHECK(most(1) == 8);
}

TEST_CASE("a destination may be what is read") {
  tensor<double, 2> p = numbers(500, 3);
  const tensor<double, 2> c = numbers(16, 3), d = distances(p, c);
  const tensor<double, 1> nearest = min(d, 1);
  tensor<double, 1> y({500}, 2.0);
  y = y + min(distances(p, c), 1);
  CHECK(allclose(y, 2 + nearest, 1e-13));
  y += min(distances(p, c), 1);
  CHECK(allclose(y, 2 + 2 * nearest, 1e-13));
  p(all, 1) = min(distances(p, c), 1);
  CHECK(allclose(p(all, 1), nearest, 1e-13));
}

} // namespace tutti
