// SPDX-License-Identifier: MIT
// expect: tutti: this view reads a const tensor and cannot be written
#include <tutti/tensor.hpp>

int main() {
#ifdef WRONG
  const tutti::tensor<float, 2> x({3, 4});
#else
  tutti::tensor<float, 2> x({3, 4});
#endif
  x(0, tutti::all) = 1.f;
  return static_cast<int>(x(0, 0));
}
