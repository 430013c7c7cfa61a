// SPDX-License-Identifier: MIT
// expect: tutti: named: a name belongs to a tensor or to a view of one; name the operands of a formula
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<float, 1> a({2});
#ifdef WRONG
  const tutti::tensor c = tutti::named(a * 2, "a2") + tutti::arange(2.f);
#else
  const tutti::tensor c = tutti::named(a, "a") * 2 + tutti::arange(2.f);
#endif
  return static_cast<int>(c.size());
}
