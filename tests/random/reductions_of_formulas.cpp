// SPDX-License-Identifier: MIT
#include <random/support.hpp>

namespace random_test {

TEST_CASE("reductions of formulas") {
  SECTION("sum of a square") {
    reductions<double, double>("sum(x * x - 1)", 300,
                               [](const auto& x, auto... where) { return sum(x * x - 1, where...); });
  }
  SECTION("reduction of a transposed one") {
    reductions<float, float>("sum(transpose(x))", 200,
                             [](const auto& x, auto... where) { return sum(transpose(x), where...); });
  }
}

} // namespace random_test
