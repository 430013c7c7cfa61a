// SPDX-License-Identifier: MIT
#include <random/convolution.hpp>

namespace random_test {

TEST_CASE("convolutions of other types") {
  SECTION("int") { convolutions<std::int32_t, std::int32_t, std::int32_t, 2, false>(60, as_it_is, as_it_is); }
  SECTION("complex") {
    using C = std::complex<float>;
    convolutions<C, C, C, 2, false>(60, as_it_is, as_it_is);
  }
}
TEST_CASE("convolutions into another type") { convolutions<double, float, float, 2, false>(60, as_it_is, as_it_is); }

} // namespace random_test
