// SPDX-License-Identifier: MIT
// expect: tutti: this is not an element type: bool, (u)int8 to (u)int64, float16, bfloat16, float, double, complex<float>, complex<double>
#include <tutti/tensor.hpp>

int main() {
#ifdef WRONG
  const tutti::tensor<long double, 1> x({3});
#else
  const tutti::tensor<double, 1> x({3});
#endif
  return static_cast<int>(x.size());
}
