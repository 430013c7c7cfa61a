// SPDX-License-Identifier: MIT
// expect: tutti: the expression's rank is not the tensor's
#include <tutti/tensor.hpp>

int main() {
  tutti::tensor<float, 2> x({3, 4});
  tutti::tensor<float, 1> y;
#ifdef WRONG
  y = x * 2;
#else
  y = sum(x * 2, 0);
#endif
  return static_cast<int>(y(0));
}
