// SPDX-License-Identifier: MIT
// expect: tutti: the static shape of the expression does not broadcast to that of the fixed tensor
#include <tutti/tensor.hpp>

int main() {
  tutti::fixed<float, 2, 3> a;
  tutti::fixed<float, 3> b;
#ifdef WRONG
  b = a * 2;
#else
  a = b * 2;
#endif
  return a(0, 0) == b(0) ? 0 : 1;
}
