// SPDX-License-Identifier: MIT
// expect: tutti: a reduction takes an axis, or several as axes(...) or an index_list, and then keepdims: sum(x, axes(0, 2), keepdims)
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<float, 2> x({3, 4});
#ifdef WRONG
  const auto y = sum(x, tutti::keepdims, 1);
#else
  const auto y = sum(x, 1, tutti::keepdims);
#endif
  return static_cast<int>(y.size());
}
