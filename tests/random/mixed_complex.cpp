// SPDX-License-Identifier: MIT
#include <random/support.hpp>

namespace random_test {

using c64 = std::complex<float>;
using c128 = std::complex<double>;

TEST_CASE("complex numbers and wide integers among others") {
  SECTION("complex * float") {
    binary<c64, c64, float>("c64 * f32 + c64", 200, 0, 3, [](const auto& a, const auto& b) { return a * b + a; });
  }
  SECTION("complex products") {
    binary<c128, c128, c128>("a * b - b", 200, 0, 3, [](const auto& a, const auto& b) { return a * b - b; });
  }
  SECTION("complex64 beside double") {
    binary<c128, c64, double>("c64 + f64", 150, 0, 3, [](const auto& a, const auto& b) { return a + b; });
  }
  SECTION("int64 and uint16") {
    binary<std::int64_t, std::int64_t, std::uint16_t>("i64 * u16 - 3", 200, 0, 3,
                                                      [](const auto& a, const auto& b) { return a * b - 3; });
  }
  SECTION("a count of true elements") {
    unary<std::int64_t, float>("sum(x > 0, 0)", 200, 1, 3, [](const auto& x) { return sum(x > 0.f, 0); });
  }
  SECTION("uint8 less its mean") {
    unary<double, std::uint8_t>("x - mean(x, -1)", 200, 1, 3,
                                [](const auto& x) { return x - mean(x, -1, tutti::keepdims); });
  }
  SECTION("uint8 into double through a float16") {
    binary<double, std::uint8_t, tutti::float16>("maximum(u8, f16)", 200, 0, 3,
                                                 [](const auto& a, const auto& b) { return maximum(a, b); });
  }
  SECTION("a comparison of integers of either sign") {
    binary<std::uint8_t, std::int32_t, std::uint32_t>(
        "where(a == b, 1, 2)", 200, 0, 3, [](const auto& a, const auto& b) { return where(a == b, a, b) + 1; });
  }
}

} // namespace random_test
