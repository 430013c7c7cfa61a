// SPDX-License-Identifier: MIT
#pragma once

// Scans. The operand is evaluated into the destination, and the destination is folded along the axis in place, lane by
// lane where the axis is not the contiguous one. Lines across the axis are independent, so threads share them.

#include <tutti/expr/scan.hpp>
#include <tutti/kernel/scan.hpp>
#include <tutti/plan/barrier.hpp>
#include <tutti/plan/threads.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// How many threads fold the lines of a scan of so many elements, at two multiply-adds' time each.
inline int scan_threads(index elements) {
  const double worth = static_cast<double>(elements) * 2 / work_per_thread;
  return kernel::inside_parallel() ? 1 : static_cast<int>(std::clamp(worth, 1.0, static_cast<double>(num_threads())));
}

template <class Op, class E, class T, index Rank, class Keeper>
void run_barrier(const scan<Op, E>& s, const view<T, Rank, Keeper>& to) {
  using Out = typename scan<Op, E>::value_type;
  if constexpr (!std::same_as<T, Out>) {
    const auto memory = run_stage(s);
    assign(to, view<const Out, E::rank>(memory.get(), s.shape()));
  } else {
    assign(to, std::get<0>(s.operands()));
    const index extent = to.shape()[s.axis()], stride = to.strides()[s.axis()];
    if (to.size() == 0 || extent < 2) return;

    // The loops across the axis, in normal form.
    std::array<walk, 1> walks{};
    nest lines;
    for (index a = 0; a < to.shape().size(); ++a) {
      if (a == s.axis()) continue;
      lines.extent[static_cast<std::size_t>(lines.rank)] = to.shape()[a];
      walks[0].stride[static_cast<std::size_t>(lines.rank++)] = to.strides()[a];
    }
    normalize(lines, walks);
    const auto last = static_cast<std::size_t>(std::max<index>(lines.rank - 1, 0));
    const bool across = lines.rank > 0 && walks[0].stride[last] == 1 && std::abs(stride) != 1;
    // Down the rows of a panel as wide as a few cache lines; along single lines otherwise.
    const index width = across ? lines.extent[last] : 1;
    const index panel = std::min<index>(width, 256);
    const index panels = (width + panel - 1) / panel;
    const index outer = lines.size() / width;
    const int threads = scan_threads(to.size());
    kernel::parallel_ranges(outer * panels, threads, [&](index first, index end) {
      for (index k = first; k < end; ++k) {
        index rest = k / panels, at = walks[0].offset;
        for (index a = lines.rank - 1 - (across ? 1 : 0); a >= 0; --a) {
          at += rest % lines.extent[static_cast<std::size_t>(a)] * walks[0].stride[static_cast<std::size_t>(a)];
          rest /= lines.extent[static_cast<std::size_t>(a)];
        }
        const index begin = k % panels * panel;
        if (across)
          kernel::scan_columns(s.op(), to.data() + at + begin, stride, extent, std::min(panel, width - begin));
        else kernel::scan_row(s.op(), to.data() + at, stride, extent);
      }
    });
  }
}

} // namespace plan

TUTTI_NAMESPACE_END
