// SPDX-License-Identifier: MIT
#pragma once

// Matrix products: what a batch of them looks like in memory, and how its operands get there.

#include <tutti/expr/contract.hpp>
#include <tutti/kernel/gemm.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/plan/barrier.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// A barrier's operand in memory: a leaf is read where it is, anything else is a stage. `memory` holds a stage's result.
template <class T>
struct settled_operand {
  const T* data;
  index_list<> shape, strides;
  storage<T> memory;
};

template <class T, index Rank, class Keeper>
settled_operand<std::remove_const_t<T>> settle(const view<T, Rank, Keeper>& leaf) {
  leaf.require_alive();
  return {leaf.data(), leaf.shape(), leaf.strides(), nullptr};
}
template <class View>
auto settle(const named_leaf<View>& n) { return settle(n.leaf()); }
template <class E>
settled_operand<value_t<E>> settle(const E& e) {
  auto memory = run_stage(e);
  const auto* const data = memory.get();
  return {data, e.shape(), contiguous_strides(e.shape()), std::move(memory)};
}
template <class B, index Rank>
settled_operand<value_t<B>> settle(const barrier_view<B, Rank>& v) {
  const auto strides = contiguous_strides(v.barrier().shape());
  auto memory = run_stage(v.barrier());
  const auto* const data = memory.get() + v.map().offset(strides);
  return {data, v.shape(), v.map().strides(strides), std::move(memory)};
}

/// A batch of products c = a b of matrices of m x k and k x n elements: how far one lies from the next along the batch's
/// axes, and within each how far rows and columns do.
struct product_layout {
  enum operand : std::size_t { a, b, c };
  struct axis {
    index extent = 1;
    std::array<index, 3> stride{};
  };
  index m = 1, n = 1, k = 1;
  std::array<index, 3> row_stride{}, column_stride{};
  index rank = 0;
  std::array<axis, static_cast<std::size_t>(max_rank)> batch{};

  index batch_size() const {
    index size = 1;
    for (index i = 0; i < rank; ++i) size *= batch[static_cast<std::size_t>(i)].extent;
    return size;
  }
  /// Where the matrices of one position of the batch begin.
  std::array<index, 3> offsets(index position) const {
    std::array<index, 3> at{};
    for (index i = rank - 1; i >= 0; --i) {
      const axis& x = batch[static_cast<std::size_t>(i)];
      for (std::size_t o = 0; o < 3; ++o) at[o] += position % x.extent * x.stride[o];
      position /= x.extent;
    }
    return at;
  }
};

namespace detail {

/// Takes batch axes out of the loop over the batch: those of extent 1, and those that continue the rows of both `a` and
/// `c` under one `b` (a layer's weights under a batch of its inputs), or the columns of `b` and `c` under one `a`.
inline void merge_batch(product_layout& p) {
  using o = product_layout;
  const auto continues = [](index outer, index inner, index extent) { return outer == inner * extent; };
  for (index i = p.rank - 1; i >= 0; --i) {
    const auto x = p.batch[static_cast<std::size_t>(i)];
    const bool rows = x.stride[o::b] == 0 && continues(x.stride[o::a], p.row_stride[o::a], p.m) &&
                      continues(x.stride[o::c], p.row_stride[o::c], p.m);
    const bool columns = x.stride[o::a] == 0 && continues(x.stride[o::b], p.column_stride[o::b], p.n) &&
                         continues(x.stride[o::c], p.column_stride[o::c], p.n);
    // A single row lies anywhere: its stride is free to be the batch's.
    const bool single_row = p.m == 1 && x.stride[o::b] == 0;
    if (x.extent == 1) {
    } else if (rows || single_row) {
      if (single_row) {
        p.row_stride[o::a] = x.stride[o::a];
        p.row_stride[o::c] = x.stride[o::c];
      }
      p.m *= x.extent;
    } else if (columns) {
      p.n *= x.extent;
    } else {
      continue;
    }
    std::move(p.batch.begin() + i + 1, p.batch.begin() + p.rank, p.batch.begin() + i);
    --p.rank;
  }
}

} // namespace detail

