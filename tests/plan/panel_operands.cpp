// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/panel_operands.hpp: panels whose right operands stay packed, against the same formula without
// panels.
// labels: parallel

#include <support/attention.hpp>
#include <support/catch.hpp>

#include <cstring>

#include <tutti/nn/attention.hpp>
#include <tutti/plan/explain.hpp>

namespace {

using test::random_reals, test::softmax, tutti::index, tutti::tensor;
constexpr tutti::all_t whole{};

template <class O, class Q, class K, class V>
void check(const Q& q, const K& k, const V& v, double tolerance) {
  const tensor scores = matmul(q, swapaxes(k, -1, -2)) * 0.5f;
  const tensor weights = softmax(scores);
  const tensor<O, 3> expected = matmul(weights, v);
  for (const int threads : {1, 3}) {
    tutti::set_num_threads(threads);
    const tensor<O, 3> o = matmul(softmax(matmul(q, swapaxes(k, -1, -2)) * 0.5f), v);
    CHECK(static_cast<double>(max(abs(o - expected))()) <= tolerance);
  }
  tutti::set_num_threads(0);
}

} // namespace

TEST_CASE("operands in any layout, of one matrix or of a batch") {
  // Ragged tiles, single panels, operands of one head for all; larger than the first cache, and smaller.
  constexpr std::array<tutti::index, 5> sizes[] = {
      {2, 300, 333, 65, 40}, {3, 200, 500, 33, 70}, {1, 1000, 140, 90, 64}, {2, 129, 900, 17, 31}, {2, 400, 100, 3, 5}};
  for (const auto& [heads, n, m, d, e] : sizes)
    for (const bool shared : {false, true}) {
      const auto q = random_reals<float>({heads, n, d});
      const auto k = random_reals<float>({shared ? 1 : heads, m, d});
      const auto v = random_reals<float>({heads, m, e});
      const tensor<float, 3> k_turned = swapaxes(k, 1, 2), v_turned = swapaxes(v, 1, 2);
      check<float>(q, k, v, 1e-6);
      check<float>(q, swapaxes(k_turned, 1, 2), swapaxes(v_turned, 1, 2), 1e-6);
      tensor<float, 3> wide({heads, 2 * m, e});
      wide(whole, tutti::range(tutti::none, tutti::none, -2)) = v;
      check<float>(q, k, wide(whole, tutti::range(tutti::none, tutti::none, -2)), 1e-6);
      check<float>(q, k * 2.f, exp(v), 1e-5); // computed before the panels
    }
}

TEST_CASE("other types") {
  check<double>(random_reals<double>({2, 200, 40}), random_reals<double>({2, 333, 40}),
                random_reals<double>({2, 333, 33}), 1e-14);
  check<float>(random_reals<float>({2, 200, 40}), random_reals<tutti::float16>({2, 333, 40}),
               random_reals<tutti::bfloat16>({2, 333, 33}), 1e-6);
}

TEST_CASE("keys and values that change between two statements are packed again") {
  auto q = random_reals<float>({1, 300, 64}), k = random_reals<float>({1, 300, 64}),
       v = random_reals<float>({1, 300, 64});
  for (int round = 0; round < 3; ++round) {
    check<float>(q, k, v, 1e-6);
    k *= -1.5f;
    v += 1.f;
  }
}

TEST_CASE("all that a thread keeps is scratch that the plan tells") {
  const auto q = random_reals<float>({1, 4096, 64});
  const tensor<float, 3> o({1, 4096, 64});
  const auto plan = tutti::explain(o, matmul(softmax(matmul(q, swapaxes(q, -1, -2)) * 0.5f), q));
  REQUIRE(plan.stages.size() == 1);
  CHECK(plan.stages[0].scratch_bytes > tutti::index{3} << 20); // a panel's rows, keys and values
  CHECK(plan.stages[0].scratch_bytes <= tutti::index{4} << 20);
}
