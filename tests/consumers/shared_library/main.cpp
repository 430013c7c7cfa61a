// SPDX-License-Identifier: MIT
// Tensors and exceptions cross the border of a shared library that hides its symbols.
#include <iostream>

#include "model.hpp"

int main() {
  const tutti::tensor<float, 2> x({2, 2}, {1, -2, 3, 4});
  if (!tutti::all(layer(x, x) == tutti::array({{0.f, 0.f}, {15.f, 10.f}}))) return 1;
  try {
    layer(x, tutti::zeros<float>({3, 2}));
  } catch (const tutti::shape_error& error) {
    std::cout << error.what() << '\n';
    return 0;
  }
  return 1;
}
