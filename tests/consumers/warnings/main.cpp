// SPDX-License-Identifier: MIT
// A bit of everything, for the compiler to look into the library's templates with all warnings on. (Where that is a
// module, structured bindings need the standard's <tuple>.)
#include <complex>
#include <cstdint>
#include <iostream>
#include <sstream>
#include <tuple>

#include <tutti/tutti.hpp>

// Names that a program may have and that the library's functions use too.
extern int acc, block, bytes, chain, count, first, from, last, left, n, operand, part, positions, right, row, walk;

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

double functions() {
  const tensor<float, 4> images = tutti::iota<float>({1, 2, 6, 6}), kernels = tutti::ones<float>({3, 2, 3, 3});
  const tensor maps = tutti::nn::max_pool2d(tutti::nn::conv2d(images, kernels, {.padding = 1}), {2, 2}, {});
  const tensor rows = reshape(maps, 3, -1);
  tensor pairs = tutti::einsum<"ij,kj->ik">(rows, rows) + outer(sum(rows, 1), sum(rows, 1)) / 2.f;
  pairs = tutti::nn::scaled_dot_product_attention(pairs, pairs, pairs, tutti::nn::is_causal);
  pairs = stack(0, tutti::full({3}, 1.f), pairs(0, all), clip(pairs(1, all), 0.f, 1.f));
  std::ostringstream text;
  text << explain_analyze(pairs, tutti::nn::layer_norm(pairs) * hypot(pairs, 1.f)).to_json() << cumprod(pairs, 0)
       << tutti::apply([](float v) { return v + 1; }, tutti::nn::log_softmax(pairs)) << tutti::eye<int>(3, 3)
       << concatenate(0, sliding_window_view(rows(0, all), 3, 0)(0, all), convolve(rows(0, all), rows(1, all)));
  return static_cast<double>(text.str().size());
}

int main() {
  double total = functions() + numbers<float>() + numbers<double>() + numbers<std::int8_t>() + numbers<std::uint32_t>();
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
