// SPDX-License-Identifier: MIT
// expect: tutti: matmul: the static shapes do not fit: the last axis of the left and the last but one of the right must be equal
#include <tutti/tensor.hpp>

int main() {
  tutti::fixed<float, 2, 3> a;
#ifdef WRONG
  tutti::fixed<float, 2> x;
#else
  tutti::fixed<float, 3> x;
#endif
  tutti::fixed<float, 2> y = matmul(a, x);
  return y(0) == 0 ? 0 : 1;
}
