// SPDX-License-Identifier: MIT
// expect: tutti: the static shapes of the operands do not broadcast
#include <tutti/tensor.hpp>

int main() {
  tutti::fixed<float, 2, 3> a;
#ifdef WRONG
  tutti::fixed<float, 2> b;
#else
  tutti::fixed<float, 3> b;
#endif
  tutti::fixed<float, 2, 3> c = a + b;
  return c(0, 0) == 0 ? 0 : 1;
}
