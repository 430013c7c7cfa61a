// SPDX-License-Identifier: MIT
// expect: tutti: einsum: an operand has not as many axes as letters
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<float, 2> a({2, 2}), b({2, 2});
#ifdef WRONG
  const tutti::tensor c = tutti::einsum<"ij,jkl->ikl">(a, b);
#else
  const tutti::tensor c = tutti::einsum<"ij,jk->ik">(a, b);
#endif
  return static_cast<int>(c.size());
}
