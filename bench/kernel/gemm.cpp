// SPDX-License-Identifier: MIT
// Products of matrices in memory on one thread. GFLOP/s counts a multiply-add as two, of complex numbers as eight.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include <tutti/kernel/gemm.hpp>

namespace {

using tutti::kernel::matrix;

template <class T>
void product(benchmark::State& state) {
  const auto m = state.range(0), n = state.range(1), k = state.range(2);
  const bool turn_a = state.range(3) != 0, turn_b = state.range(4) != 0;
  std::vector<T> a(static_cast<std::size_t>(m * k), T(1)), b(static_cast<std::size_t>(k * n), T(1)),
      c(static_cast<std::size_t>(m * n));
  const matrix<const T> left = turn_a ? matrix<const T>{a.data(), 1, m} : matrix<const T>{a.data(), k, 1};
  const matrix<const T> right = turn_b ? matrix<const T>{b.data(), 1, k} : matrix<const T>{b.data(), n, 1};
  for (auto _ : state) {
    tutti::kernel::multiply<tutti::kernel::accumulator_t<T>>(m, n, k, left, right, matrix<T>{c.data(), n, 1}, 1);
    benchmark::DoNotOptimize(c.data());
    benchmark::ClobberMemory();
  }
  const double flops =
      static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k) * (tutti::is_complex<T> ? 8 : 2);
  state.counters["FLOP/s"] = benchmark::Counter(flops, benchmark::Counter::kIsIterationInvariantRate);
}

const std::vector<std::string> names = {"m", "n", "k", "a^T", "b^T"};

void squares(benchmark::internal::Benchmark* b) {
  for (const int n : {8, 16, 32, 64, 128, 256, 333, 511, 512, 1000, 1024, 2048}) b->Args({n, n, n, 0, 0});
  b->ArgNames(names);
}
void turned_squares(benchmark::internal::Benchmark* b) {
  for (const int n : {64, 333, 1000}) b->Args({n, n, n, 1, 0})->Args({n, n, n, 0, 1});
  b->ArgNames(names);
}
void some_squares(benchmark::internal::Benchmark* b) {
  for (const int n : {64, 333, 1000}) b->Args({n, n, n, 0, 0});
  b->ArgNames(names);
}
void skinny(benchmark::internal::Benchmark* b) {
  b->Args({10000, 64, 64, 0, 0})
      ->Args({10000, 10, 784, 0, 0})
      ->Args({64, 64, 10000, 0, 0})
      ->Args({16, 4096, 4096, 0, 0});
  b->Args({4, 4096, 4096, 0, 0})
      ->Args({4096, 4, 4096, 0, 0})
      ->Args({2000, 2000, 16, 0, 0})
      ->Args({60000, 128, 784, 0, 0});
  b->ArgNames(names);
}
void vectors(benchmark::internal::Benchmark* b) {
  for (const int n : {64, 1000, 4096}) b->Args({n, 1, n, 0, 0})->Args({1, n, n, 0, 0});
  b->Args({1, 1, 100000, 0, 0})->ArgNames(names);
}

BENCHMARK(product<float>)->Apply(squares)->Name("float32");
BENCHMARK(product<float>)->Apply(turned_squares)->Name("float32");
BENCHMARK(product<float>)->Apply(skinny)->Name("float32");
BENCHMARK(product<float>)->Apply(vectors)->Name("float32");
BENCHMARK(product<double>)->Apply(squares)->Name("float64");
BENCHMARK(product<std::complex<float>>)->Apply(some_squares)->Name("complex64");
BENCHMARK(product<std::complex<double>>)->Apply(some_squares)->Name("complex128");
BENCHMARK(product<tutti::float16>)->Apply(some_squares)->Name("float16");
BENCHMARK(product<tutti::bfloat16>)->Apply(some_squares)->Name("bfloat16");
BENCHMARK(product<std::int32_t>)->Apply(some_squares)->Name("int32");
BENCHMARK(product<std::int64_t>)->Apply(some_squares)->Name("int64");

} // namespace
