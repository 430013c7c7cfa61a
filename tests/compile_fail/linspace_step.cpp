// SPDX-License-Identifier: MIT
// expect: linspace
#include <tutti/tensor.hpp>

int main() {
#ifdef WRONG
  const tutti::tensor y = tutti::linspace(0, 1, 0.1);
#else
  const tutti::tensor y = tutti::linspace(0, 1, 11);
#endif
  return static_cast<int>(y.size());
}
