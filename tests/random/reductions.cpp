// SPDX-License-Identifier: MIT
#include <random/support.hpp>

namespace random_test {

TEST_CASE("reductions along random axes of random layouts") {
  SECTION("sum of float") {
    reductions<float, float>("sum", 500, [](const auto& x, auto... where) { return sum(x, where...); });
  }
  SECTION("mean of float") {
    reductions<float, float>("mean", 300, [](const auto& x, auto... where) { return mean(x, where...); });
  }
  SECTION("max of float") {
    reductions<float, float>("max", 300, [](const auto& x, auto... where) { return max(x, where...); });
  }
  SECTION("min of double") {
    reductions<double, double>("min", 300, [](const auto& x, auto... where) { return min(x, where...); });
  }
}

} // namespace random_test
