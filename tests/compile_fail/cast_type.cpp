// SPDX-License-Identifier: MIT
// expect: tutti: cast: this is not an element type: bool, (u)int8 to (u)int64, float16, bfloat16, float, double, complex<float>, complex<double>
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<float, 1> x({3});
#ifdef WRONG
  const auto y = tutti::cast<long double>(x);
#else
  const auto y = tutti::cast<double>(x);
#endif
  return static_cast<int>(x.size() + sizeof(y));
}
