// SPDX-License-Identifier: MIT
#pragma once

// The scratch that a plan says a thread takes, against the most that one took while the assignment ran: to the byte.

#include <support/catch.hpp>
#include <tutti/tutti.hpp>

namespace tutti {

// The most that any of two threads took at a time while f ran.
template <class F>
index scratch_of(const F& f) {
  const auto each_thread = [](const auto& g) {
    kernel::parallel_ranges(2, 2, [&](index first, index last) {
      for (index i = first; i < last; ++i) g(i);
    });
  };
  each_thread([](index) { kernel::scratch::of_this_thread().reset_most_taken(); });
  f();
  std::array<index, 2> most{};
  each_thread([&](index i) { most[static_cast<std::size_t>(i)] = kernel::scratch::of_this_thread().most_taken(); });
  return std::max(most[0], most[1]);
}

inline index scratch_in(const execution_plan& plan) {
  index most = 0;
  for (const plan_stage& s : plan.stages) most = std::max(most, s.scratch_bytes);
  return most;
}

enum class takes { nothing, something, either };

template <class Y, class Make>
void check_scratch(const char* what, Y&& y, takes expected, const Make& make) {
  for (const int threads : {1, 2}) {
    set_num_threads(threads);
    y = make();
    const execution_plan plan = explain(y, make());
    INFO(what << " on " << threads << " threads\n" << plan.to_text());
    CHECK(scratch_in(plan) == scratch_of([&] { y = make(); }));
    if (expected != takes::either) CHECK((scratch_in(plan) > 0) == (expected == takes::something));
  }
  set_num_threads(0);
}

#define TUTTI_CHECK_SCRATCH(y, expected, ...) \
  check_scratch(#__VA_ARGS__, y, takes::expected, [&] { return __VA_ARGS__; })

template <class X>
auto softmax_of(const X& x) { return exp(x - max(x, -1, keepdims)) / sum(exp(x - max(x, -1, keepdims)), -1, keepdims); }

} // namespace tutti
