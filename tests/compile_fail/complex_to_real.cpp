// SPDX-License-Identifier: MIT
// expect: tutti: complex numbers cannot be assigned to real ones: take real(x), imag(x) or abs(x)
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<std::complex<float>, 1> z({3});
  tutti::tensor<float, 1> x({3});
#ifdef WRONG
  x = z * 2;
#else
  x = real(z * 2);
#endif
  return static_cast<int>(x(0));
}
