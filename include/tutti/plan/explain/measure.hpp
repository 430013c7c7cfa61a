// SPDX-License-Identifier: MIT
#pragma once

// How long something takes.

#include <algorithm>
#include <chrono>

#include <tutti/core/config.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// How often a stage is run to be timed, and what is done before each run.
struct measurement {
  double seconds = 0.02; // runs are repeated for this long
  index runs = 0;        // or so often
  void (*before)() = nullptr;
};

/// The least time that f took.
template <class F>
double least_seconds(const measurement& how, const F& f) {
  using clock = std::chrono::steady_clock;
  double least = 1e300, spent = 0;
  for (index run = 0; how.runs > 0 ? run < how.runs : run == 0 || spent < how.seconds; ++run) {
    if (how.before) how.before();
    const auto start = clock::now();
    f();
    const double took = std::chrono::duration<double>(clock::now() - start).count();
    least = std::min(least, took);
    spent += took;
  }
  return least;
}

} // namespace plan

TUTTI_NAMESPACE_END
