// SPDX-License-Identifier: MIT
#pragma once

// Scans. An operand in memory is folded along the axis on its way to the destination; any other is evaluated there first,
// and folded in place. It goes row by row where neighbouring lines lie side by side, else a few lines at once. Lines are
// independent, so threads share them.

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

/// Whether a tree is elements of T in memory.
template <class T, class E>
inline constexpr bool is_leaf_of = false;
template <class T, index Rank, class Keeper>
inline constexpr bool is_leaf_of<T, view<T, Rank, Keeper>> = true;
template <class T, index Rank, class Keeper>
inline constexpr bool is_leaf_of<T, view<const T, Rank, Keeper>> = true;

template <class Op, class E, class T, index Rank, class Keeper>
void run_barrier(const scan<Op, E>& s, const view<T, Rank, Keeper>& to) {
  using Out = typename scan<Op, E>::value_type;
  if constexpr (!std::same_as<T, Out>) {
    const auto memory = run_stage(s);
    assign(to, view<const Out, E::rank>(memory.get(), s.shape()));
  } else {
    const auto& operand = unnamed(std::get<0>(s.operands()));
    const Out* data = to.data();
    auto strides = index_list<dynamic_rank>(to.strides());
    if constexpr (is_leaf_of<Out, std::remove_cvref_t<decltype(operand)>>) {
      operand.require_alive();
      data = operand.data();
      strides = index_list<dynamic_rank>(operand.strides());
    } else {
      assign(to, operand);
    }
    const auto axis = s.axis();
    const index extent = to.shape()[axis];
    if (to.size() == 0) return;

    // The loops across the axis, in normal form.
    std::array<walk, 2> walks{}; // the destination's and the operand's
    nest lines;
    for (index a = 0; a < to.shape().size(); ++a) {
      if (a == axis) continue;
      const auto at = static_cast<std::size_t>(lines.rank++);
      lines.extent[at] = to.shape()[a];
      walks[0].stride[at] = to.strides()[a];
      walks[1].stride[at] = strides[a];
    }
    normalize(lines, walks);
    if (lines.rank == 0) {
      lines.rank = 1;
      lines.extent[0] = 1;
    }
    const auto last = static_cast<std::size_t>(lines.rank - 1);
    const kernel::scan_lines<Out> whole{to.data() + walks[0].offset, to.strides()[axis], walks[0].stride[last]};
    const kernel::scan_lines<const Out> operands{data + walks[1].offset, strides[axis], walks[1].stride[last]};
    const int threads = scan_threads(to.size());
    // Down the rows of a panel, a wide one, since memory gives long rows faster; along a few lines otherwise.
    const bool down = whole.line == 1 && operands.line == 1 && std::abs(whole.stride) != 1;
    const index width = lines.extent[last];
    const index panel =
        down ? std::clamp<index>(width / threads, std::min<index>(width, 256), 4096) : kernel::lines_at_once;
    const index panels = (width + panel - 1) / panel;
    kernel::parallel_ranges(lines.size() / width * panels, threads, [&](index first, index end) {
      for (index k = first; k < end; ++k) {
        index rest = k / panels;
        const index begin = k % panels * panel;
        auto part = whole;
        auto from = operands;
        part.data += begin * part.line;
        from.data += begin * from.line;
        for (std::size_t a = last; a-- > 0;) {
          part.data += rest % lines.extent[a] * walks[0].stride[a];
          from.data += rest % lines.extent[a] * walks[1].stride[a];
          rest /= lines.extent[a];
        }
        const index count = std::min(panel, width - begin);
        if (down) kernel::scan_down(s.op(), from, part, extent, count);
        else kernel::scan_along(s.op(), from, part, count, extent);
      }
    });
  }
}

} // namespace plan

TUTTI_NAMESPACE_END
