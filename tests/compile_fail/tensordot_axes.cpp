// SPDX-License-Identifier: MIT
// expect: tutti: tensordot: an operand has fewer axes than are to be summed over
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<float, 2> a({2, 2});
  const tutti::tensor<float, 1> x({2});
#ifdef WRONG
  const tutti::tensor c = tensordot(a, x);
#else
  const tutti::tensor c = tutti::tensordot<1>(a, x);
#endif
  return static_cast<int>(c.size());
}
