// SPDX-License-Identifier: MIT
// expect: tutti: this is not defined for bools: use logical_xor(a, b) or !a, or cast to an integer type
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<bool, 1> a({3}), b({3});
#ifdef WRONG
  const tutti::tensor y = a - b;
#else
  const tutti::tensor y = logical_xor(a, b);
#endif
  return static_cast<int>(y.size());
}