/// The layout of matmul(a, b) written to `to`, all given by their shapes and strides.
inline product_layout lay_out_product(const index_list<>& shape_a, const index_list<>& strides_a,
                                      const index_list<>& shape_b, const index_list<>& strides_b,
                                      const index_list<>& shape_c, const index_list<>& strides_c) {
  using o = product_layout;
  product_layout p;
  const index rank_a = shape_a.size(), rank_b = shape_b.size();
  const index batch_a = std::max<index>(rank_a - 2, 0), batch_b = std::max<index>(rank_b - 2, 0);
  p.rank = std::max(batch_a, batch_b);
  p.k = shape_a[rank_a - 1];
  p.column_stride[o::a] = strides_a[rank_a - 1];
  p.row_stride[o::b] = strides_b[batch_b];
  index axis = p.rank;
  if (rank_a > 1) {
    p.m = shape_a[rank_a - 2];
    p.row_stride[o::a] = strides_a[rank_a - 2];
    p.row_stride[o::c] = strides_c[axis++];
  }
  if (rank_b > 1) {
    p.n = shape_b[rank_b - 1];
    p.column_stride[o::b] = strides_b[rank_b - 1];
    p.column_stride[o::c] = strides_c[axis];
  }
  for (index i = 0; i < p.rank; ++i) {
    auto& x = p.batch[static_cast<std::size_t>(i)];
    x.extent = shape_c[i];
    x.stride[o::c] = strides_c[i];
    const index at_a = i - (p.rank - batch_a), at_b = i - (p.rank - batch_b);
    if (at_a >= 0 && shape_a[at_a] != 1) x.stride[o::a] = strides_a[at_a];
    if (at_b >= 0 && shape_b[at_b] != 1) x.stride[o::b] = strides_b[at_b];
  }
  detail::merge_batch(p);
  return p;
}

/// Multiply-adds that pay for waking one more thread, which takes some 5 us (see work_per_thread): of matrices a core does
/// 30 to 100 in a nanosecond; a matrix times a vector takes as long as the matrix takes to come from memory, some 4.
inline constexpr double products_per_thread = 1 << 20;
inline constexpr double vector_products_per_thread = 1 << 17;

/// How threads share a batch of products.
struct product_schedule {
  index count;  // of products
  double work;  // multiply-adds of one
  double worth; // of how many threads all are
  int threads;
  bool by_batch; // each thread does whole products; otherwise all threads do each together
};

inline product_schedule schedule_product(const product_layout& p) {
  product_schedule how{};
  how.count = p.batch_size();
  how.work = static_cast<double>(p.m) * static_cast<double>(p.n) * static_cast<double>(p.k);
  const double per_thread = p.m == 1 || p.n == 1 ? vector_products_per_thread : products_per_thread;
  const auto threads_for = [&](double products) {
    if (kernel::inside_parallel()) return 1;
    return static_cast<int>(std::clamp(products / per_thread, 1.0, static_cast<double>(num_threads())));
  };
  // Threads share the batch where that keeps them all busy, otherwise each product in turn.
  how.worth = how.work * static_cast<double>(how.count) / per_thread;
  how.threads = threads_for(how.work * static_cast<double>(how.count));
  how.by_batch = how.count >= 4 * how.threads || threads_for(how.work) == 1;
  return how;
}

template <class A, class B, class T, index Rank, class Keeper>
void run_barrier(const matmul_node<A, B>& product, const view<T, Rank, Keeper>& to) {
  if (to.size() == 0) return;
  using number = value_t<matmul_node<A, B>>;
  const auto a = settle(product.a());
  const auto b = settle(product.b());
  const product_layout p = lay_out_product(a.shape, a.strides, b.shape, b.strides, to.shape(), to.strides());

  const product_schedule how = schedule_product(p);
  kernel::parallel_ranges(how.count, how.by_batch ? how.threads : 1, [&](index first, index last) {
    for (index position = first; position < last; ++position) {
      using o = product_layout;
      const auto at = p.offsets(position);
      kernel::multiply<kernel::accumulator_t<number>>(
          p.m, p.n, p.k, kernel::matrix{a.data + at[o::a], p.row_stride[o::a], p.column_stride[o::a]},
          kernel::matrix{b.data + at[o::b], p.row_stride[o::b], p.column_stride[o::b]},
          kernel::matrix{to.data() + at[o::c], p.row_stride[o::c], p.column_stride[o::c]},
          how.by_batch ? 1 : how.threads);
    }
  });
}

} // namespace plan

TUTTI_NAMESPACE_END
