// SPDX-License-Identifier: MIT
// As tutti.cpp, by Eigen's matrices of fixed size in their default, column-major order.

#include <vector>

#include <Eigen/Dense>
#include <benchmark/benchmark.h>

namespace {

template <class T, int Rows, int Columns = 1>
using fixed = Eigen::Matrix<T, Rows, Columns>;

constexpr std::size_t count = 64;

template <class X>
std::vector<X> filled() {
  std::vector<X> all(count);
  for (std::size_t i = 0; i < count; ++i) all[i].setConstant(static_cast<typename X::Scalar>(i % 7 + 1) / 8);
  return all;
}

template <class T, int N>
void product(benchmark::State& state) {
  const auto a = filled<fixed<T, N, N>>(), b = filled<fixed<T, N, N>>();
  auto c = filled<fixed<T, N, N>>();
  for (auto _ : state) {
    for (std::size_t i = 0; i < count; ++i) c[i].noalias() = a[i] * b[i];
    benchmark::DoNotOptimize(c.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}

template <class T, int N>
void transform(benchmark::State& state) {
  const auto a = filled<fixed<T, N, N>>();
  const auto x = filled<fixed<T, N>>();
  auto y = filled<fixed<T, N>>();
  for (auto _ : state) {
    for (std::size_t i = 0; i < count; ++i) y[i].noalias() = a[i] * x[i];
    benchmark::DoNotOptimize(y.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}

template <class T, int N>
void transform_all(benchmark::State& state) {
  const auto a = filled<fixed<T, N, N>>();
  const auto x = filled<fixed<T, N>>();
  auto y = filled<fixed<T, N>>();
  const auto m = a[1]; // one matrix for all: it stays in registers
  const auto shift = x[2];
  for (auto _ : state) {
    for (std::size_t i = 0; i < count; ++i) y[i].noalias() = m * x[i] + shift;
    benchmark::DoNotOptimize(y.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}

template <class T, int N>
void elementwise(benchmark::State& state) {
  const auto a = filled<fixed<T, N, N>>(), b = filled<fixed<T, N, N>>();
  auto c = filled<fixed<T, N, N>>();
  for (auto _ : state) {
    for (std::size_t i = 0; i < count; ++i) c[i] = a[i] + b[i].cwiseProduct(c[i]);
    benchmark::DoNotOptimize(c.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}

template <class T, int N>
void norm(benchmark::State& state) {
  const auto x = filled<fixed<T, N>>();
  std::vector<T> y(count);
  for (auto _ : state) {
    for (std::size_t i = 0; i < count; ++i) y[i] = x[i].norm();
    benchmark::DoNotOptimize(y.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}

// One result feeds the next: the latency.
template <class T, int N>
void power(benchmark::State& state) {
  const auto a = filled<fixed<T, N, N>>();
  fixed<T, N, N> c = a[0];
  for (auto _ : state) {
    for (std::size_t i = 0; i < count; ++i) c = a[1] * c + a[2];
    benchmark::DoNotOptimize(c.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}

BENCHMARK(product<float, 3>);
BENCHMARK(product<double, 3>);
BENCHMARK(product<float, 4>);
BENCHMARK(product<double, 4>);
BENCHMARK(product<float, 8>);
BENCHMARK(product<double, 8>);
BENCHMARK(transform<float, 3>);
BENCHMARK(transform<double, 3>);
BENCHMARK(transform<float, 4>);
BENCHMARK(transform<double, 4>);
BENCHMARK(transform_all<float, 3>);
BENCHMARK(transform_all<double, 3>);
BENCHMARK(transform_all<float, 4>);
BENCHMARK(transform_all<double, 4>);
BENCHMARK(elementwise<float, 3>);
BENCHMARK(elementwise<double, 3>);
BENCHMARK(elementwise<float, 4>);
BENCHMARK(elementwise<double, 4>);
BENCHMARK(norm<float, 3>);
BENCHMARK(norm<double, 3>);
BENCHMARK(norm<float, 4>);
BENCHMARK(norm<double, 4>);
BENCHMARK(power<float, 3>);
BENCHMARK(power<double, 3>);
BENCHMARK(power<float, 4>);
BENCHMARK(power<double, 4>);

} // namespace
