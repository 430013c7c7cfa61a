// SPDX-License-Identifier: MIT
// labels: parallel
#include <random>

#include <random/support.hpp>

namespace random_test {

namespace {

// What is wrong with c = a b: a sum of k products in single precision, in whatever order and fused or not, is within
// k / 2^24 of the sum of their magnitudes (Higham, "Accuracy and Stability of Numerical Algorithms", 3.1), to first order.
std::string beyond_bound(const tutti::view<const float, 2>& a, const tutti::view<const float, 2>& b,
                         const tutti::tensor<float, 2>& c) {
  const index m = a.shape()[0], n = b.shape()[1], k = a.shape()[1];
  for (index i = 0; i < m; ++i)
    for (index j = 0; j < n; ++j) {
      double sum = 0, magnitudes = 0;
      for (index l = 0; l < k; ++l) {
        const double product = static_cast<double>(a(i, l)) * static_cast<double>(b(l, j));
        sum += product;
        magnitudes += std::abs(product);
      }
      if (!(std::abs(static_cast<double>(c(i, j)) - sum) <= static_cast<double>(k + 1) * 0x1p-24 * magnitudes))
        return "element (" + std::to_string(i) + ", " + std::to_string(j) + ") is " + std::to_string(c(i, j)) +
               ", in double precision " + std::to_string(sum);
    }
  return "";
}

} // namespace

TEST_CASE("matrix products of floats against sums in double precision") {
  repeat(60, [](dice& d, std::string& description) -> std::string {
    static constexpr index extents[] = {1, 2, 5, 12, 13, 24, 31, 48, 96, 100, 130};
    const index m = d.pick(extents), n = d.pick(extents), k = d.chance(0.2) ? d.between(300, 2500) : d.pick(extents);
    std::mt19937 engine(static_cast<std::mt19937::result_type>(d.between(0, 1 << 30)));
    std::normal_distribution<float> normal;
    tutti::tensor<float, 2> left(d.chance(0.5) ? tutti::index_list{m, k} : tutti::index_list{k, m});
    tutti::tensor<float, 2> right({2 * k, n});
    for (float& x : left) x = normal(engine);
    for (float& x : right) x = normal(engine);
    const bool turned = left.shape(0) != m;
    const auto a = turned ? tutti::view<const float, 2>(left.leaf().data(), {m, k}, {1, m}) : left.leaf();
    // Every other row, from the last on, or the first ones.
    const auto b = d.chance(0.3) ? tutti::view<const float, 2>(right.data() + (2 * k - 1) * n, {k, n}, {-2 * n, 1})
                                 : tutti::view<const float, 2>(right.data(), {k, n}, {n, 1});
    description = describe(a) + " and " + describe(b);
    return beyond_bound(a, b, tutti::tensor<float, 2>(matmul(a, b)));
  });
}

TEST_CASE("matrix products of other types") {
  SECTION("complex") {
    products<std::complex<float>, std::complex<float>, std::complex<float>>(
        "matmul", 60, [](const auto& a, const auto& b) { return matmul(a, b); });
  }
  SECTION("int32") {
    products<std::int32_t, std::int32_t, std::int32_t>("matmul", 60,
                                                       [](const auto& a, const auto& b) { return matmul(a, b); });
  }
  SECTION("halves") {
    products<tutti::float16, tutti::float16, tutti::float16>("matmul", 60,
                                                             [](const auto& a, const auto& b) { return matmul(a, b); });
    products<float, tutti::bfloat16, tutti::bfloat16>("matmul", 60,
                                                      [](const auto& a, const auto& b) { return matmul(a, b); });
  }
  SECTION("mixed") {
    products<double, float, double>("matmul", 60, [](const auto& a, const auto& b) { return matmul(a, b); });
    products<double, std::int16_t, double>("matmul", 60, [](const auto& a, const auto& b) { return matmul(a, b); });
  }
  SECTION("then reduced") {
    products<double, double, double>("matmul - max(matmul, -1)", 80, [](const auto& a, const auto& b) {
      return matmul(a, b) - sum(matmul(a, b), -1, tutti::keepdims);
    });
  }
}

} // namespace random_test
