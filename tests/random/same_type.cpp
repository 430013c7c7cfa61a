// SPDX-License-Identifier: MIT
#include <random/support.hpp>

// Formulas in which trees of one type stand for different values: the planner computes equal ones once, and must not
// take these for equal.

namespace random_test {

using tutti::keepdims;

template <class Formula>
void of_two(const char* name, int count, const Formula& formula) {
  repeat(count, [&](dice& d, std::string& description) -> std::string {
    const dynamic_shape shape = random_shape(d, d.between(1, 3), random_limit(d));
    const leaf<double> a(d, shape, true), b(d, shape, true);
    const auto va = a.view(), vb = b.view();
    description = std::string(name) + " of " + describe(va) + " and " + describe(vb);
    INFO(description);
    return check_statement<double>(d, formula, va, vb);
  });
}

TEST_CASE("trees of one type and different values") {
  SECTION("of two tensors") {
    of_two("x / sum(x, 0) + y / sum(y, 0)", 200,
           [](const auto& x, const auto& y) { return x / sum(x, 0, keepdims) + y / sum(y, 0, keepdims); });
  }
  SECTION("with different numbers") {
    of_two("x / sum(x * 2, -1) + y / sum(x * 3, -1)", 200,
           [](const auto& x, const auto& y) { return x / sum(x * 2, -1, keepdims) + y / sum(x * 3, -1, keepdims); });
  }
  SECTION("along different axes") {
    of_two("x / sum(x, 0) + y / sum(x, -1)", 200,
           [](const auto& x, const auto& y) { return x / sum(x, 0, keepdims) + y / sum(x, -1, keepdims); });
  }
  SECTION("equal reductions with and without keepdims") {
    of_two("sum(x / sum(x, -1, keepdims) + y, -1) / sum(x, -1)", 200,
           [](const auto& x, const auto& y) { return sum(x / sum(x, -1, keepdims) + y, -1) / sum(x, -1); });
  }
  SECTION("a view of the same memory") {
    of_two("flip(x, 0) / sum(flip(x, 0), 0) - x / sum(x + y, 0)", 200, [](const auto& x, const auto& y) {
      return flip(x, 0) / sum(flip(x, 0), 0, keepdims) -
             exp(0 - x) * exp(0 - flip(x, 0)) / sum(exp(0 - flip(x, 0)) + y, 0, keepdims);
    });
  }
}

} // namespace random_test
