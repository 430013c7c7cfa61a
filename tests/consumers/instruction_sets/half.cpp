// SPDX-License-Identifier: MIT
// Compiled once for each instruction set, under the name in HALF, into one program.
#include <tutti/tutti.hpp>

float HALF(int n) {
  tutti::tensor<float, 2> x({n, 3});
  x = x + 1;
  return sum(x);
}
