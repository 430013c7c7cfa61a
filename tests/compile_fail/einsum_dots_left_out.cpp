// SPDX-License-Identifier: MIT
// expect: tutti: einsum: operands have axes under '...', and the output has no '...'
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<float, 2> a({2, 2}), b({2, 2});
#ifdef WRONG
  const tutti::tensor c = tutti::einsum<"...j,jk->k">(a, b);
#else
  const tutti::tensor c = tutti::einsum<"...j,jk->...k">(a, b);
#endif
  return static_cast<int>(c.size());
}
