// SPDX-License-Identifier: MIT
// expect: tutti: complex numbers cannot be assigned to real ones: take real(x), imag(x) or abs(x)
#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<std::complex<double>, 1> z({3});
  tutti::tensor<double, 1> x({3});
#ifdef WRONG
  x += z;
#else
  x += imag(z);
#endif
  return static_cast<int>(x(0));
}
