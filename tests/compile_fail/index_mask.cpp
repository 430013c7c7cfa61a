// SPDX-License-Identifier: MIT
// expect: tutti: an index is an integer, all, range(...), newaxis or ellipsis; of a mask take where(mask, a, b)
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<float, 2> x({2, 2});
#ifdef WRONG
  const tutti::tensor y = x(x > 0);
#else
  const tutti::tensor y = where(x > 0, x, 0);
#endif
  return static_cast<int>(y.size());
}
