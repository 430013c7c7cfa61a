// SPDX-License-Identifier: MIT
// expect: tutti: the bounds and the step of a range are integers, or none
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<float, 2> x({2, 2});
#ifdef WRONG
  const tutti::tensor y = x(tutti::range(0, 0.8 * 2));
#else
  const tutti::tensor y = x(tutti::range(0, static_cast<int>(0.8 * 2)));
#endif
  return static_cast<int>(y.size());
}
