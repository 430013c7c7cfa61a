// SPDX-License-Identifier: MIT
// expect: tutti: at most one ellipsis may stand in a slice
#include <tutti/tensor.hpp>

int main() {
  tutti::tensor<float, 3> x({3, 4, 5});
#ifdef WRONG
  const auto v = x(tutti::ellipsis, 0, tutti::ellipsis);
#else
  const auto v = x(tutti::ellipsis, 0);
#endif
  return static_cast<int>(v.size());
}
