// SPDX-License-Identifier: MIT
// What -ffast-math may not change: how numbers are rounded to integers, which elementary functions do first of all.
#include <cmath>
#include <iostream>

#include <tutti/tensor.hpp>

int main() {
  const tutti::tensor<double, 1> x({8}, {1e-18, 0.3, 2.5, 7.5, 100, 0.5, 1.5, 3.14});
  const tutti::tensor<float, 1> single({9}, 2.5f);
  bool right = array_equal(floor(single), 2 + 0 * single);
  const auto compare = [&](const auto& e, double (*f)(double)) {
    const tutti::tensor<double, 1> values = e;
    for (int i = 0; i < 8; ++i) right = right && std::abs(values(i) - f(x(i))) <= 1e-14 * std::abs(f(x(i)));
  };
  compare(round(x), std::nearbyint);
  compare(exp(x), std::exp);
  compare(expm1(x), std::expm1);
  compare(log1p(x), std::log1p);
  compare(sin(x), std::sin);
  std::cout << right << '\n';
  return right ? 0 : 1;
}
