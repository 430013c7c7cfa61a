// SPDX-License-Identifier: MIT
#pragma once

// The loops of a batch of matrix products: batch axes, then the result's rows, its columns and the steps that are summed
// over. Like every nest it does not depend on types.

#include <tutti/kernel/gemm.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/plan/context.hpp>
#include <tutti/plan/threads.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

struct product_loops {
  nest loops;
  bool turned = false; // rows and columns have changed places, and so have the operands

  index row_axis() const { return loops.rank - 3; }
  index column_axis() const { return loops.rank - 2; }
  index step_axis() const { return loops.rank - 1; }
  index extent(index axis) const { return loops.extent[static_cast<std::size_t>(axis)]; }
  index m() const { return extent(row_axis()); }
  index n() const { return extent(column_axis()); }
  index k() const { return extent(step_axis()); }

  index batch_size() const {
    index size = 1;
    for (index i = 0; i < row_axis(); ++i) size *= extent(i);
    return size;
  }
  /// Where a position of the batch lies along each of its axes.
  axis_values outer(index position) const {
    axis_values at;
    for (index i = row_axis() - 1; i >= 0; --i) {
      at[static_cast<std::size_t>(i)] = position % extent(i);
      position /= extent(i);
    }
    return at;
  }
  /// Where an operand's matrix begins there.
  index offset(const walk& w, const axis_values& outer) const {
    index at = w.offset;
    for (std::size_t i = 0; i < static_cast<std::size_t>(row_axis()); ++i) at += outer[i] * w.stride[i];
    return at;
  }
};

/// How the axes of the operands and the result lie in those loops.
struct product_frames {
  nest loops;
  frame a, b, c;
};

template <index A, index B>
product_frames frames_of_product(const index_list<A>& shape_a, const index_list<B>& shape_b, const auto& shape_c) {
  const index rank_a = shape_a.size(), rank_b = shape_b.size();
  const index batch = std::max<index>(std::max(rank_a, rank_b) - 2, 0);
  product_frames p;
  p.loops.rank = batch + 3;
  const auto set = [&](index axis, index extent) { p.loops.extent[static_cast<std::size_t>(axis)] = extent; };
  const auto add = [](frame& f, index axis) { f.axis[static_cast<std::size_t>(f.rank++)] = axis; };
  for (index i = 0; i < batch; ++i) set(i, shape_c[i]);
  set(batch, rank_a > 1 ? shape_a[rank_a - 2] : 1);
  set(batch + 1, rank_b > 1 ? shape_b[rank_b - 1] : 1);
  set(batch + 2, shape_a[rank_a - 1]);
  p.c = frame::identity(batch);
  if (rank_a > 1) {
    p.a = frame::identity(batch);
    add(p.a, batch);
    add(p.c, batch);
  }
  add(p.a, batch + 2);
  if (rank_b > 1) p.b = frame::identity(batch);
  add(p.b, batch + 2);
  if (rank_b > 1) {
    add(p.b, batch + 1);
    add(p.c, batch + 1);
  }
  return p;
}

/// Brings the loops of a product into normal form. The destination's walk comes first, those of a begin at `first_of_a`,
/// those of b, the last ones, at `first_of_b`.
inline product_loops normalize_product(const nest& given, std::span<walk> walks, std::size_t first_of_a,
                                       std::size_t first_of_b) {
  const std::span<walk> operands = walks.subspan(first_of_a), of_b = walks.subspan(first_of_b);
  const std::span<walk> of_a = operands.first(first_of_b - first_of_a);
  product_loops p{given};
  nest& loops = p.loops;
  const auto stride = [](const walk& w, index axis) { return w.stride[static_cast<std::size_t>(axis)]; };
  const auto swap = [&](index a, index b) {
    detail::swap_axes(loops, walks, static_cast<std::size_t>(a), static_cast<std::size_t>(b));
  };
  p.turned =
      p.m() != 1 && kernel::better_turned(p.n(), stride(walks[0], p.row_axis()), stride(walks[0], p.column_axis()));
  if (p.turned) swap(p.row_axis(), p.column_axis());

  // Axes of the batch become rows or columns where they continue them for everybody (a layer's weights under a batch of
  // its inputs). A single row lies anywhere: any axis that the columns do not change along can be its.
  const std::span<walk> columns = p.turned ? of_a : of_b;
  for (index i = p.row_axis() - 1; i >= 0; --i) {
    const auto continues = [&](index axis) {
      return detail::can_merge(loops, walks, static_cast<std::size_t>(i), static_cast<std::size_t>(axis));
    };
    const bool apart = std::all_of(columns.begin(), columns.end(), [&](const walk& w) { return stride(w, i) == 0; });
    index into = -1;
    if (p.extent(i) != 1) {
      if (continues(p.row_axis())) into = p.row_axis();
      else if (continues(p.column_axis())) into = p.column_axis();
      else if (p.m() == 1 && apart) swap(i, p.row_axis());
      else continue;
    }
    if (into >= 0) loops.extent[static_cast<std::size_t>(into)] *= p.extent(i);
    detail::remove_axis(loops, walks, static_cast<std::size_t>(i));
  }
  // Operands without steps may be no memory at all, in which nothing lies anywhere else than at its begin.
  if (p.k() == 0)
    for (walk& w : operands) w.stride = {};
  return p;
}

/// Multiply-adds that pay for waking one more thread, which takes some 5 us (see work_per_thread): of matrices a core does
/// 30 to 100 in a nanosecond; a matrix times a vector takes as long as the matrix takes to come from memory, some 4.
inline constexpr double products_per_thread = 1 << 20;
inline constexpr double vector_products_per_thread = 1 << 17;

/// How threads share a batch of products.
struct product_schedule {
  index count;  // of products,
  index tasks;  // which are cut into so many parts at most
  double work;  // multiply-adds of one
  double worth; // of how many threads all are
  int threads;
  bool by_batch; // each thread does whole products; otherwise all threads do each together
};

/// `tiles`: the parts into which a product can be cut.
inline product_schedule schedule_product(const product_loops& p, index tiles) {
  product_schedule how{};
  how.count = p.batch_size();
  how.work = static_cast<double>(p.m()) * static_cast<double>(p.n()) * static_cast<double>(p.k());
  const double per_thread = p.m() == 1 ? vector_products_per_thread : products_per_thread;
  how.worth = how.work * static_cast<double>(how.count) / per_thread;
  how.tasks = how.count * tiles;
  how.threads = threads_for(how.worth, how.tasks);
  // Threads share the batch where that keeps them all busy, otherwise each product in turn.
  how.by_batch = how.count >= index{4} * how.threads || threads_for(how.work / per_thread, tiles) == 1;
  if (how.by_batch && how.threads > 1) how.threads = threads_for(how.worth, how.tasks = how.count);
  return how;
}

} // namespace plan

TUTTI_NAMESPACE_END
