// SPDX-License-Identifier: MIT

// Measures the error of what is made of elementary functions and sums, as a user calls it: activations, folds, softmax and
// functions of complex numbers.
//
//   formulas               the errors; exits with 1 if one is greater than what the table's last column promises
//   formulas --markdown    the second table of docs/reference/accuracy.md

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdio>
#include <cstring>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include <tutti/nn.hpp>
#include <tutti/tensor.hpp>

#include "../support/ulp.hpp"

namespace accuracy {

using tutti::tensor;

template <class T>
struct exact_type {
  using type = wider<T>;
};
template <class T>
struct exact_type<std::complex<T>> {
  using type = std::complex<wider<T>>;
};
template <class T>
using exact = typename exact_type<T>::type;

// Units of the last place at 1: every error below is a multiple of it.
template <class T>
constexpr double epsilon = std::numeric_limits<T>::epsilon();
template <class T>
constexpr double epsilon<std::complex<T>> = epsilon<T>;

bool markdown = false, failed = false;

void report(const char* name, const char* inputs, double of_float, double of_double, double promised) {
  const bool holds = of_float <= promised && of_double <= promised;
  failed = failed || !holds;
  if (markdown) std::printf("| %s | %s | %.2f | %.2f | %g |\n", name, inputs, of_float, of_double, promised);
  else
    std::printf("%-34s %-30s float %8.2f double %8.2f (at most %g)%s\n", name, inputs, of_float, of_double, promised,
                holds ? "" : "  FAILED");
}

template <class T>
std::vector<T> uniform(std::size_t n, double low, double high) {
  std::mt19937_64 generator(20240607);
  std::uniform_real_distribution<double> of(low, high);
  std::vector<T> v(n);
  for (T& x : v) {
    if constexpr (tutti::is_complex<T>) {
      const auto re = static_cast<typename T::value_type>(of(generator));
      x = T(re, static_cast<typename T::value_type>(of(generator)));
    } else {
      x = static_cast<T>(of(generator));
    }
  }
  return v;
}

// The greatest |result - exact| in epsilons: of |exact|, or, where that is less, of `least`.
template <class T, class Result, class Exact>
double greatest_error(const Result& result, const std::vector<Exact>& expected, double least) {
  double worst = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto difference = Exact(result(static_cast<tutti::index>(i))) - expected[i];
    const double scale = std::max(static_cast<double>(std::abs(expected[i])), least);
    const double error = static_cast<double>(std::abs(difference)) / (scale * epsilon<T>);
    worst = std::isnan(error) ? std::numeric_limits<double>::infinity() : std::max(worst, error);
  }
  return worst;
}

// An elementwise function, of numbers between low and high.
template <class T, class F, class Reference>
double elementwise_error(F f, Reference reference, double low, double high) {
  const auto x = uniform<T>(200000, low, high);
  std::vector<exact<T>> expected;
  for (const T& v : x) expected.push_back(exact<T>(reference(exact<T>(v))));
  const tensor<T, 1> result = f(tutti::as_view(x));
  return greatest_error<T>(result, expected, 0);
}

template <class F, class Reference>
void of_numbers(const char* name, F f, Reference reference, double low, double high, double promised) {
  char inputs[48];
  std::snprintf(inputs, sizeof inputs, "%g to %g", low, high);
  report(name, inputs, elementwise_error<float>(f, reference, low, high),
         elementwise_error<double>(f, reference, low, high), promised);
}
template <class F, class Reference>
void of_complex(const char* name, F f, Reference reference, double promised) {
  report(name, "complex, both parts -10 to 10", elementwise_error<std::complex<float>>(f, reference, -10, 10),
         elementwise_error<std::complex<double>>(f, reference, -10, 10), promised);
}

// What f makes of a row, a number or a row again, against what `reference` makes of it. `least`, of the row: see above.
template <class T, class F, class Reference, class Least>
double row_error(F f, Reference reference, Least least, std::size_t n, double low, double high) {
  const auto x = uniform<T>(n, low, high);
  const std::vector<wider<T>> wide(x.begin(), x.end());
  const std::vector<wider<T>> expected = reference(wide);
  const tensor<T, 1> result = tutti::broadcast_to(f(tutti::as_view(x)), {static_cast<tutti::index>(expected.size())});
  return greatest_error<T>(result, expected, least(wide));
}
template <class F, class Reference, class Least>
void of_rows(const char* name, F f, Reference reference, Least least, std::size_t n, double low, double high,
             double promised) {
  char inputs[48];
  std::snprintf(inputs, sizeof inputs, "%zu numbers, %g to %g", n, low, high);
  report(name, inputs, row_error<float>(f, reference, least, n, low, high),
         row_error<double>(f, reference, least, n, low, high), promised);
}

// References, in the wider type and with long sums.
template <class W>
long double total(const std::vector<W>& x) {
  long double sum = 0;
  for (const W v : x) sum += v;
  return sum;
}
template <class W, class F>
std::vector<W> each(const std::vector<W>& x, F f) {
  std::vector<W> y;
  for (const W v : x) y.push_back(static_cast<W>(f(static_cast<long double>(v))));
  return y;
}
template <class W>
long double variance_of(const std::vector<W>& x) {
  const long double n = static_cast<long double>(x.size()), mean = total(x) / n;
  long double sum = 0;
  for (const W v : x) sum += (v - mean) * (v - mean);
  return sum / n;
}
template <class W>
long double logsumexp_of(const std::vector<W>& x) {
  const long double most = *std::max_element(x.begin(), x.end());
  long double sum = 0;
  for (const W v : x) sum += std::exp(v - most);
  return most + std::log(sum);
}

