// SPDX-License-Identifier: MIT
#pragma once

// What the digits example draws: a progress bar, images with the probabilities of each class, a confusion matrix.

#include <tutti/tutti.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

namespace digits {

/// Whether the output is read by a person: then it has colours, and a bar that moves.
inline bool on_terminal() {
#if __has_include(<unistd.h>)
  static const bool yes = isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  return yes;
#else
  return false;
#endif
}

enum class color { plain, dim, right, wrong };

inline std::string paint(color c, const std::string& text) {
  if (!on_terminal() || c == color::plain) return text;
  const char* const code = c == color::dim ? "2" : c == color::right ? "32" : "31";
  return "\x1b[" + std::string(code) + "m" + text + "\x1b[0m";
}

/// A bar of `width` columns, filled to `share`, in steps of an eighth of a column.
inline std::string bar(double share, int width) {
  static constexpr std::string_view eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const int filled = std::clamp(static_cast<int>(share * width * 8 + 0.5), 0, width * 8);
  std::string text;
  for (int i = 0; i < filled / 8; ++i) text += "█";
  text += eighths[filled % 8];
  return text + std::string(static_cast<std::size_t>(width - (filled + 7) / 8), ' ');
}

inline std::string decimal(double value, int digits) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(digits) << value;
  return text.str();
}

/// On a terminal a bar that moves; elsewhere a line for each tenth of the epochs.
inline void show_progress(int epoch, int epochs, double loss, double accuracy) {
  const std::string state = "epoch " + std::to_string(epoch) + "/" + std::to_string(epochs) + "  loss " +
                            decimal(loss, 4) + "  accuracy " + decimal(accuracy, 3);
  const int step = std::max(1, epochs / 10);
  if (on_terminal())
    std::cout << "\r" << paint(color::right, bar(double(epoch) / epochs, 24)) << "  " << state
              << (epoch == epochs ? "\n" : "") << std::flush;
  else if (epoch % step == 0 || epoch == epochs) std::cout << state << "\n";
}

/// An image of 8 x 8 pixels from 0 to 1 beside the probability of each class: lines of 37 columns.
inline std::vector<std::string> card(const tutti::tensor<float, 2>& image, const tutti::tensor<float, 1>& probabilities,
                                     int truth) {
  static constexpr std::string_view shades[] = {" ", "░", "▒", "▓", "█"};
  const int guess = static_cast<int>(argmax(probabilities));
  std::string title = "a " + std::to_string(truth) + ", read as " + std::to_string(guess);
  title.resize(37, ' ');
  std::vector<std::string> lines{paint(guess == truth ? color::right : color::wrong, title)};
  for (int c = 0; c < 10; ++c) {
    std::string line;
    const int row = c - 1; // the picture stands in the middle of the ten bars
    for (int column = 0; column < 8; ++column) {
      const float ink = row >= 0 && row < 8 ? image(row, column) : 0;
      const auto shade = shades[static_cast<std::size_t>(ink * 4 + 0.5f)];
      line += std::string(shade) + std::string(shade);
    }
    const double p = probabilities(c);
    const color tone = c == truth ? color::right : c == guess ? color::wrong : color::dim;
    lines.push_back(line + "  " + paint(tone, std::to_string(c) + " " + bar(p, 12) + " " + decimal(p, 2)));
  }
  return lines;
}

/// Two cards side by side.
inline void show_cards(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::string line = left[i] + "    " + right[i];
    std::cout << line.erase(line.find_last_not_of(' ') + 1) << "\n";
  }
  std::cout << "\n";
}

/// How often each true digit (a row) was read as each digit (a column).
inline void show_confusion(const tutti::tensor<std::int64_t, 2>& counts) {
  std::cout << "rows: the true digits, columns: what they were read as\n  ";
  for (int j = 0; j < 10; ++j) std::cout << std::setw(4) << j;
  for (int i = 0; i < 10; ++i) {
    std::cout << "\n" << std::setw(2) << i;
    for (int j = 0; j < 10; ++j) {
      const std::string number = counts(i, j) == 0 ? "." : std::to_string(counts(i, j));
      const color tone = counts(i, j) == 0 ? color::dim : i == j ? color::right : color::wrong;
      std::cout << paint(tone, std::string(4 - std::min<std::size_t>(number.size(), 4), ' ') + number);
    }
  }
  std::cout << "\n\n";
}

} // namespace digits
