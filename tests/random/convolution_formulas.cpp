// SPDX-License-Identifier: MIT
#include <random/convolution.hpp>

namespace random_test {

TEST_CASE("convolutions of formulas, in formulas") {
  convolutions<double, double, double, 2, false>(
      100, [](const auto& x) { return x * 2 - 1; }, [](const auto& y) { return y * 3 + 1; });
}

TEST_CASE("convolutions in formulas that end in another type, over one and three axes") {
  const auto positive = [](const auto& y) { return y + 3 > 0; };
  convolutions<bool, float, float, 1, false>(60, as_it_is, positive);
  convolutions<float, float, float, 3, true>(40, as_it_is, [](const auto& y) { return -y * y + 1; });
}

} // namespace random_test
