// SPDX-License-Identifier: MIT
#pragma once

// float16 and bfloat16: types to store numbers in. Arithmetic on them is done in float.

#include <bit>
#include <cstdint>
#include <limits>

#include <tutti/core/config.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {

// Rounds a float to IEEE 754 binary16, to nearest even.
constexpr std::uint16_t float_to_half_bits(float value) {
  const auto f = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (f >> 16) & 0x8000u;
  const std::uint32_t magnitude = f & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return static_cast<std::uint16_t>(sign | 0x7e00u);  // NaN
  if (magnitude >= 0x477ff000u) return static_cast<std::uint16_t>(sign | 0x7c00u); // rounds to infinity
  if (magnitude < 0x38800000u) {                                                   // subnormal or zero
    // Adding 0.5 aligns the bits so that the hardware's own rounding does the work.
    const float aligned = std::bit_cast<float>(magnitude) + 0.5f;
    return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(aligned) - 0x3f000000u));
  }
  const std::uint32_t rounded = magnitude + 0xfffu + ((magnitude >> 13) & 1u) - 0x38000000u;
  return static_cast<std::uint16_t>(sign | (rounded >> 13));
}

constexpr float half_bits_to_float(std::uint16_t bits) {
  const std::uint32_t sign = (bits & 0x8000u) << 16u;
  const std::uint32_t exponent = (bits >> 10u) & 0x1fu;
  const std::uint32_t mantissa = bits & 0x3ffu;
  if (exponent == 0x1fu) return std::bit_cast<float>(sign | 0x7f800000u | (mantissa << 13u));
  if (exponent == 0) {
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
    return sign != 0 ? -magnitude : magnitude;
  }
  return std::bit_cast<float>(sign | ((exponent + 112u) << 23u) | (mantissa << 13u));
}

constexpr std::uint16_t float_to_bfloat_bits(float value) {
  const auto f = std::bit_cast<std::uint32_t>(value);
  if ((f & 0x7fffffffu) > 0x7f800000u) return static_cast<std::uint16_t>((f >> 16u) | 0x40u);
  return static_cast<std::uint16_t>((f + 0x7fffu + ((f >> 16u) & 1u)) >> 16u);
}

constexpr float bfloat_bits_to_float(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16u);
}

} // namespace detail

/// IEEE 754 binary16: 11 significant bits, up to 65504. Converting from float rounds to nearest even.
struct float16 {
  std::uint16_t bits = 0;
  /// 0, or the nearest to a float; and as a float, which is exact. Errors: none. Cost: a conversion.
  constexpr float16() = default;
  constexpr float16(float value) : bits(detail::float_to_half_bits(value)) {}
  constexpr operator float() const { return detail::half_bits_to_float(bits); }
};

/// The upper half of a float: 8 significant bits, float's range. Converting from float rounds to nearest even.
struct bfloat16 {
  std::uint16_t bits = 0;
  /// 0, or the nearest to a float; and as a float, which is exact. Errors: none. Cost: a conversion.
  constexpr bfloat16() = default;
  constexpr bfloat16(float value) : bits(detail::float_to_bfloat_bits(value)) {}
  constexpr operator float() const { return detail::bfloat_bits_to_float(bits); }
};

TUTTI_NAMESPACE_END

// Without these, which derive what is not said here from float's, every limit would be 0.
template <>
class std::numeric_limits<tutti::float16> : public std::numeric_limits<float> {
  using number = tutti::float16;

public:
  static constexpr int digits = 11, digits10 = 3, max_digits10 = 5;
  static constexpr int min_exponent = -13, min_exponent10 = -4, max_exponent = 16, max_exponent10 = 4;
  /// Numbers of the type itself, as of any other. Errors: none. Cost: none.
  static constexpr number min() noexcept { return 0x1p-14f; }
  static constexpr number max() noexcept { return 65504.f; }
  static constexpr number lowest() noexcept { return -65504.f; }
  static constexpr number epsilon() noexcept { return 0x1p-10f; }
  static constexpr number round_error() noexcept { return .5f; }
  static constexpr number infinity() noexcept { return std::numeric_limits<float>::infinity(); }
  static constexpr number quiet_NaN() noexcept { return std::numeric_limits<float>::quiet_NaN(); }
  static constexpr number signaling_NaN() noexcept { return quiet_NaN(); }
  static constexpr number denorm_min() noexcept { return 0x1p-24f; }
};
template <>
class std::numeric_limits<tutti::bfloat16> : public std::numeric_limits<float> {
  using number = tutti::bfloat16;

public:
  static constexpr int digits = 8, digits10 = 2, max_digits10 = 4;
  /// Numbers of the type itself, as of any other. Errors: none. Cost: none.
  static constexpr number min() noexcept { return 0x1p-126f; }
  static constexpr number max() noexcept { return 0x1.fep127f; }
  static constexpr number lowest() noexcept { return -0x1.fep127f; }
  static constexpr number epsilon() noexcept { return 0x1p-7f; }
  static constexpr number round_error() noexcept { return .5f; }
  static constexpr number infinity() noexcept { return std::numeric_limits<float>::infinity(); }
  static constexpr number quiet_NaN() noexcept { return std::numeric_limits<float>::quiet_NaN(); }
  static constexpr number signaling_NaN() noexcept { return quiet_NaN(); }
  static constexpr number denorm_min() noexcept { return 0x1p-133f; }
};
