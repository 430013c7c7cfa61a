// SPDX-License-Identifier: MIT
#include <random/convolution.hpp>

namespace random_test {

TEST_CASE("convolutions of formulas, in formulas") {
  convolutions<double, double, double, 2, false>(
      100, [](const auto& x) { return x * 2 - 1; }, [](const auto& y) { return y * 3 + 1; });
}

} // namespace random_test
