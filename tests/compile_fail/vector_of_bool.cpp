// SPDX-License-Identifier: MIT
// expect: tutti: a std::vector<bool> holds bits, and nothing that a view can look at
#include <tutti/tensor.hpp>

int main() {
#ifdef WRONG
  std::vector<bool> bits(3);
  const auto y = tutti::as_view(bits);
#else
  std::vector<int> numbers(3);
  const auto y = tutti::as_view(numbers);
#endif
  return static_cast<int>(y.size());
}
