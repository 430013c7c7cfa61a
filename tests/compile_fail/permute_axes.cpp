// SPDX-License-Identifier: MIT
// expect: tutti: permute needs every axis once
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<float, 3> x({3, 4, 5});
#ifdef WRONG
  const tutti::tensor y = permute(x, 2, 0);
#else
  const tutti::tensor y = permute(x, 2, 0, 1);
#endif
  return static_cast<int>(y.size());
}
