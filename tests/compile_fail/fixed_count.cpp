// SPDX-License-Identifier: MIT
// expect: tutti: a fixed tensor is made of as many elements as its shape has
#include <tutti/tensor.hpp>

int main() {
#ifdef WRONG
  tutti::fixed<float, 3> v{1, 2};
#else
  tutti::fixed<float, 3> v{1, 2, 3};
#endif
  return v(0) == 1 ? 0 : 1;
}
