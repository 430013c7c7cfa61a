// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/epilogue.hpp: elementwise work around matrix products of all sizes.
// labels: parallel

#include <support/catch.hpp>
#include <support/products.hpp>
#include <tutti/tutti.hpp>

namespace {

using test::is_one_stage, test::matrix, test::sizes, test::vector, tutti::range, tutti::tensor;
constexpr tutti::all_t whole{};

} // namespace

TEST_CASE("elementwise work around a product") {
  for (const auto& [m, n, k] : sizes) {
    INFO(m << " x " << n << " x " << k);
    const auto a = matrix(m, k), b = matrix(k, n), residual = matrix(m, n);
    const auto bias = vector(n), scale = vector(m);
    const tensor p = matmul(a, b);
    const auto check = [&](const auto& fused, const auto& plain) {
      tensor<float, 2> y({m, n});
      y = fused;
      CHECK(array_equal(y, plain));
      tensor<float, 2> turned({n, m});
      tutti::view<float, 2> columns(turned.data(), {m, n}, {1, m});
      columns = fused;
      CHECK(array_equal(columns, plain));
    };
    check(maximum(matmul(a, b) + bias, 0), maximum(p + bias, 0));
    check(matmul(a, b) * expand_dims(scale, 1) - residual, p * expand_dims(scale, 1) - residual);
    check(where(matmul(a, b) > residual, matmul(a, b), -residual), where(p > residual, p, -residual));
  }
  tensor<float, 2> y({7, 9});
  CHECK(is_one_stage(explain(y, maximum(matmul(matrix(7, 3), matrix(3, 9)) + vector(9), 0))));
}

TEST_CASE("sums that cannot wait in the destination") {
  for (const auto& [m, n, k] : sizes) {
    const auto a = matrix(m, k), b = matrix(k, n);
    const tensor expected = tensor(matmul(a, b)) + 1;
    tensor<double, 2> wider({m, n});
    wider = matmul(a, b) + 1;
    CHECK(array_equal(wider, expected));
    tensor<float, 2> wide({m, 3 * n + 1});
    auto apart = wide(whole, range(1, 3 * n + 1, 3));
    apart = matmul(a, b) + 1;
    CHECK(array_equal(apart, expected));
    CHECK(count_nonzero(wide(whole, range(0, 3 * n + 1, 3))) == 0);
  }
}

TEST_CASE("work around a product reads the destination") {
  for (const auto& [m, n, k] : sizes) {
    INFO(m << " x " << n << " x " << k);
    const auto a = matrix(m, k), b = matrix(k, n), before = matrix(m, n);
    const tensor p = matmul(a, b);
    tensor y = before;
    const bool narrow = 1 < n && n < 16 && m > 32; // its rows are too short to be entered each
    CHECK(is_one_stage(explain(y, 0.5f * matmul(a, b) + 2 * y)) == !narrow);
    y = 0.5f * matmul(a, b) + 2 * y;
    CHECK(array_equal(y, 0.5f * p + 2 * before));
    y = before;
    y += matmul(a, b);
    CHECK(array_equal(y, before + p));
    // Read in another order: its stage comes first.
    if (m != n) continue;
    y = before;
    y = matmul(a, b) + transpose(y);
    CHECK(array_equal(y, p + transpose(before)));
  }
  auto x = matrix(40, 40);
  const tensor before = x;
  x = maximum(matmul(x, x), 1);
  CHECK(array_equal(x, maximum(matmul(before, before), 1)));
}

TEST_CASE("work around a product of many short rows comes after it") {
  for (const tutti::index n : {1, 2, 3, 4, 15, 16}) {
    const auto points = matrix(1000, n), turn = matrix(n, n);
    const auto shift = vector(n);
    tensor<float, 2> y({1000, n});
    y = matmul(points, transpose(turn)) + shift;
    CHECK(array_equal(y, tensor(matmul(points, transpose(turn))) + shift));
    CHECK(is_one_stage(explain(y, matmul(points, turn) + shift)) == (n == 1 || n == 16));
    tensor<float, 2> x = points;
    x = matmul(x, turn) - 2 * x;
    CHECK(array_equal(x, tensor(matmul(points, turn)) - 2 * points));
  }
}

TEST_CASE("plans say which products are tiny") {
  const tensor<float, 3> a({9, 3, 4}), b({9, 4, 3}), wide({9, 4, 40});
  const auto blocks = [](const tutti::execution_plan& plan) { return plan.stages.front().blocking.front(); };
  CHECK(blocks(explain(matmul(a, b))).find("one after the other, in registers") != std::string::npos);
  CHECK(blocks(explain(matmul(a, wide))).find("one after the other, in registers") == std::string::npos);
  const tensor<float, 2> points({400'000, 3}), turn({3, 3}), more({400'000, 9});
  const tensor<float, 1> weights({3});
  const auto taken_apart = [&](const auto& e) { return blocks(explain(e)).find("taken apart") != std::string::npos; };
  CHECK(taken_apart(matmul(points, turn)));
  CHECK(taken_apart(matmul(points, weights)));
  CHECK(taken_apart(matmul(points * 2, turn)));
  CHECK(taken_apart(matmul(transpose(points), points)));
  CHECK_FALSE(taken_apart(matmul(transpose(more), points)));
}

TEST_CASE("the number of threads does not change a bit") {
  std::normal_distribution<float> normal;
  tensor<float, 2> a({200, 700}), b({700, 150});
  tensor<float, 1> bias({150});
  for (float& x : a) x = normal(test::generator);
  for (float& x : b) x = normal(test::generator);
  for (float& x : bias) x = normal(test::generator);
  const auto run = [&](int threads) {
    tutti::set_num_threads(threads);
    tensor<float, 2> y({200, 150});
    y = tanh(matmul(a * 0.5f, b) + bias) - y;
    tensor<float, 1> z = matmul(a * 0.5f, b(whole, 0)) + 1;
    tutti::set_num_threads(0);
    return std::pair{y, z};
  };
  const auto one = run(1);
  for (const int threads : {2, 3, 4, 7}) {
    const auto more = run(threads);
    CHECK(array_equal(more.first, one.first));
    CHECK(array_equal(more.second, one.second));
  }
}
