// SPDX-License-Identifier: MIT
// A bit of everything, for the compiler to look into the library's templates with all warnings on.
#include <iostream>
#include <sstream>

#include <tutti/tutti.hpp>

using tutti::all, tutti::keepdims, tutti::newaxis, tutti::none, tutti::range, tutti::tensor;

template <class T>
double numbers() {
  tensor<T, 2> x = tutti::cast<T>(tutti::iota<int>({3, 4}));
  tensor<T> y = x * T(2) + x / T(3);
  x(all, range(none, none, 2)) += transpose(x)(0, newaxis, range(0, 2));
  y = where(x > T(1), x, -x);
  x = concatenate(0, x, flip(x, 1))(range(0, 3), all);
  const tensor sums = sum(x * x, 1, keepdims) + cumsum(x, 0) + matmul(x, transpose(x))(all, range(0, 1));
  const auto [least, greatest] = tutti::eval(min(x, 1), max(x, 1));
  std::ostringstream text;
  text << x << y << argmax(x, 0) << reshape(sums, -1) << least << greatest << explain(y, sqrt(x) + mean(x, 0));
  return static_cast<double>(text.str().size());
}

int main() {
  double total = numbers<float>() + numbers<double>() + numbers<std::int8_t>() + numbers<std::uint32_t>();
  const tensor x = tutti::array({{1.f, 2.f}, {3.f, 4.f}});
  const tensor<tutti::bfloat16, 2> half = x * 2;
  const tensor<std::complex<double>, 2> z = x * std::complex<double>(0, 1);
  const tutti::fixed<double, 2, 2> f = tutti::fixed<double, 2, 2>{{1, 2}, {3, 4}} * 2.;
  const tensor p = tutti::nn::softmax(x, -1) + variance(x, 1, keepdims) + pow(x, 2) + sin(x) + erf(x);
  total += sum(abs(z)) + sum(p) + sum(half) + f(1, 1) + static_cast<double>(count_nonzero(x > 1 && isfinite(x)));
  save_npy("warnings.npy", x);
  total += sum(tutti::load_npy<float, 2>("warnings.npy"));
  std::cout << total << '\n';
  return total > 0 ? 0 : 1;
}
