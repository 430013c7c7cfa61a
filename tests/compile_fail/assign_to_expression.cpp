// SPDX-License-Identifier: MIT
// expect: tutti: an expression cannot be assigned to: only tensors and views of them hold elements
#include <tutti/tensor.hpp>

int main() {
  tutti::tensor<float, 1> x({3}), y({3});
#ifdef WRONG
  (x + y) = x;
#else
  y = x + y;
#endif
  return static_cast<int>(y(0));
}
