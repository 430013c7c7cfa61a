// SPDX-License-Identifier: MIT
// Products of matrices in memory on one thread. GFLOP/s counts a multiply-add as two, of complex numbers as eight.

#include <benchmark/benchmark.h>

#include <vector>

#include <tutti/kernel/gemm.hpp>

namespace {

using tutti::kernel::matrix;

template <class T>
void product(benchmark::State& state, bool turn_a, bool turn_b) {
  const auto m = state.range(0), n = state.range(1), k = state.range(2);
  std::vector<T> a(static_cast<std::size_t>(m * k), T(1)), b(static_cast<std::size_t>(k * n), T(1)),
      c(static_cast<std::size_t>(m * n));
  const matrix<const T> left = turn_a ? matrix<const T>{a.data(), 1, m} : matrix<const T>{a.data(), k, 1};
  const matrix<const T> right = turn_b ? matrix<const T>{b.data(), 1, k} : matrix<const T>{b.data(), n, 1};
  for (auto _ : state) {
    tutti::kernel::multiply<tutti::kernel::accumulator_t<T>>(m, n, k, left, right, matrix<T>{c.data(), n, 1}, 1);
    benchmark::DoNotOptimize(c.data());
    benchmark::ClobberMemory();
  }
  const double flops = static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k) * (tutti::is_complex<T> ? 8 : 2);
  state.counters["FLOP/s"] = benchmark::Counter(flops, benchmark::Counter::kIsIterationInvariantRate);
}

void squares(benchmark::internal::Benchmark* b) {
  for (const int n : {8, 16, 32, 64, 128, 256, 333, 511, 512, 1000, 1024, 2048}) b->Args({n, n, n});
}
void some_squares(benchmark::internal::Benchmark* b) {
  for (const int n : {64, 333, 1000}) b->Args({n, n, n});
}
void skinny(benchmark::internal::Benchmark* b) {
  b->Args({10000, 64, 64})->Args({10000, 10, 784})->Args({64, 64, 10000})->Args({16, 4096, 4096});
  b->Args({4, 4096, 4096})->Args({4096, 4, 4096})->Args({2000, 2000, 16})->Args({60000, 128, 784});
}
void vectors(benchmark::internal::Benchmark* b) {
  for (const int n : {64, 1000, 4096}) b->Args({n, 1, n})->Args({1, n, n});
  b->Args({1, 1, 100000});
}

BENCHMARK_CAPTURE(product<float>, squares, false, false)->Apply(squares);
BENCHMARK_CAPTURE(product<float>, left_transposed, true, false)->Apply(some_squares);
BENCHMARK_CAPTURE(product<float>, right_transposed, false, true)->Apply(some_squares);
BENCHMARK_CAPTURE(product<float>, skinny, false, false)->Apply(skinny);
BENCHMARK_CAPTURE(product<float>, vectors, false, false)->Apply(vectors);
BENCHMARK_CAPTURE(product<double>, squares, false, false)->Apply(squares);
BENCHMARK_CAPTURE(product<std::complex<float>>, squares, false, false)->Apply(some_squares);
BENCHMARK_CAPTURE(product<std::complex<double>>, squares, false, false)->Apply(some_squares);
BENCHMARK_CAPTURE(product<tutti::float16>, squares, false, false)->Apply(some_squares);
BENCHMARK_CAPTURE(product<tutti::bfloat16>, squares, false, false)->Apply(some_squares);
BENCHMARK_CAPTURE(product<std::int32_t>, squares, false, false)->Apply(some_squares);
BENCHMARK_CAPTURE(product<std::int64_t>, squares, false, false)->Apply(some_squares);

} // namespace
