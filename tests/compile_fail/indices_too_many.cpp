// SPDX-License-Identifier: MIT
// expect: tutti: more indices than the tensor has axes
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<float, 2> x({3, 4});
#ifdef WRONG
  const auto v = x(1, tutti::all, 2);
#else
  const auto v = x(1, tutti::all);
#endif
  return static_cast<int>(v.size());
}
