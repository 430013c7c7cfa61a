// SPDX-License-Identifier: MIT
// expect: tutti: the function given to apply must return an element type: bool, (u)int8 to (u)int64, float16, bfloat16, float, double, complex<float> or complex<double>
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<float, 1> x({3});
#ifdef WRONG
  const tutti::tensor y = tutti::apply([](float v) { return static_cast<long double>(v); }, x);
#else
  const tutti::tensor y = tutti::apply([](float v) { return static_cast<double>(v); }, x);
#endif
  return static_cast<int>(y.size());
}
