// SPDX-License-Identifier: MIT
// expect: tutti: from_function's function takes an index for each axis of the shape
#include <tutti/tensor.hpp>

int main() {
#ifdef WRONG
  const tutti::tensor y = tutti::from_function({2, 3}, [](auto i) { return i; });
#else
  const tutti::tensor y = tutti::from_function({2, 3}, [](auto i, auto j) { return i + j; });
#endif
  return static_cast<int>(y.size());
}
