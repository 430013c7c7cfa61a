// SPDX-License-Identifier: MIT

// Formulas written as the mathematics has them: no hints, no temporaries by hand, and right even where the destination
// stands on the right as well.

#include <iostream>

#include <tutti/tutti.hpp>

using tutti::all, tutti::keepdims, tutti::range, tutti::tensor;

int main() {
  // Softmax. It runs row by row; exp(...) stands there twice and is computed once.
  const tensor x = tutti::array({{1.f, 2.f, 3.f}, {1000.f, 1000.f, 1000.f}});
  const tensor y = exp(x - max(x, -1, keepdims)) / sum(exp(x - max(x, -1, keepdims)), -1, keepdims);
  std::cout << y << "\n\n";

  // In place: columns of mean 0 and deviation 1. What is read on the right is what stood there before.
  tensor z = cast<double>(square(tutti::iota<int>({4, 3})));
  z = (z - mean(z, 0)) / stddev(z, 0);
  std::cout << z << "\n\n";

  // A matrix overwritten with its own transpose, a shift by one place, the tenth Fibonacci number by squaring.
  tensor a = tutti::iota<int>({2, 2});
  a = transpose(a);
  tensor row = tutti::arange(6);
  row(range(1, 6)) = row(range(0, 5));
  tensor f = tutti::array({{1, 1}, {1, 0}});
  const tensor step = f;
  f = matmul(f, f); // 2
  f = matmul(f, f); // 4
  f = matmul(f, f); // 8
  f = matmul(f, matmul(step, step));
  std::cout << a << "\n" << row << "\n" << f(0, 1) << "\n";

  const bool right = allclose(sum(y, -1), 1.f) && allclose(mean(z, 0), 0.) && allclose(variance(z, 0), 1.) &&
                     a(0, 1) == 2 && array_equal(row, tutti::array({0, 0, 1, 2, 3, 4})) && f(0, 1) == 55;
  return right ? 0 : 1;
}
