// SPDX-License-Identifier: MIT
// expect: tutti: a fixed matrix is made of as many rows and columns as its shape has
#include <tutti/tensor.hpp>

int main() {
#ifdef WRONG
  tutti::fixed<float, 2, 2> m{{1, 2}, {3, 4}, {5, 6}};
#else
  tutti::fixed<float, 3, 2> m{{1, 2}, {3, 4}, {5, 6}};
#endif
  return m(0, 0) == 1 ? 0 : 1;
}
