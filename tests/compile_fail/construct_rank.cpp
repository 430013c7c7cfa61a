// SPDX-License-Identifier: MIT
// expect: tutti: the expression's rank is not the tensor's
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<float, 2> x({3, 4});
#ifdef WRONG
  const tutti::tensor<float, 2> y = sum(x, 0);
#else
  const tutti::tensor<float, 2> y = sum(x, 0, tutti::keepdims);
#endif
  return static_cast<int>(y.size());
}
