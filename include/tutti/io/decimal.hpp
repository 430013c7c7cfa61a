// SPDX-License-Identifier: MIT
#pragma once

// One number in decimal digits: as few as tell it from its neighbours, or rounded to so many.

#include <charconv>
#include <cmath>
#include <string>

#include <tutti/tensor.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {

/// A finite number as digits[0].digits[1]digits[2]... times ten to the exponent.
struct decimal {
  bool negative = false;
  std::string digits;
  int exponent = 0;

  void drop_trailing_zeros() {
    while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
  }
};

/// What stands before and after the decimal point; the sign is before.
struct decimal_text {
  std::string whole, fraction;
};

inline decimal parse_scientific(std::string_view text) {
  decimal result;
  result.negative = text.starts_with('-');
  const std::size_t mark = text.find('e');
  for (const char c : text.substr(0, mark))
    if (c >= '0' && c <= '9') result.digits += c;
  const std::size_t sign = text[mark + 1] == '+' ? 2 : 1; // from_chars takes no plus
  std::from_chars(text.data() + mark + sign, text.data() + text.size(), result.exponent);
  return result;
}

template <std::floating_point T, class... Precision>
std::string number_text(T value, std::chars_format format, Precision... precision) {
  char buffer[1200]; // a double has at most 309 digits before the point, and 1074 after it
  std::string_view text(buffer, std::to_chars(buffer, buffer + sizeof buffer, value, format, precision...).ptr);
  return std::string(text);
}

/// The value, rounded to `places` digits after the first, half to even.
template <std::floating_point T>
decimal rounded(T value, int places) {
  return parse_scientific(number_text(value, std::chars_format::scientific, places));
}

/// The number itself, but for errors far below a float's last place.
inline double approximate(const decimal& d) {
  double value = 0;
  for (const char digit : d.digits) value = value * 10 + (digit - '0');
  const int places = static_cast<int>(d.digits.size()) - 1 - d.exponent;
  value = places < 0 ? value * std::pow(10.0, -places) : value / std::pow(10.0, places);
  return d.negative ? -value : value;
}

/// The fewest digits that only this value of its type rounds to, and of those the closest.
template <class T>
decimal shortest(T value) {
  if constexpr (is_half<T>) {
    // No more than five digits are needed, so that trying is quick. Below a power of two the neighbour is nearer than
    // above it, so that of two decimals equally far the one away from zero may be the right one: 0.01563 for 2^-6.
    const float exact = value, away = std::nextafter(exact, std::copysign(std::numeric_limits<float>::max(), exact));
    for (int places = 0;; ++places) {
      for (const float x : {exact, away}) {
        const decimal d = rounded(x, places);
        if (T(static_cast<float>(approximate(d))).bits == value.bits) return d;
      }
    }
  } else {
    return parse_scientific(number_text(value, std::chars_format::scientific));
  }
}

/// "-12" and "5" for -12.5: the shortest digits, or, where these go further, `most` places after the point.
template <class T>
decimal_text positional(T value, int most) {
  decimal d = shortest(value);
  const int places = static_cast<int>(d.digits.size()) - 1 - d.exponent;
  decimal_text text;
  if (places > most) {
    const std::string all = number_text(static_cast<compute_t<T>>(value), std::chars_format::fixed, most);
    const std::size_t point = std::min(all.find('.'), all.size());
    text = {all.substr(0, point), all.substr(std::min(point + 1, all.size()))};
    text.fraction.erase(text.fraction.find_last_not_of('0') + 1);
    return text;
  }
  d.drop_trailing_zeros();
  if (d.exponent < 0) d.digits.insert(0, static_cast<std::size_t>(-d.exponent), '0');
  const auto whole = static_cast<std::size_t>(std::max(d.exponent, 0) + 1);
  if (d.digits.size() < whole) d.digits.append(whole - d.digits.size(), '0');
  text = {(d.negative ? "-" : "") + d.digits.substr(0, whole), d.digits.substr(whole)};
  if (text.fraction == "0") text.fraction.clear();
  return text;
}

/// A number of this size or more is written in scientific notation: the type does not hold all digits before its point.
template <class T>
inline constexpr double positional_limit = std::same_as<T, double>    ? 1e16
                                           : std::same_as<T, float>   ? 1e6
                                           : std::same_as<T, float16> ? 1e3
                                                                      : 1e2;

inline std::string exponent_text(int exponent, std::size_t digits) {
  const std::string text = std::to_string(std::abs(exponent));
  return (exponent < 0 ? "e-" : "e+") + std::string(std::max(digits, text.size()) - text.size(), '0') + text;
}

/// A lone real number as Python's str has it: "0.1", "3.0", "1e+16", "nan". Inside a complex number "3.0" is "3".
template <class T>
std::string real_text(T value, bool keep_point = true) {
  const auto x = static_cast<compute_t<T>>(value);
  if (std::isnan(x)) return "nan";
  if (std::isinf(x)) return x < 0 ? "-inf" : "inf";
  const double size = std::abs(static_cast<double>(x));
  if (size == 0 || (size >= 1e-4 && size < positional_limit<T>)) {
    const auto [whole, fraction] = positional(value, 1100);
    if (fraction.empty()) return keep_point ? whole + ".0" : whole;
    return whole + "." + fraction;
  }
  decimal d = shortest(value);
  d.drop_trailing_zeros();
  return (d.negative ? "-" : "") + d.digits.substr(0, 1) + (d.digits.size() > 1 ? "." : "") + d.digits.substr(1) +
         exponent_text(d.exponent, 2);
}

/// A lone element as Python's str has it: "True", "-3", "0.1", "(1+2j)".
template <element T>
std::string scalar_text(const T& value) {
  if constexpr (std::same_as<T, bool>) {
    return value ? "True" : "False";
  } else if constexpr (is_complex<T>) {
    std::string imaginary = real_text(value.imag(), false) + "j";
    if (value.real() == 0 && !std::signbit(value.real())) return imaginary;
    return "(" + real_text(value.real(), false) + (imaginary.starts_with('-') ? "" : "+") + imaginary + ")";
  } else if constexpr (kind_of<T> == kind::real) {
    return real_text(value);
  } else {
    return std::to_string(value);
  }
}

} // namespace detail

TUTTI_NAMESPACE_END
