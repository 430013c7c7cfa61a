// SPDX-License-Identifier: MIT
// expect: tutti: an index is an integer, all, range(...), newaxis or ellipsis; of a mask take where(mask, a, b)
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<float, 2> x({2, 2});
#ifdef WRONG
  const tutti::tensor y = x(0, tutti::all)("1:");
#else
  const tutti::tensor y = x(0, tutti::all)(tutti::range(1, tutti::none));
#endif
  return static_cast<int>(y.size());
}
