// SPDX-License-Identifier: MIT
#include <iostream>

#include <tutti/tutti.hpp>

static_assert(TUTTI_OPENMP == EXPECTED_OPENMP, "OpenMP is not as the option with_openmp says");

float twice(float x); // compiled for several instruction sets

int main() {
  const tutti::tensor<float, 2> x({2, 3}, {1, 2, 3, 4, 5, 6});
  std::cout << x << '\n';
  return sum(x) == 21 && twice(21) == 42 ? 0 : 1;
}
