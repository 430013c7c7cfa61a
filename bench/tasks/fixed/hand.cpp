// SPDX-License-Identifier: MIT
// As tutti.cpp, by the loops that one writes without a library; the compiler unrolls them.

#include <cmath>
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

// clang would compute several matrices at once and gather their elements one by one: up to ten times slower.
#if defined(__clang__)
#define ONE_AFTER_ANOTHER _Pragma("clang loop vectorize(disable)")
#else
#define ONE_AFTER_ANOTHER
#endif

namespace {

template <class T, int Rows, int Columns = 1>
struct fixed {
  using value_type = T;
  T elements[Rows * Columns];
  T* begin() { return elements; }
  T* end() { return elements + Rows * Columns; }
};

template <class T, int N, int Columns>
fixed<T, N, Columns> times(const fixed<T, N, N>& a, const fixed<T, N, Columns>& b) {
  fixed<T, N, Columns> c{};
  for (int i = 0; i < N; ++i)
    for (int k = 0; k < N; ++k)
      for (int j = 0; j < Columns; ++j)
        c.elements[i * Columns + j] += a.elements[i * N + k] * b.elements[k * Columns + j];
  return c;
}
template <class T, int Rows, int Columns>
fixed<T, Rows, Columns> plus(const fixed<T, Rows, Columns>& a, const fixed<T, Rows, Columns>& b) {
  fixed<T, Rows, Columns> c;
  for (int i = 0; i < Rows * Columns; ++i) c.elements[i] = a.elements[i] + b.elements[i];
  return c;
}

constexpr std::size_t count = 64;

template <class X>
std::vector<X> filled() {
  std::vector<X> all(count);
  for (std::size_t i = 0; i < count; ++i)
    for (auto& x : all[i]) x = static_cast<typename X::value_type>(i % 7 + 1) / 8;
  return all;
}

template <class T, int N>
void product(benchmark::State& state) {
  const auto a = filled<fixed<T, N, N>>(), b = filled<fixed<T, N, N>>();
  auto c = filled<fixed<T, N, N>>();
  for (auto _ : state) {
    ONE_AFTER_ANOTHER
    for (std::size_t i = 0; i < count; ++i) c[i] = times(a[i], b[i]);
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
    ONE_AFTER_ANOTHER
    for (std::size_t i = 0; i < count; ++i) y[i] = times(a[i], x[i]);
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
    for (std::size_t i = 0; i < count; ++i) y[i] = plus(times(m, x[i]), shift);
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
    ONE_AFTER_ANOTHER
    for (std::size_t i = 0; i < count; ++i)
      for (int j = 0; j < N * N; ++j) c[i].elements[j] = a[i].elements[j] + b[i].elements[j] * c[i].elements[j];
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
    for (std::size_t i = 0; i < count; ++i) {
      T sum{};
      for (const T e : x[i].elements) sum += e * e;
      y[i] = std::sqrt(sum);
    }
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
    for (std::size_t i = 0; i < count; ++i) c = plus(times(a[1], c), a[2]);
    benchmark::DoNotOptimize(c);
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
