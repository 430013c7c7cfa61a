// SPDX-License-Identifier: MIT
// expect: tutti: this function is for real numbers: take real(z), imag(z), abs(z) or arg(z) of a complex tensor first
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<std::complex<float>, 1> z({3});
#ifdef WRONG
  const tutti::tensor y = z % 2;
#else
  const tutti::tensor y = real(z) % 2;
#endif
  return static_cast<int>(y.size());
}
