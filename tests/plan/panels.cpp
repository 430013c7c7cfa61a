// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/panels.hpp: formulas that reduce along the rows of a product, against plain loops.
// labels: parallel

#include <support/attention.hpp>
#include <support/catch.hpp>

#include <cmath>
#include <cstring>

#include <tutti/nn/attention.hpp>
#include <tutti/plan/explain.hpp>

namespace {

using test::draw, test::random_reals, test::softmax, tutti::index, tutti::keepdims, tutti::newaxis, tutti::tensor;
constexpr tutti::all_t whole{};

template <class Q, class K, class V, class Mask>
auto attention(const Q& q, const K& k, const V& v, const Mask& mask) {
  return matmul(softmax(matmul(q, swapaxes(k, -1, -2)) * 0.5f + mask), v);
}

/// Attention of one matrix of each batch after the other, in double; batches of extent 1 are those of all.
tensor<double, 3> plain(const tensor<float, 3>& q, const tensor<float, 3>& k, const tensor<float, 3>& v, bool causal) {
  const index of_q = q.shape()[0], of_k = k.shape()[0], of_v = v.shape()[0];
  const index batch = of_q * of_k * of_v == 0 ? 0 : std::max({of_q, of_k, of_v});
  const index n = q.shape()[1], m = k.shape()[1], d = q.shape()[2], e = v.shape()[2];
  tensor<double, 3> o({batch, n, e});
  std::vector<double> weight(static_cast<std::size_t>(m));
  const auto at = [](const tensor<float, 3>& x, index b, index i, index j) {
    return static_cast<double>(x(x.shape()[0] == 1 ? 0 : b, i, j));
  };
  for (index b = 0; b < batch; ++b)
    for (index i = 0; i < n; ++i) {
      double total = 0;
      for (index j = 0; j < m; ++j) {
        double score = 0;
        for (index l = 0; l < d; ++l) score += at(q, b, i, l) * at(k, b, j, l);
        weight[static_cast<std::size_t>(j)] = causal && j > i ? 0 : std::exp(score * 0.5);
        total += weight[static_cast<std::size_t>(j)];
      }
      for (index j = 0; j < m; ++j)
        for (index l = 0; l < e; ++l) o(b, i, l) += weight[static_cast<std::size_t>(j)] / total * at(v, b, j, l);
    }
  return o;
}

template <class X, class Y>
double difference(const X& x, const Y& y) {
  REQUIRE(x.shape() == y.shape());
  double most = 0;
  auto other = y.begin();
  for (const auto value : x) {
    const double d = std::abs(static_cast<double>(value) - static_cast<double>(*other++));
    most = std::isnan(d) ? 1e9 : std::max(most, d);
  }
  return most;
}
template <class X, class Y>
bool same(const X& x, const Y& y) { return x.shape() == y.shape() && std::equal(x.begin(), x.end(), y.begin()); }

// 0 where a query may look, minus infinity where not.
auto causal_mask(index n, index m) {
  return where(tutti::arange<int>(static_cast<int>(n))(whole, newaxis) >= tutti::arange<int>(static_cast<int>(m)), 0.f,
               -std::numeric_limits<float>::infinity());
}

} // namespace

TEST_CASE("attention of any shape") {
  // Below and above what runs by panels, whole panels and ragged ones, single rows and columns.
  constexpr std::array<tutti::index, 5> sizes[] = {{2, 5, 7, 3, 4},      {1, 300, 300, 8, 5},   {3, 70, 90, 16, 16},
                                                   {2, 513, 260, 4, 33}, {1, 1, 5000, 8, 8},    {1, 5000, 1, 3, 2},
                                                   {0, 70, 70, 4, 4},    {2, 0, 80, 4, 4},      {2, 80, 80, 0, 4},
                                                   {2, 80, 80, 4, 0},    {1, 40, 20000, 3, 17}, {2, 257, 64, 1, 1}};
  for (const auto& [batch, n, m, d, e] : sizes)
    for (const bool shared : {false, true}) {
      const auto q = random_reals({batch, n, d});
      const auto k = random_reals({shared ? 1 : batch, m, d});
      const auto v = random_reals({batch, m, e});
      CHECK(difference(tensor(attention(q, k, v, causal_mask(n, m))), plain(q, k, v, true)) < 1e-5);
    }
}

