// SPDX-License-Identifier: MIT
#include <random/convolution.hpp>

namespace random_test {

TEST_CASE("convolutions of bytes, which wrap around") {
  convolutions<std::int8_t, std::int8_t, std::int8_t, 2, false>(60, as_it_is, as_it_is);
}
TEST_CASE("convolutions of halves, summed in floats") {
  SECTION("float16") { convolutions<tutti::float16, tutti::float16, tutti::float16, 2, false>(60, as_it_is, as_it_is); }
  SECTION("bfloat16") {
    convolutions<tutti::bfloat16, tutti::bfloat16, tutti::bfloat16, 1, false>(60, as_it_is, as_it_is);
  }
}

} // namespace random_test
