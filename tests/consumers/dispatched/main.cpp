// SPDX-License-Identifier: MIT
// Prints the instruction set that was chosen, and checks its results against plain loops.
#include <cmath>
#include <iostream>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "kernel.hpp"

int main() {
  std::vector<float> x(1003);
  std::iota(x.begin(), x.end(), -500.f);
  for (float& element : x) element /= 100;
  std::vector<float> expected = x;
  for (float& element : expected) element = std::exp(element);
  const float total = std::accumulate(expected.begin(), expected.end(), 0.f);
  softmax(x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::abs(x[i] - expected[i] / total) > 1e-5f * x[i] + 1e-9f) return 1;
  }
  if (constructed() != 1000) return 2;
  try {
    fail();
    return 3;
  } catch (const std::runtime_error&) {
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 4;
  }
  std::cout << instruction_set() << '\n';
}
