// SPDX-License-Identifier: MIT
#pragma once

// What this machine can do at best: how many bytes a second come from each level of memory, and how many operations a
// second its arithmetic does, on one thread and on all. Measured once in a process, in a few tenths of a second, when it
// is first asked for; or loaded from where it was stored. (Williams, Waterman, Patterson: Roofline, 2009.)

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include <tutti/core/storage.hpp>
#include <tutti/kernel/gemm/blocking.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/kernel/simd.hpp>

TUTTI_NAMESPACE_BEGIN

/// A level of the memory: its size, and bytes a second that are read and written, on one thread and on all together.
struct memory_level {
  std::string name;
  double bytes = 0; // that it holds for one core; of the last level, infinite
  double one_thread = 0;
  double all_threads = 0;
};

/// What a machine can do at best. Source: Williams, Waterman and Patterson, Roofline, 2009.
struct machine_roofline {
  int threads = 1;             // that "all" means
  double flops_one_thread = 0; // float32 operations a second; a multiply-add is two
  double flops_all_threads = 0;
  std::vector<memory_level> levels; // the nearest first; the last is the main memory

  /// Errors: none. Cost: a walk over the levels.

  /// The level that data of so many bytes a thread is in.
  const memory_level& level_of(double bytes_per_thread) const {
    for (const memory_level& level : levels)
      if (bytes_per_thread <= level.bytes) return level;
    return levels.back();
  }
  /// What so many threads reach, between what one does and what all do.
  double shared(double of_one, double of_all, int threads_used) const {
    if (threads_used <= 1 || threads <= 1) return of_one;
    return of_one + (of_all - of_one) * (std::min(threads_used, threads) - 1) / (threads - 1);
  }
  /// Bytes a second of data of so many bytes, on so many threads.
  double bandwidth(double bytes, int threads_used) const {
    const memory_level& level = level_of(bytes / std::max(threads_used, 1));
    return shared(level.one_thread, level.all_threads, threads_used);
  }
  /// Operations a second on elements of so many bytes: those of float32 are 4.
  double flops(int threads_used, double element_bytes = 4) const {
    return shared(flops_one_thread, flops_all_threads, threads_used) * 4 / element_bytes;
  }
  /// The least time for so much work: what takes longer, moving the bytes or computing.
  double least_seconds(double bytes, double operations, int threads_used, double element_bytes = 4) const {
    return std::max(bytes / bandwidth(bytes, threads_used), operations / flops(threads_used, element_bytes));
  }

  /// Writes it to a file, one fact a line. Errors: a value_error where that cannot be written. Cost: a small file.
  void store(const std::string& path) const;
  /// What `store` wrote. Errors: a value_error where the file is not there or does not say all. Cost: a small file.
  static machine_roofline load(const std::string& path);
};

