// SPDX-License-Identifier: MIT
#pragma once

// The arrays that a plan says an assignment makes, against the heap.

#include <support/catch.hpp>
#include <support/heap.hpp>
#include <tutti/tutti.hpp>

namespace tutti {

// Plans and runs y = make(): the heap must be asked as often as the plan says. What a thread keeps for its life is there
// after a run before. (The expression is made anew each time, as the destination may get new memory.)
template <class Y, class F>
execution_plan planned_arrays(Y&& y, const F& make) {
  y = make();
  const execution_plan plan = explain(y, make());
  CHECK(arrays_of([&] { y = make(); }) == plan.arrays());
  return plan;
}

} // namespace tutti
