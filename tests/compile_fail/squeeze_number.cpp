// SPDX-License-Identifier: MIT
// expect: tutti: a rank-0 expression has no axis to squeeze
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<float, 1> x({1});
#ifdef WRONG
  return static_cast<int>(squeeze(sum(x), 0));
#else
  return static_cast<int>(squeeze(x, 0));
#endif
}