namespace plan {

/// x = x * m + a over `count` floats, `times` over: two bytes read for each written, no more arithmetic than the loads
/// leave room for.
inline void scale_and_add(float* x, const float* a, index count, index times) {
  constexpr index N = simd::lanes<float>;
  const auto m = simd::broadcast<float, N>(0.5f);
  for (index t = 0; t < times; ++t)
    for (index i = 0; i + 4 * N <= count; i += 4 * N)
      for (index u = 0; u < 4; ++u)
        simd::store(x + i + u * N, simd::load<N>(x + i + u * N) * m + simd::load<N>(a + i + u * N));
}

/// Twelve chains of multiply-adds: more than any core's latency times its units. Returns a number that depends on all.
inline float multiply_and_add(index times) {
  constexpr index N = simd::lanes<float>;
  using pack = decltype(simd::broadcast<float, N>(0.f));
  const auto m = simd::broadcast<float, N>(0.9f);
  const auto a = simd::broadcast<float, N>(0.1f);
  pack x[12];
  for (index c = 0; c < 12; ++c) x[c] = simd::broadcast<float, N>(static_cast<float>(c));
  for (index t = 0; t < times; ++t)
#pragma GCC unroll 12
    for (index c = 0; c < 12; ++c) x[c] = simd::fma(x[c], m, a);
  float lanes[static_cast<std::size_t>(N)];
  for (index c = 1; c < 12; ++c) x[0] = x[0] + x[c];
  simd::store(lanes, x[0]);
  return lanes[0];
}

/// The most that f does in a second: the best of some runs of at least a millisecond each, on so many threads, of which
/// each calls f(thread, times). `amount` is what one time is.
template <class F>
double best_rate(int threads, double amount, const F& f) {
  using clock = std::chrono::steady_clock;
  const auto seconds = [&](index times) {
    const auto start = clock::now();
    kernel::parallel_ranges(threads, threads, [&](index first, index last) {
      for (index t = first; t < last; ++t) f(t, times);
    });
    return std::chrono::duration<double>(clock::now() - start).count();
  };
  index times = 1;
  double took = seconds(times);
  for (; took < 1e-3 && times < (index{1} << 40); took = seconds(times)) times *= took < 1e-4 ? 8 : 2;
  for (int run = 0; run < 4; ++run) took = std::min(took, seconds(times));
  return amount * static_cast<double>(times) * threads / took;
}

inline double cache_size(int level) {
#if defined(_SC_LEVEL3_CACHE_SIZE)
  if (level == 3)
    if (const long size = sysconf(_SC_LEVEL3_CACHE_SIZE); size > 0) return static_cast<double>(size);
#endif
  const kernel::cache_sizes& sizes = kernel::caches();
  return level == 1 ? static_cast<double>(sizes.first) : level == 2 ? static_cast<double>(sizes.second) : 0;
}

inline machine_roofline measure_machine() {
  machine_roofline machine;
  machine.threads = kernel::inside_parallel() ? 1 : num_threads();
  const auto both = [&](double amount, const auto& f, double& of_one, double& of_all) {
    of_one = best_rate(1, amount, f);
    of_all = machine.threads > 1 ? std::max(of_one, best_rate(machine.threads, amount, f)) : of_one;
  };
  constexpr double chains = 12 * 2 * static_cast<double>(simd::lanes<float>);
  std::vector<float> results(static_cast<std::size_t>(machine.threads));
  both(
      1000 * chains,
      [&](index thread, index times) { results[static_cast<std::size_t>(thread)] = multiply_and_add(times * 1000); },
      machine.flops_one_thread, machine.flops_all_threads);

  const double second = cache_size(2), third = cache_size(3);
  machine.levels.push_back({"L1", cache_size(1), 0, 0});
  machine.levels.push_back({"L2", second, 0, 0});
  if (third > second) machine.levels.push_back({"L3", third / machine.threads, 0, 0});
  machine.levels.push_back({"memory", 1e300, 0, 0});
  // A level is measured with half of what it holds, or, where that would take long, some times what the level before
  // holds; the main memory with what the caches cannot hold, within reason.
  const double beyond = std::clamp(4 * std::max(third, second), 32e6, 128e6) / machine.threads;
  const index room = static_cast<index>(beyond / 8) / 256 * 256; // floats of each of a thread's two arrays
  const storage<float> memory = allocate<float>(2 * room * machine.threads);
  std::fill_n(memory.get(), 2 * room * machine.threads, 1.f);
  double before = beyond;
  for (memory_level& level : machine.levels) {
    const double bytes = level.bytes < 1e300 ? std::min({level.bytes / 2, 4 * before, beyond}) : beyond;
    before = level.bytes;
    const index count = std::max<index>(static_cast<index>(bytes / 8) / 256 * 256, 256);
    both(
        12 * static_cast<double>(count),
        [&](index thread, index times) {
          float* const x = memory.get() + 2 * room * thread;
          scale_and_add(x, x + room, count, times);
        },
        level.one_thread, level.all_threads);
  }
  return machine;
}

inline machine_roofline& known_machine() {
  static machine_roofline known;
  return known;
}

} // namespace plan

/// This machine's roofline: what set_machine gave, or, the first time, what is measured now. Errors: none. Cost: some
/// tenths of a second the first time, none later. NumPy: no such function.
/// Example: `const double bytes_a_second = machine().levels.back().one_thread;`.
inline const machine_roofline& machine() {
  machine_roofline& known = plan::known_machine();
  if (known.levels.empty()) known = plan::measure_machine();
  return known;
}
/// Takes a roofline that was measured before: set_machine(machine_roofline::load("machine.txt")). Errors: none; what it
/// is given is not checked. Cost: none. NumPy: no such function.
/// Example: `set_machine(machine());`.
inline void set_machine(machine_roofline measured) { plan::known_machine() = std::move(measured); }

inline void machine_roofline::store(const std::string& path) const {
  std::FILE* const file = std::fopen(path.c_str(), "w");
  bool good = file != nullptr;
  if (good) {
    good = std::fprintf(file, "tutti-roofline 1\nthreads %d\nflops %.6g %.6g\n", threads, flops_one_thread,
                        flops_all_threads) > 0;
    for (const memory_level& level : levels)
      good = std::fprintf(file, "level %s %.6g %.6g %.6g\n", level.name.c_str(), level.bytes, level.one_thread,
                          level.all_threads) > 0 &&
             good;
    good = std::fclose(file) == 0 && good;
  }
  if (!good) throw value_error("cannot write the machine's roofline to " + path);
}

inline machine_roofline machine_roofline::load(const std::string& path) {
  machine_roofline machine;
  std::FILE* const file = std::fopen(path.c_str(), "r");
  if (!file) throw value_error("cannot read a machine's roofline from " + path);
  char name[32];
  memory_level level;
  const bool head = std::fscanf(file, "tutti-roofline 1 threads %d flops %lg %lg", &machine.threads,
                                &machine.flops_one_thread, &machine.flops_all_threads) == 3;
  while (head &&
         std::fscanf(file, " level %31s %lg %lg %lg", name, &level.bytes, &level.one_thread, &level.all_threads) == 4) {
    level.name = name;
    machine.levels.push_back(level);
  }
  std::fclose(file);
  if (machine.levels.empty() || machine.threads < 1) throw value_error(path + " is not a machine's roofline");
  return machine;
}

TUTTI_NAMESPACE_END
