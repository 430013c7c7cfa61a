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

/// Whether a tree is elements of T in memory.
template <class T, class E>
inline constexpr bool is_leaf_of = false;
template <class T, index Rank, class Keeper>
inline constexpr bool is_leaf_of<T, view<T, Rank, Keeper>> = true;
template <class T, index Rank, class Keeper>
inline constexpr bool is_leaf_of<T, view<const T, Rank, Keeper>> = true;

/// How a scan goes: whose lines, across the axis, are loops in normal form.
template <class T>
struct scan_plan {
  nest lines;
  std::array<walk, 2> walks{}; // the destination's and the operand's
  kernel::scan_lines<T> to;
  kernel::scan_lines<const T> from;
  index extent;    // of the axis
  bool down;       // row by row, which lie side by side, else along a few lines at once
  index panel = 0; // how many neighbouring lines are scanned together
  double worth;    // of how many threads it is, at two multiply-adds' time an element
  int threads;

  template <index Rank, class Keeper>
  scan_plan(const view<T, Rank, Keeper>& destination, const T* data, const auto& strides, index axis)
      : extent(destination.shape()[axis]), worth(static_cast<double>(destination.size()) * 2 / work_per_thread) {
    for (index a = 0; a < destination.shape().size(); ++a) {
      if (a == axis) continue;
      const auto at = static_cast<std::size_t>(lines.rank++);
      lines.extent[at] = destination.shape()[a];
      walks[0].stride[at] = destination.strides()[a];
      walks[1].stride[at] = strides[a];
    }
    normalize(lines, walks);
    if (lines.rank == 0) {
      lines.rank = 1;
      lines.extent[0] = 1;
    }
    to = {destination.data() + walks[0].offset, destination.strides()[axis], walks[0].stride[last()]};
    from = {data + walks[1].offset, strides[axis], walks[1].stride[last()]};
    down = to.line == 1 && from.line == 1 && std::abs(to.stride) != 1;
    panel = down ? fair_panel(threads_for(worth, apart())) : kernel::lines_at_once;
    threads = threads_for(worth, std::min(tasks(), apart()));
  }

  // As many panels for each thread, of rows that stay in the first cache until the next one; but memory gives long rows
  // faster. (4096 x 4096 floats: 8.5 ms by panels of 1024, 5.1 by whole rows; 256 x 4096: 97 and 124 us.)
  index fair_panel(index shares) const {
    constexpr index least = 256, whole = 64, cached_bytes = index{1} << 24;
    const index most = lines.size() * extent * static_cast<index>(sizeof(T)) <= cached_bytes ? 1024 : 4096;
    const index share = (width() + shares - 1) / shares, pieces = std::max<index>((share + most - 1) / most, 1);
    const index even = ((share + pieces - 1) / pieces + whole - 1) / whole * whole;
    return std::clamp<index>(width(), 1, std::max(even, least));
  }

  std::size_t last() const { return static_cast<std::size_t>(lines.rank - 1); }
  index width() const { return lines.extent[last()]; }
  /// Panels of neighbouring lines, and all of them.
  index panels() const { return (width() + panel - 1) / panel; }
  index rows() const { return lines.size() / std::max<index>(width(), 1); }
  index tasks() const { return rows() * panels(); }
  /// How many threads can write without disturbing one another.
  index apart() const {
    const index row_bytes = width() * static_cast<index>(sizeof(T));
    return down ? rows() * std::max<index>(row_bytes / undisturbed_bytes, 1) : lines.size();
  }
};

template <class Op, class E, class T, index Rank, class Keeper>
void run_barrier(const scan<Op, E>& s, const view<T, Rank, Keeper>& to) {
  using Out = typename scan<Op, E>::value_type;
  if constexpr (!std::same_as<T, Out>) {
    const auto memory = run_stage(s);
    assign(to, view<const Out, E::rank>(memory.get(), s.shape()));
  } else {
    const auto& operand = unnamed(get<0>(s.operands()));
    const Out* data = to.data();
    auto strides = index_list<dynamic_rank>(to.strides());
    if constexpr (is_leaf_of<Out, std::remove_cvref_t<decltype(operand)>>) {
      operand.require_alive();
      data = operand.data();
      strides = index_list<dynamic_rank>(operand.strides());
    } else {
      assign(to, operand);
    }
    if (to.size() == 0) return;
    const scan_plan<T> p(to, data, strides, s.axis());
    const index width = p.width(), panels = p.panels();
    kernel::parallel_ranges(p.tasks(), p.threads, [&](index first, index end) {
      for (index k = first; k < end; ++k) {
        index rest = k / panels;
        const index begin = k % panels * p.panel;
        auto part = p.to;
        auto from = p.from;
        part.data += begin * part.line;
        from.data += begin * from.line;
        for (std::size_t a = p.last(); a-- > 0;) {
          part.data += rest % p.lines.extent[a] * p.walks[0].stride[a];
          from.data += rest % p.lines.extent[a] * p.walks[1].stride[a];
          rest /= p.lines.extent[a];
        }
        const index count = std::min(p.panel, width - begin);
        if (p.down) kernel::scan_down(s.op(), from, part, p.extent, count);
        else kernel::scan_along(s.op(), from, part, count, p.extent);
      }
    });
  }
}

} // namespace plan

TUTTI_NAMESPACE_END
