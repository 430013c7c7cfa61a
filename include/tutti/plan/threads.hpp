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

inline int threads_for(const cut& c, double cost) {
  if (kernel::inside_parallel()) return 1;
  const double work = static_cast<double>(c.loops.size()) * (cost + 1);
  const double worth = std::min(work / work_per_thread, static_cast<double>(c.blocks * c.parts));
  return static_cast<int>(std::clamp(worth, 1.0, static_cast<double>(num_threads())));
}

} // namespace plan

TUTTI_NAMESPACE_END
