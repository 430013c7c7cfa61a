// SPDX-License-Identifier: MIT
// expect: tutti: the static shape of the expression is not that of the fixed tensor that it is to make
#include <tutti/tensor.hpp>

int main() {
  tutti::fixed<float, 2, 3> a;
#ifdef WRONG
  tutti::fixed<float, 2, 3> b = transpose(a);
#else
  tutti::fixed<float, 3, 2> b = transpose(a);
#endif
  return b(0, 0) == 0 ? 0 : 1;
}
