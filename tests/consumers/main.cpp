// SPDX-License-Identifier: MIT
// The program of every consumer in this folder: what a user writes first.
#include <iostream>

#include <tutti/tutti.hpp>

int main() {
  tutti::tensor<float, 2> x({2, 3});
  x = x + 1;
  const float s = sum(x);
  std::cout << s << '\n';
  return s == 6 ? 0 : 1;
}
