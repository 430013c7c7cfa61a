// SPDX-License-Identifier: MIT
// expect: tutti: an expression of many elements is not one bool: say all(a == b), any(a == b) or array_equal(a, b)
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<float, 1> a({3}), b({3});
#ifdef WRONG
  if (a == b) return 1;
#else
  if (tutti::all(a == b)) return 1;
#endif
  return 0;
}
