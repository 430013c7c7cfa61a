// SPDX-License-Identifier: MIT
// labels: parallel
#include <random/support.hpp>

namespace random_test {

TEST_CASE("matrix products of random layouts") {
  SECTION("float") {
    products<float, float, float>("matmul", 150, [](const auto& a, const auto& b) { return matmul(a, b); });
  }
  SECTION("double, with operands that are formulas") {
    products<double, double, double>("matmul(a + 1, 2 * b) - 3", 120,
                                     [](const auto& a, const auto& b) { return matmul(a + 1, 2 * b) - 3; });
  }
  SECTION("float, with work around it and operands that are formulas") {
    products<float, float, float>(
        "where(matmul(a * 2, b) > 3, matmul(a * 2, b), 1)", 150,
        [](const auto& a, const auto& b) { return where(matmul(a * 2, b) > 3, matmul(a * 2, b), 1); });
  }
  SECTION("int, work around it") {
    products<std::int32_t, std::int32_t, std::int32_t>(
        "matmul(a, 3 - b) * 2 + 1", 100, [](const auto& a, const auto& b) { return matmul(a, 3 - b) * 2 + 1; });
  }
  SECTION("transposed operands") {
    products<float, float, float>("transposed matmul", 120, [](const auto& a, const auto& b) {
      return swapaxes(matmul(swapaxes(b, -1, -2), swapaxes(a, -1, -2)), -1, -2);
    });
  }
}

TEST_CASE("a product written over its operands") {
  repeat(60, [&](dice& d, std::string& description) -> std::string {
    const index n = d.pick(std::vector<index>{1, 2, 5, 8, 16, 17, 33, 64});
    const leaf<float> a(d, {n, n}, false, false);
    const auto v = a.view();
    description = "x = matmul(x, transpose(x)) of " + describe(v);
    INFO(description);
    const auto formula = [](const auto& x) { return matmul(x, transpose(x)); };
    return check_view(v, *a.memory, formula(v), formula(copy_of(v)));
  });
}

} // namespace random_test
