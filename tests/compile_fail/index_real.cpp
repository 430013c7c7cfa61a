// SPDX-License-Identifier: MIT
// expect: tutti: an index is an integer, all, range(...), newaxis or ellipsis; of a mask take where(mask, a, b)
#include <tutti/tensor.hpp>

int main() {
  const auto e = 2 * tutti::zeros<float>({4});
#ifdef WRONG
  const tutti::tensor y = e(1.5);
#else
  const tutti::tensor y = e(1);
#endif
  return static_cast<int>(y.size());
}
