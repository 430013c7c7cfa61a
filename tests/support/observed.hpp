// SPDX-License-Identifier: MIT
#pragma once

// What an assignment does, measured by something that knows nothing of plans: functions that count how often they are
// called, and note by which threads.

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include <tutti/tutti.hpp>

namespace tutti {

inline std::atomic<long> calls{0};
inline std::mutex guard;
inline std::set<std::thread::id> seen;

// Counts its calls; without state, so that equal calls are equal.
struct counting {
  float operator()(float v) const {
    ++calls;
    return v;
  }
};
struct identifying {
  float operator()(float v) const {
    thread_local bool known = false;
    thread_local int round = 0;
    if (!known || round != current) {
      known = true;
      round = current;
      const std::lock_guard<std::mutex> lock(guard);
      seen.insert(std::this_thread::get_id());
    }
    return v;
  }
  static inline std::atomic<int> current{0};
};

template <class F>
long calls_of(const F& f) {
  const long before = calls;
  f();
  return calls - before;
}
template <class F>
int threads_of(const F& f) {
  ++identifying::current;
  seen.clear();
  f();
  return static_cast<int>(seen.size());
}

} // namespace tutti
