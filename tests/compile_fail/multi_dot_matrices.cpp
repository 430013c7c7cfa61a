// SPDX-License-Identifier: MIT
// expect: tutti: multi_dot: the operands must be matrices; the first and the last may be vectors
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<float, 2> a({2, 2});
  const tutti::tensor<float, 1> x({2});
#ifdef WRONG
  const tutti::tensor c = multi_dot(a, x, a);
#else
  const tutti::tensor c = multi_dot(a, a, x);
#endif
  return static_cast<int>(c.size());
}