TEST_CASE("attention of random shapes, with values of a batch of their own") {
  for (int round = 0; round < 12; ++round) {
    const tutti::index batch = draw(1, 3), n = draw(1, 400), m = draw(1, 400), d = draw(1, 20), e = draw(1, 20);
    const auto q = random_reals({round % 2 == 0 ? batch : 1, n, d});
    const auto k = random_reals({round % 3 == 0 ? batch : 1, m, d});
    const auto v = random_reals({batch, m, e});
    CHECK(difference(tensor(attention(q, k, v, causal_mask(n, m))), plain(q, k, v, true)) < 1e-5);
  }
}

TEST_CASE("any number of threads gives the same bits") {
  const auto q = random_reals({3, 700, 16});
  const auto k = random_reals({3, 900, 16});
  const auto v = random_reals({3, 900, 24});
  tutti::set_num_threads(1);
  const tensor once = attention(q, k, v, causal_mask(700, 900));
  for (const int threads : {2, 3, 4, 7}) {
    tutti::set_num_threads(threads);
    CHECK(same(once, tensor(attention(q, k, v, causal_mask(700, 900)))));
  }
  tutti::set_num_threads(0);
}

TEST_CASE("a destination may be an operand") {
  const auto q = random_reals({2, 200, 16});
  const auto k = random_reals({2, 200, 16});
  const auto expected = plain(q, k, k, true);
  const auto mask = causal_mask(200, 200);
  for (int which = 0; which < 2; ++which) {
    tensor x = q, y = k;
    (which == 0 ? x : y) = attention(x, y, y, mask);
    CHECK(difference(which == 0 ? x : y, expected) < 1e-5);
    tensor a = q, b = k;
    (which == 0 ? a : b)(whole, whole, whole) = attention(a, b, b, mask);
    CHECK(difference(which == 0 ? a : b, expected) < 1e-5);
  }
}

TEST_CASE("masks that are formulas leave attention in one stage") {
  const auto q = random_reals({1, 4096, 16});
  const auto v = random_reals({1, 4096, 24});
  const auto is_by_panels = [&](const auto& e) {
    const tensor<float, 3> o({1, 4096, 24});
    const auto plan = tutti::explain(o, e);
    return plan.stages.size() == 1 && plan.temporaries() == 0 && plan.stages[0].scratch_bytes <= tutti::index{4} << 20;
  };
  constexpr float inf = std::numeric_limits<float>::infinity();
  CHECK(is_by_panels(attention(q, q, v, causal_mask(4096, 4096))));
  CHECK(is_by_panels(attention(q, q, v, where(tutti::arange(4096)(whole, newaxis) >= tutti::arange(4096), 0.f, -inf))));
  const auto near =
      tutti::from_function({4096, 4096}, [](tutti::index i, tutti::index j) { return std::abs(i - j) < 256; });
  CHECK(is_by_panels(attention(q, q, v, where(near, 0.f, -inf))));
  CHECK(is_by_panels(tutti::nn::scaled_dot_product_attention(q, q, v, tutti::nn::is_causal)));
  CHECK(is_by_panels(tutti::nn::scaled_dot_product_attention(q, q, v, near)));
}

TEST_CASE("a query that may look at nothing gives NaN, and changes no other") {
  constexpr float inf = std::numeric_limits<float>::infinity();
  const tutti::index n = 300, m = 270, hidden = 3;
  const auto q = random_reals({2, n, 8});
  const auto k = random_reals({2, m, 8});
  const auto v = random_reals({2, m, 5});
  // Query i looks at the keys before i - 2.
  const auto mask = where(tutti::arange(n)(whole, newaxis) - hidden >= tutti::arange(m), 0.f, -inf);
  const tensor<float, 2> stored = mask;
  const auto sees = tutti::arange(n)(whole, newaxis) - hidden >= tutti::arange(m);
  const tensor expected = plain(tensor<float, 3>(q(whole, tutti::range(hidden, n))), k, v, true);
  const auto check = [&](const auto& formula) {
    tutti::set_num_threads(1);
    const tensor<float, 3> o = formula;
    const bool none = tutti::all(isnan(o(whole, tutti::range(0, hidden))));
    CHECK(none);
    CHECK(difference(tensor(o(whole, tutti::range(hidden, n))), expected) < 1e-5);
    tutti::set_num_threads(3);
    const tensor<float, 3> again = formula;
    CHECK(std::memcmp(o.data(), again.data(), static_cast<std::size_t>(o.size()) * sizeof(float)) == 0);
    tutti::set_num_threads(0);
  };
  check(attention(q, k, v, mask));
  check(attention(q, k, v, stored));
  check(tutti::nn::scaled_dot_product_attention(q, k, v, sees, {.scale = 0.5}));
}
