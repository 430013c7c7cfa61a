// SPDX-License-Identifier: MIT
// expect: tutti: matmul: a rank-0 operand has no axis to sum over: write a * b
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<float, 2> x({2, 2});
#ifdef WRONG
  const tutti::tensor y = matmul(x, sum(x));
#else
  const tutti::tensor y = x * sum(x);
#endif
  return static_cast<int>(y.size());
}
