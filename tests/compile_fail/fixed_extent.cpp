// SPDX-License-Identifier: MIT
// expect: tutti: the extents of a fixed tensor are at least 1
#include <tutti/tensor.hpp>

int main() {
#ifdef WRONG
  const tutti::fixed<float, 3, 0> y;
#else
  const tutti::fixed<float, 3, 1> y;
#endif
  return static_cast<int>(y.size());
}
