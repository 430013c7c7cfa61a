// SPDX-License-Identifier: MIT
// labels: parallel
#include <random/support.hpp>

namespace random_test {

template <class T, class A, class B, class Formula>
void products(const char* name, int count, const Formula& formula) {
  repeat(count, [&](dice& d, std::string& description) -> std::string {
    static constexpr index extents[] = {1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 33, 64, 65, 100};
    const auto extent = [&] { return d.chance(0.02) ? 0 : d.chance(0.04) ? 257 : d.pick(extents); };
    const index m = extent(), n = extent(), k = extent();
    const index batch_rank = m * n * k < 200000 ? d.between(0, 2) : 0;
    dynamic_shape batch;
    for (index i = 0; i < batch_rank; ++i) batch.push_back(d.between(1, 4));
    const auto shape_of = [&](index rows, index columns) {
      dynamic_shape s;
      for (index i = d.chance(0.3) ? d.between(0, batch_rank) : 0; i < batch_rank; ++i) s.push_back(d.chance(0.3) ? 1 : batch[i]);
      s.push_back(rows);
      s.push_back(columns);
      return s;
    };
    const leaf<A> a(d, shape_of(m, k));
    const leaf<B> b(d, shape_of(k, n));
    const auto va = a.view();
    const auto vb = b.view();
    description = std::string(name) + " of " + describe(va) + " and " + describe(vb);
    INFO(description);
    return check_statement<T>(d, formula, va, vb);
  });
}

TEST_CASE("matrix products of random layouts") {
  SECTION("float") {
    products<float, float, float>("matmul", 150, [](const auto& a, const auto& b) { return matmul(a, b); });
  }
  SECTION("double, with operands that are formulas") {
    products<double, double, double>("matmul(a + 1, 2 * b) - 3", 120,
                                     [](const auto& a, const auto& b) { return matmul(a + 1, 2 * b) - 3; });
  }
  SECTION("transposed operands") {
    products<float, float, float>("transposed matmul", 120, [](const auto& a, const auto& b) {
      return swapaxes(matmul(swapaxes(b, -1, -2), swapaxes(a, -1, -2)), -1, -2);
    });
  }
  SECTION("complex") {
    products<std::complex<float>, std::complex<float>, std::complex<float>>(
        "matmul", 60, [](const auto& a, const auto& b) { return matmul(a, b); });
  }
  SECTION("int32") {
    products<std::int32_t, std::int32_t, std::int32_t>("matmul", 60, [](const auto& a, const auto& b) { return matmul(a, b); });
  }
  SECTION("then reduced") {
    products<double, double, double>("matmul - max(matmul, -1)", 80, [](const auto& a, const auto& b) {
      return matmul(a, b) - sum(matmul(a, b), -1, tutti::keepdims);
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
