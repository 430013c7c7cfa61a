// SPDX-License-Identifier: MIT
// expect: tutti: this function is for real numbers: take real(z), imag(z), abs(z) or arg(z) of a complex tensor first
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<std::complex<float>, 1> z({3});
#ifdef WRONG
  const float y = max(z);
#else
  const float y = max(abs(z));
#endif
  return y > 0 ? 1 : 0;
}
