// SPDX-License-Identifier: MIT
#pragma once

// Numbers as words of equal width, so that the columns of a printed matrix align. The rules are those of NumPy 2.

#include <tutti/io/decimal.hpp>

TUTTI_NAMESPACE_BEGIN

/// How tensors are printed: NumPy's options with NumPy's defaults.
struct print_options {
  int precision = 8;      ///< digits after the point, at most
  index threshold = 1000; ///< a tensor with more elements is printed with `...` for its middle
  index edge_items = 3;   ///< how many elements stand at either side of the `...`
  index line_width = 75;  ///< characters in a line
  bool suppress = false;  ///< small numbers as 0, and not all of them in scientific notation
};

namespace detail {

/// The real numbers of a tensor: all positional or all scientific, with the points in one column.
template <class T>
class real_column {
public:
  /// Values are given by value(i), i < count. With `plus`, positive numbers have their sign.
  template <class Value>
  real_column(index count, Value value, const print_options& options, bool plus)
      : precision_(options.precision), plus_(plus) {
    bool infinite = false, negative_infinity = false;
    compute_t<T> greatest = 0, least = std::numeric_limits<compute_t<T>>::infinity();
    for (index i = 0; i < count; ++i) {
      const auto x = static_cast<compute_t<T>>(value(i));
      if (!std::isfinite(x)) {
        infinite = true;
        negative_infinity = negative_infinity || x == -std::numeric_limits<compute_t<T>>::infinity();
      } else if (x != 0) {
        greatest = std::max(greatest, std::abs(x));
        least = std::min(least, std::abs(x));
      }
    }
    constexpr auto cutoff = static_cast<compute_t<T>>(std::min(positional_limit<T>, 1e8));
    scientific_ = greatest > 0 && (greatest >= cutoff || (!options.suppress && spread_too_far(greatest, least)));

    std::size_t places = 0;
    for (index i = 0; i < count; ++i)
      if (std::isfinite(static_cast<compute_t<T>>(value(i)))) measure(value(i), places);
    if (scientific_) precision_ = static_cast<int>(places);
    right_ = scientific_ ? exponent_digits_ + 2 + places : places;
    if (infinite) {
      const std::size_t longest = plus || negative_infinity ? 4 : 3; // "-inf", "nan"
      left_ = std::max(left_, longest - std::min(longest, right_ + 1));
    }
  }

  std::string operator()(const T& value) const {
    const auto x = static_cast<compute_t<T>>(value);
    if (!std::isfinite(x)) {
      const std::string text = std::isnan(x) ? (plus_ ? "+nan" : "nan") : x < 0 ? "-inf" : plus_ ? "+inf" : "inf";
      return padded(text, left_ + right_ + 1);
    }
    if (scientific_) {
      const decimal d = rounded(x, precision_);
      return padded(sign(d.negative) + d.digits.substr(0, 1), left_) + "." + d.digits.substr(1) +
             exponent_text(d.exponent, exponent_digits_);
    }
    const auto [whole, fraction] = positional(value, precision_);
    return padded((plus_ && whole[0] != '-' ? "+" : "") + whole, left_) + "." + fraction +
           std::string(right_ - fraction.size(), ' ');
  }

private:
  // NumPy compares and divides in the tensor's own type.
  static bool spread_too_far(compute_t<T> greatest, compute_t<T> least) {
    return least < static_cast<compute_t<T>>(T(compute_t<T>(0.0001))) ||
           static_cast<compute_t<T>>(T(greatest / least)) > 1000;
  }

  std::string sign(bool negative) const { return negative ? "-" : plus_ ? "+" : ""; }
  static std::string padded(const std::string& text, std::size_t width) {
    return std::string(width - std::min(width, text.size()), ' ') + text;
  }

  void measure(const T& value, std::size_t& places) {
    if (scientific_) {
      decimal d = shortest(value);
      if (d.digits.size() - 1 > static_cast<std::size_t>(precision_))
        d = rounded(static_cast<compute_t<T>>(value), precision_);
      d.drop_trailing_zeros();
      left_ = std::max(left_, sign(d.negative).size() + 1);
      places = std::max(places, d.digits.size() - 1);
      exponent_digits_ = std::max(exponent_digits_, exponent_text(d.exponent, 2).size() - 2);
    } else {
      const auto [whole, fraction] = positional(value, precision_);
      left_ = std::max(left_, whole.size() + (plus_ && whole[0] != '-'));
      places = std::max(places, fraction.size());
    }
  }

  int precision_;
  bool plus_;
  bool scientific_ = false;
  std::size_t left_ = 0, right_ = 0; // characters before and after the point
  std::size_t exponent_digits_ = 0;
};

/// The elements as words, in their order.
template <element T>
std::vector<std::string> words_of(std::span<const T> values, const print_options& options) {
  std::vector<std::string> words;
  words.reserve(values.size());
  const auto count = static_cast<index>(values.size());
  if constexpr (is_complex<T>) {
    const auto real = [&](index i) { return values[static_cast<std::size_t>(i)].real(); };
    const auto imaginary = [&](index i) { return values[static_cast<std::size_t>(i)].imag(); };
    const real_column<real_t<T>> left(count, real, options, false), right(count, imaginary, options, true);
    for (const T& value : values) {
      std::string word = right(value.imag());
      word.insert(word.find_last_not_of(' ') + 1, "j"); // before the blanks that fill the column
      words.push_back(left(value.real()) + word);
    }
  } else if constexpr (kind_of<T> == kind::real) {
    const real_column<T> column(count, [&](index i) { return values[static_cast<std::size_t>(i)]; }, options, false);
    for (const T& value : values) words.push_back(column(value));
  } else if constexpr (std::same_as<T, bool>) {
    for (const bool value : values) words.push_back(value ? " True" : "False");
  } else {
    std::size_t width = 0;
    for (const T value : values) width = std::max(width, words.emplace_back(std::to_string(value)).size());
    for (auto& word : words) word.insert(0, width - word.size(), ' ');
  }
  return words;
}

} // namespace detail

TUTTI_NAMESPACE_END
