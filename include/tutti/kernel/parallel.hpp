// SPDX-License-Identifier: MIT
#pragma once

// Threads. The only file that speaks OpenMP; without it everything runs serially.

#include <algorithm>
#include <atomic>
#include <exception>
#include <utility>

#if defined(_OPENMP)
#include <omp.h>
#endif

#include <tutti/core/error.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

inline std::atomic<int>& thread_limit() {
  static std::atomic<int> limit{0}; // 0: as many as OpenMP would use
  return limit;
}

/// While one of these lives, its thread plans what will run inside a parallel region.
class planned_inside_parallel {
public:
  explicit planned_inside_parallel(bool holds) : before_(std::exchange(planning, planning || holds)) {}
  ~planned_inside_parallel() { planning = before_; }
  planned_inside_parallel(const planned_inside_parallel&) = delete;
  planned_inside_parallel& operator=(const planned_inside_parallel&) = delete;

  static bool holds() { return planning; }

private:
  static inline thread_local bool planning = false;
  bool before_;
};

/// True inside a parallel region, the user's or the library's: nothing nests inside another region.
inline bool inside_parallel() {
#if TUTTI_OPENMP
  return omp_in_parallel() != 0 || planned_inside_parallel::holds();
#else
  return false;
#endif
}

} // namespace kernel

/// The number of threads that an assignment may use from now on. 0 returns to OpenMP's own choice (OMP_NUM_THREADS).
/// OpenMP's settings are not changed. Errors: a value_error where the number is negative. Cost: none.
/// PyTorch: set_num_threads.
/// Example: `set_num_threads(1); std::cout << num_threads(); set_num_threads(0);` is `1`.
inline void set_num_threads(int count) {
  if (count < 0) throw value_error("set_num_threads: the number of threads cannot be negative");
  kernel::thread_limit() = count;
}

/// The number of threads that an assignment may use. Errors: none. Cost: none. PyTorch: get_num_threads.
/// Example: `set_num_threads(1); std::cout << num_threads(); set_num_threads(0);` is `1`.
inline int num_threads() {
#if TUTTI_OPENMP
  const int limit = kernel::thread_limit();
  return limit > 0 ? limit : omp_get_max_threads();
#else
  return 1;
#endif
}

namespace kernel {

namespace detail {

// As parallel_ranges, for a function of any type: the team is compiled once.
inline void run_ranges(index tasks, int threads, void (*call)(const void* f, index begin, index end), const void* f) {
#if TUTTI_OPENMP
  if (threads > 1 && tasks > 1) {
    const index team = std::min<index>(threads, tasks);
    std::exception_ptr failure;
    std::atomic_flag failed = ATOMIC_FLAG_INIT;
#pragma omp parallel for num_threads(static_cast<int>(team)) schedule(static, 1)
    for (index part = 0; part < team; ++part) {
      try {
        call(f, tasks * part / team, tasks * (part + 1) / team);
      } catch (...) {
        if (!failed.test_and_set()) failure = std::current_exception();
      }
    }
    if (failure) std::rethrow_exception(failure);
    return;
  }
#endif
  static_cast<void>(threads);
  if (tasks > 0) call(f, 0, tasks);
}

template <class F>
void call_with_range(const void* f, index begin, index end) { (*static_cast<const F*>(f))(begin, end); }

} // namespace detail

/// Runs f(begin, end) for consecutive parts of [0, tasks), one part a thread. The first exception arrives at the caller.
template <class F>
void parallel_ranges(index tasks, int threads, const F& f) {
  detail::run_ranges(tasks, threads, detail::call_with_range<F>, &f);
}

} // namespace kernel

TUTTI_NAMESPACE_END
