// SPDX-License-Identifier: MIT
// expect: tutti: concatenate needs operands of the same rank
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<float, 2> x({3, 4});
  const tutti::tensor<float, 1> row({4});
#ifdef WRONG
  const tutti::tensor y = tutti::concatenate(0, x, row);
#else
  const tutti::tensor y = tutti::concatenate(0, x, row(tutti::newaxis));
#endif
  return static_cast<int>(y.size());
}
