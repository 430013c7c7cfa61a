// SPDX-License-Identifier: MIT
#pragma once

// The command line of the digits example.

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>

namespace digits {

struct options {
  std::uint64_t seed = 1;
  int epochs = 30;
  std::filesystem::path data = TUTTI_EXAMPLE_DATA "/digits";
  std::filesystem::path weights; // empty: digits.safetensors beside the program
  bool predict_only = false;
};

inline constexpr std::string_view usage =
    R"(Trains a two-layer perceptron on images of handwritten digits and tests it on others.

  --seed N          what the first weights and the order of the images depend on (default: 1)
  --epochs N        how often all images are learnt from (default: 30)
  --weights FILE    the safetensors file to which the weights go (default: digits.safetensors beside the program)
  --predict-only    reads the weights from there instead of training
  --data FOLDER     where images.npy and labels.npy are
  --help            this text
)";

namespace detail {

[[noreturn]] inline void refuse(const std::string& complaint) {
  std::cerr << "digits: " << complaint << "\n\n" << usage;
  std::exit(2);
}

template <class Number>
Number number(const std::string& name, const std::string& text, Number least) {
  Number value{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size() || value < least)
    refuse(name + " takes a whole number from " + std::to_string(least) + " on, not '" + text + "'");
  return value;
}

} // namespace detail

/// What the arguments ask for. --help prints the usage and ends the program with status 0, a mistake with status 2.
inline options parse_options(int count, char** arguments) {
  options result;
  result.weights = std::filesystem::path(arguments[0]).parent_path() / "digits.safetensors";
  for (int i = 1; i < count; ++i) {
    // Both `--seed 3` and `--seed=3`.
    std::string name = arguments[i], value;
    const auto equals = name.find('=');
    const bool joined = equals != std::string::npos;
    if (joined) {
      value = name.substr(equals + 1);
      name.resize(equals);
    }
    const auto operand = [&]() -> const std::string& {
      if (!joined) {
        if (i + 1 == count) detail::refuse(name + " needs a value");
        value = arguments[++i];
      }
      if (value.empty()) detail::refuse(name + " needs a value");
      return value;
    };
    if (name == "--seed") result.seed = detail::number<std::uint64_t>(name, operand(), 0);
    else if (name == "--epochs") result.epochs = detail::number<int>(name, operand(), 1);
    else if (name == "--weights") result.weights = operand();
    else if (name == "--data") result.data = operand();
    else if (name == "--predict-only" && !joined) result.predict_only = true;
    else if ((name == "--help" || name == "-h") && !joined) {
      std::cout << usage;
      std::exit(0);
    } else detail::refuse("there is no option '" + std::string(arguments[i]) + "'");
  }
  return result;
}

} // namespace digits
