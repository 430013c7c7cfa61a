// SPDX-License-Identifier: MIT
#include <random/convolution.hpp>

namespace random_test {

TEST_CASE("convolutions over one axis") {
  SECTION("float") { convolutions<float, float, float, 1, false>(150, as_it_is, as_it_is); }
  SECTION("transposed") { convolutions<float, float, float, 1, true>(100, as_it_is, as_it_is); }
}
TEST_CASE("convolutions over three axes") { convolutions<float, float, float, 3, false>(60, as_it_is, as_it_is); }

} // namespace random_test
