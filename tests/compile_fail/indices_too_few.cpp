// SPDX-License-Identifier: MIT
// expect: tutti: wrong number of indices: an element needs one index per axis; write x(i, ellipsis) for a view
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<float, 2> x({3, 4});
#ifdef WRONG
  return static_cast<int>(x(1));
#else
  return static_cast<int>(x(1, 0));
#endif
}
