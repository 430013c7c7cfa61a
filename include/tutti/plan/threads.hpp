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

/// Threads that write parts of a row with fewer bytes than this, side by side, disturb one another: what one core fetches
/// ahead is what another is about to write. Where cores share their last cache that costs little; where they do not, several
/// times what the threads gain (two of them, running sums down 1024 x 1024 floats: 300 to 600 us, where one takes 97).
inline constexpr index undisturbed_bytes = index{1} << 12;

/// Of those that the work would pay for, at most one for each task that they share.
inline int threads_for(double worth, index tasks) {
  if (kernel::inside_parallel()) return 1;
  return static_cast<int>(
      std::clamp(std::min(worth, static_cast<double>(tasks)), 1.0, static_cast<double>(num_threads())));
}
inline int threads_for(const cut& c, double cost) {
  return threads_for(static_cast<double>(c.elements) * (cost + 1) / work_per_thread, c.blocks * c.parts);
}

} // namespace plan

TUTTI_NAMESPACE_END
