// SPDX-License-Identifier: MIT
// labels: parallel
#include <random/support.hpp>

namespace random_test {

TEST_CASE("matrix products of other types") {
  SECTION("complex") {
    products<std::complex<float>, std::complex<float>, std::complex<float>>(
        "matmul", 60, [](const auto& a, const auto& b) { return matmul(a, b); });
  }
  SECTION("int32") {
    products<std::int32_t, std::int32_t, std::int32_t>("matmul", 60,
                                                       [](const auto& a, const auto& b) { return matmul(a, b); });
  }
  SECTION("then reduced") {
    products<double, double, double>("matmul - max(matmul, -1)", 80, [](const auto& a, const auto& b) {
      return matmul(a, b) - sum(matmul(a, b), -1, tutti::keepdims);
    });
  }
}

} // namespace random_test
