// SPDX-License-Identifier: MIT
#pragma once

// How many threads a statement is worth.

#include <tutti/kernel/parallel.hpp>
#include <tutti/plan/cut.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Work, in multiply-adds, that pays for waking one more thread. Waking OpenMP's team takes some 5 us; a core computes
/// at least a hundred thousand element steps in the time that makes that a tenth.
inline constexpr double work_per_thread = 1 << 16;

/// Of those that the work would pay for, at most one for each task that they share.
inline int threads_for(double worth, index tasks) {
  if (kernel::inside_parallel()) return 1;
  return static_cast<int>(
      std::clamp(std::min(worth, static_cast<double>(tasks)), 1.0, static_cast<double>(num_threads())));
}
inline int threads_for(const cut& c, double cost) {
  return threads_for(static_cast<double>(c.loops.size()) * (cost + 1) / work_per_thread, c.blocks * c.parts);
}

} // namespace plan

TUTTI_NAMESPACE_END
