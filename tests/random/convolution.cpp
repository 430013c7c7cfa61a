// SPDX-License-Identifier: MIT
// labels: parallel
#include <random/convolution.hpp>

namespace random_test {

TEST_CASE("convolutions of random layouts, over two axes") {
  convolutions<float, float, float, 2, false>(250, as_it_is, as_it_is);
}
TEST_CASE("transposed convolutions, over two axes") {
  convolutions<float, float, float, 2, true>(150, as_it_is, as_it_is);
}

} // namespace random_test