void activations() {
  of_numbers(
      "`nn::sigmoid`", [](const auto& x) { return tutti::nn::sigmoid(x); },
      [](auto x) { return 1 / (1 + std::exp(-x)); }, -80, 80, 4);
  of_numbers(
      "`nn::silu`", [](const auto& x) { return tutti::nn::silu(x); }, [](auto x) { return x / (1 + std::exp(-x)); },
      -80, 80, 5);
  const auto gelu = [](auto x) {
    using W = decltype(x);
    return x / 2 * std::erfc(-x / std::sqrt(W(2)));
  };
  of_numbers("`nn::gelu`", [](const auto& x) { return tutti::nn::gelu(x); }, gelu, -1, 10, 8);
  of_numbers("`nn::gelu`", [](const auto& x) { return tutti::nn::gelu(x); }, gelu, -10, -1, 150);
  of_numbers(
      "`nn::gelu_tanh`", [](const auto& x) { return tutti::nn::gelu_tanh(x); },
      [](auto x) {
        using W = decltype(x);
        return x / 2 * (1 + std::tanh(std::sqrt(2 / std::numbers::pi_v<W>) * (x + W(0.044715L) * x * x * x)));
      },
      -1, 10, 8);
  of_numbers(
      "`deg2rad`", [](const auto& x) { return deg2rad(x); },
      [](auto x) { return x * (std::numbers::pi_v<decltype(x)> / 180); }, -720, 720, 2);
  of_numbers(
      "`rad2deg`", [](const auto& x) { return rad2deg(x); },
      [](auto x) { return x * (180 / std::numbers::pi_v<decltype(x)>); }, -10, 10, 2);
}

void rows() {
  const auto of_one = [](auto f) {
    return [f](const auto& x) {
      using W = std::remove_cvref_t<decltype(x[0])>;
      return std::vector<W>{static_cast<W>(f(x))};
    };
  };
  const auto nothing = [](const auto&) { return 0.0; };
  const auto sizes = [](const auto& x) {
    return static_cast<double>(total(each(x, [](auto v) { return std::abs(v); })));
  };
  const auto one = [](const auto&) { return 1.0; };
  for (const std::size_t n : {1000u, 1000000u}) {
    of_rows(
        "`sum`, of the sum of sizes", [](const auto& x) { return sum(x); },
        of_one([](const auto& x) { return total(x); }), sizes, n, -1, 1, 2);
    of_rows(
        "`sum`", [](const auto& x) { return sum(x); }, of_one([](const auto& x) { return total(x); }), nothing, n, 0, 1,
        4);
    of_rows(
        "`mean`", [](const auto& x) { return mean(x); },
        of_one([](const auto& x) { return total(x) / static_cast<long double>(x.size()); }), nothing, n, 0, 1, 4);
    of_rows(
        "`variance`", [](const auto& x) { return variance(x); }, of_one([](const auto& x) { return variance_of(x); }),
        nothing, n, -1, 1, 8);
    of_rows(
        "`variance`", [](const auto& x) { return variance(x); }, of_one([](const auto& x) { return variance_of(x); }),
        nothing, n, 1e4, 1e4 + 1, 300);
    of_rows(
        "`norm`", [](const auto& x) { return norm(x); },
        of_one([](const auto& x) { return std::sqrt(total(each(x, [](auto v) { return v * v; }))); }), nothing, n, -1,
        1, 4);
    of_rows(
        "`logsumexp`", [](const auto& x) { return logsumexp(x); },
        of_one([](const auto& x) { return logsumexp_of(x); }), nothing, n, -80, 80, 4);
    of_rows(
        "`softmax`", [](const auto& x) { return tutti::nn::softmax(x); },
        [](const auto& x) {
          const long double all = logsumexp_of(x);
          return each(x, [&](auto v) { return std::exp(v - all); });
        },
        nothing, n, 1e4, 1e4 + 1, 8);
    of_rows(
        "`log_softmax`, of 1 or more", [](const auto& x) { return tutti::nn::log_softmax(x); },
        [](const auto& x) {
          const long double all = logsumexp_of(x);
          return each(x, [&](auto v) { return v - all; });
        },
        one, n, -10, 10, 8);
  }
}

void complex_numbers() {
  of_complex("`z * z`", [](const auto& z) { return z * z; }, [](const auto& z) { return z * z; }, 4);
  of_complex(
      "`1 / z`", [](const auto& z) { return 1 / z; },
      [](const auto& z) { return std::remove_cvref_t<decltype(z)>(1) / z; }, 8);
  of_complex(
      "`abs`", [](const auto& z) { return tutti::cast<tutti::value_t<decltype(z)>>(abs(z)); },
      [](const auto& z) { return std::abs(z); }, 4);
  const auto function = [](const char* name, auto f, double promised) { of_complex(name, f, f, promised); };
  function("`exp`", [](const auto& z) { return exp(z); }, 8);
  function("`log`", [](const auto& z) { return log(z); }, 8);
  function("`sqrt`", [](const auto& z) { return sqrt(z); }, 8);
  function("`sin`", [](const auto& z) { return sin(z); }, 8);
  function("`cos`", [](const auto& z) { return cos(z); }, 8);
  function("`tan`", [](const auto& z) { return tan(z); }, 8);
  function("`tanh`", [](const auto& z) { return tanh(z); }, 8);
}

} // namespace accuracy

int main(int argc, char** argv) {
  accuracy::markdown = argc > 1 && std::strcmp(argv[1], "--markdown") == 0;
  if (accuracy::markdown)
    std::printf("| result | of | float, epsilons | double, epsilons | at most |\n|---|---|---|---|---|\n");
  accuracy::activations();
  accuracy::rows();
  accuracy::complex_numbers();
  return accuracy::failed ? 1 : 0;
}
