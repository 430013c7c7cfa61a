// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/epilogue.hpp: elementwise work around matrix products.
// labels: parallel

#include <support/catch.hpp>

#include <atomic>
#include <random>

#include <tutti/tutti.hpp>

namespace {

using tutti::index, tutti::index_list, tutti::newaxis, tutti::range, tutti::tensor;
constexpr tutti::all_t whole{};

std::mt19937 generator(12);

template <class T, index Rank>
tensor<T, Rank> random_tensor(const index_list<Rank>& shape) {
  tensor<T, Rank> x(shape);
  std::uniform_int_distribution<int> number(-4, 4);
  for (T& v : x) v = static_cast<T>(static_cast<float>(number(generator)));
  return x;
}
template <class T = float>
auto matrix(index m, index n) { return random_tensor<T>(index_list<2>{m, n}); }
template <class T = float>
auto vector(index n) { return random_tensor<T>(index_list<1>{n}); }

bool is_one_stage(const tutti::execution_plan& plan) { return plan.stages.size() == 1 && plan.temporaries() == 0; }

// Every way that a product is computed: tiles, one block of steps and several, vectors, nothing to sum.
constexpr std::array<index, 3> sizes[] = {{5, 7, 3},      {64, 64, 64}, {33, 70, 1200}, {1, 400, 20}, {400, 1, 20},
                                          {130, 30, 700}, {1, 1, 5},    {13, 90, 0},    {300, 3, 11}, {2100, 9, 900}};

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
    CHECK(is_one_stage(explain(y, 0.5f * matmul(a, b) + 2 * y)));
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

TEST_CASE("batches with work around them") {
  const auto a = random_tensor<float>(index_list<4>{3, 4, 10, 12});
  const auto b = random_tensor<float>(index_list<3>{4, 12, 9}), other = random_tensor<float>(index_list<3>{3, 1, 9});
  const auto weights = matrix(12, 9);
  const tensor p = matmul(a, b), q = matmul(a, weights);
  tensor<float, 4> y({3, 4, 10, 9});
  y = maximum(matmul(a, b) + expand_dims(other, 1), 0);
  CHECK(array_equal(y, maximum(p + expand_dims(other, 1), 0)));
  y = matmul(a * 2, b + 1) - q;
  CHECK(array_equal(y, tensor(matmul(tensor(a * 2), tensor(b + 1))) - q));
  // One product of 120 rows: the bias is the same for all of them.
  const auto plan = explain(y, matmul(a, weights) + vector(9));
  CHECK(is_one_stage(plan));
  CHECK(plan.stages[0].loops.find("[120 x 9 x 12]") == 0);
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

TEST_CASE("the number of threads does not change a bit") {
  std::normal_distribution<float> normal;
  tensor<float, 2> a({200, 700}), b({700, 150});
  tensor<float, 1> bias({150});
  for (float& x : a) x = normal(generator);
  for (float& x : b) x = normal(generator);
  for (float& x : bias) x = normal(generator);
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
