// SPDX-License-Identifier: MIT
#include <random/support.hpp>

namespace random_test {

using u8 = std::uint8_t;
using i8 = std::int8_t;
using i32 = std::int32_t;
using c64 = std::complex<float>;
using tutti::float16;

TEST_CASE("mixed element types") {
  SECTION("uint8 + uint8 wraps") {
    binary<u8, u8, u8>("u8 + u8", 200, 0, 3, [](const auto& a, const auto& b) { return a + b; });
  }
  SECTION("uint8 - int8 is int16") {
    binary<std::int16_t, u8, i8>("u8 - i8", 200, 0, 3, [](const auto& a, const auto& b) { return a - b; });
  }
  SECTION("uint8 / 255 into float") {
    unary<float, u8>("cast<float>(u8) / 255", 200, 0, 4, [](const auto& a) { return cast<float>(a) / 255.f; });
  }
  SECTION("int32 * float") {
    binary<double, i32, float>("i32 * f32", 200, 0, 3, [](const auto& a, const auto& b) { return a * b; });
  }
  SECTION("where of a comparison") {
    ternary<double, float, double, u8>("where(a < b, b, c)", 200, 0, 3,
                                       [](const auto& a, const auto& b, const auto& c) { return where(a < b, b, c); });
  }
  SECTION("bools") {
    binary<bool, bool, float>("a && b < 1", 200, 0, 3, [](const auto& a, const auto& b) { return a && b < 1.f; });
  }
  SECTION("float16") {
    binary<float16, float16, float16>("f16 * f16 - 1", 200, 0, 3,
                                      [](const auto& a, const auto& b) { return a * b - 1; });
  }
  SECTION("bool * double") {
    binary<double, bool, double>("bool * f64 + bool", 200, 0, 3,
                                 [](const auto& a, const auto& b) { return a * b + a; });
  }
}

} // namespace random_test
