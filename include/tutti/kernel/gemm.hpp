// SPDX-License-Identifier: MIT
#pragma once

// Products of matrices in memory, and of matrices and vectors. The numbers that make an element of the result are added
// in an order that depends on the matrices' sizes and layouts alone, whatever the threads.

#include <tutti/kernel/gemm/bytes.hpp>
#include <tutti/kernel/gemm/few.hpp>
#include <tutti/kernel/gemm/narrow.hpp>
#include <tutti/kernel/gemm/product.hpp>
#include <tutti/kernel/gemm/small.hpp>
#include <tutti/kernel/gemm/tiny.hpp>
#include <tutti/kernel/gemm/vector.hpp>
#include <tutti/kernel/parallel.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// The type that products of elements of type T are summed in. A sum of floats that are 0 or 1 is 0 only if all are, so
/// they count for bools.
template <class T>
using accumulator_t = std::conditional_t<std::same_as<T, bool>, float, compute_t<T>>;

/// Writes results, summed as T, to memory.
template <class T, class To>
struct strided_store {
  matrix<To> to;

  T* in_place(index i, index j) const {
    if constexpr (std::same_as<T, To>)
      if (to.column_stride == 1) return to.data + i * to.row_stride + j;
    return nullptr;
  }
  index row_stride() const { return to.row_stride; }
  bool finishes() const { return false; }

  void operator()(index i, index j, index rows, index columns, const T* sums, index pitch) const {
    for (index r = 0; r < rows; ++r)
      write(to.data + (i + r) * to.row_stride + j * to.column_stride, to.column_stride, columns, sums + r * pitch);
  }

private:
  static void write(To* row, index stride, index count, const T* from) {
    constexpr index N = simd::lanes<T>;
    alignas(storage_alignment) To part[static_cast<std::size_t>(N)];
    for (index j = 0; j < count; j += N) {
      const index here = std::min(N, count - j);
      const auto v = detail::load_row<N, true>(from + j, 1, here);
      if (stride == 1) {
        if (here == N) simd::store(row + j, v);
        else simd::store_partial(row + j, v, here);
      } else {
        simd::store(part, v);
        scatter_row(part, row + j * stride, stride, here);
      }
    }
  }
};

/// Hands results on to a function, together with where they belong; those that can wait in the result, at `data`, do.
template <class T>
struct finishing_store {
  using function = void(void* to, index i, index j, index rows, index columns, const T* sums, index pitch);
  function* finish;
  void* to;
  T* data;
  index stride;

  T* in_place(index i, index j) const { return data ? data + i * stride + j : nullptr; }
  index row_stride() const { return stride; }
  bool finishes() const { return true; }
  void operator()(index i, index j, index rows, index columns, const T* sums, index pitch) const {
    finish(to, i, j, rows, columns, sums, pitch);
  }
};

/// Whether a product is better computed as that of the exchanged, transposed operands: tiles want adjacent columns, and
/// a vector is taken as a row.
inline bool better_turned(index n, index row_stride, index column_stride) {
  return n == 1 || (row_stride == 1 && column_stride != 1);
}

/// How a product is cut for threads: a grid of parts, each of which packs its own operands. A vector's product is cut
/// along the vector.
class product_grid {
public:
  template <class T>
  static product_grid of(index m, index n, int threads) {
    product_grid grid;
    grid.m_ = m;
    grid.n_ = n;
    grid.step_down_ = tile_shape<T>::rows;
    grid.step_across_ = tile_shape<T>::columns;
    // The grid whose operands are the smallest together.
    double least = 0;
    for (index across = 1; across <= threads; ++across) {
      if (threads % across != 0 || (m == 1 && across != threads)) continue;
      const index down = threads / across;
      const double packed =
          static_cast<double>(m) * static_cast<double>(across) + static_cast<double>(n) * static_cast<double>(down);
      if (grid.across_ == 0 || packed < least) {
        grid.across_ = across;
        least = packed;
      }
    }
    grid.down_ = threads / grid.across_;
    return grid;
  }
  /// The parts into which such a product can be cut.
  template <class T>
  static index tiles(index m, index n) {
    const auto steps = [](index size, index step) { return (size + step - 1) / step; };
    return steps(m, tile_shape<T>::rows) * steps(n, tile_shape<T>::columns);
  }
  index parts() const { return down_ * across_; }
  index down() const { return down_; }
  index across() const { return across_; }
  /// May be empty.
  product_part part(index p) const {
    const index i = share(m_, step_down_, down_, p / across_), j = share(n_, step_across_, across_, p % across_);
    return {i,  share(m_, step_down_, down_, p / across_ + 1) - i,
            j,  share(n_, step_across_, across_, p % across_ + 1) - j,
            m_, n_};
  }

private:
  static index share(index size, index step, index parts, index part) {
    const index tiles = (size + step - 1) / step;
    return std::min(tiles * part / parts * step, size);
  }

  index m_ = 0, n_ = 0, step_down_ = 1, step_across_ = 1, down_ = 1, across_ = 0;
};

/// How a part of a product is computed: see the headers in kernel/gemm.
enum class product_way { narrow_columns, narrow_rows, few_columns, few_rows, small, panels, by_rows, by_columns };

/// The way of a part of a matrix product with k numbers to sum for each element. `b` is the source of b's columns.
template <class T, class A, class B, class Store>
product_way way_of(const product_part& part, index k, const A& a, const B& b, const Store& store) {
  if (has_narrow_columns<T>(part.m, part.n, k, a, b)) return product_way::narrow_columns;
  constexpr bool to_memory = std::same_as<Store, strided_store<T, T>>;
  if constexpr (to_memory)
    if (has_narrow_rows<T>(part.columns, k, a) && store.to.column_stride == 1) return product_way::narrow_rows;
  if (has_few_columns<T>(part.m, part.n, k, a, b)) return product_way::few_columns;
  if (has_few_rows<T>(part.m, part.n, k, a, b)) return product_way::few_rows;
  if constexpr (to_memory) {
    if constexpr (std::same_as<A, strided_source<T, T>> && std::same_as<B, strided_source<T, T>>)
      if (is_small<T>(part.rows, part.columns, k, {a.data, a.row_stride, a.step_stride},
                      {b.data, b.step_stride, b.row_stride}, store.to))
        return product_way::small;
  }
  return product_way::panels;
}
/// The same of a part of the product of one row and a matrix of n columns.
template <class T, class B>
product_way way_of_row(index n, index k, const B& b) {
  if (has_narrow_rows<T>(1, k, b)) return product_way::narrow_rows;
  const bool together = std::abs(b.row_stride) < std::abs(b.step_stride) && n > 1;
  return together ? product_way::by_columns : product_way::by_rows;
}

/// Hands `use` a function that computes a part of a matrix product with k numbers to sum for each element; the scratch for
/// that has been taken. `b` is the source of b's columns.
template <class T, class A, class B, class Store, class Use>
void with_part(const product_part& part, index k, const A& a, const B& b, const Store& store, const Use& use) {
  if (part.rows <= 0 || part.columns <= 0) return;
  const product_way way = way_of<T>(part, k, a, b, store);
  if constexpr (detail::taken_apart<T, A> && detail::taken_apart<T, B>)
    if (way == product_way::narrow_columns)
      return use([&] {
        const auto sums = multiply_columns<T>(part, k, a, b);
        store(part.i, part.j, part.rows, part.columns, sums.data(), largest_group);
      });
  if constexpr (std::same_as<Store, strided_store<T, T>>) {
    if constexpr (detail::taken_apart<T, A>)
      if (way == product_way::narrow_rows) return use([&] { multiply_narrow_to<T>(part, k, a, b, store.to); });
    if constexpr (std::same_as<A, strided_source<T, T>> && std::same_as<B, strided_source<T, T>>)
      if (way == product_way::small)
        return use([&] {
          multiply_small<T>(part.rows, part.columns, k, {a.in_place(part.i, 0), a.row_stride, a.step_stride},
                            {b.in_place(part.j, 0), b.step_stride, b.row_stride},
                            {store.in_place(part.i, part.j), store.to.row_stride, 1});
        });
  }
  if constexpr (std::floating_point<T> && simd::has_fma) {
    constexpr index at_once = product_of_few<T, A, B>::rows_at_once, pitch = product_of_few<T, A, B>::pitch;
    if (way == product_way::few_columns) {
      const product_of_few<T, A, B> ready(part.i, part.i + part.rows, k, a, part.j, part.columns, b);
      return use([&] {
        ready.run([&](index row, index rows, const T* results) {
          alignas(storage_alignment) T block[static_cast<std::size_t>(at_once * detail::most_of_few<T>)];
          transpose_block(results, pitch, rows, part.columns, block, part.columns);
          store(row, part.j, rows, part.columns, block, part.columns);
        });
      });
    }
    if (way == product_way::few_rows) {
      const product_of_few<T, B, A> ready(part.j, part.j + part.columns, k, b, part.i, part.rows, a);
      return use([&] {
        ready.run([&](index column, index columns, const T* results) {
          store(part.i, column, part.rows, columns, results, pitch);
        });
      });
    }
  }
  if constexpr (simd::has_dot_quads && requires { product_of_bytes(part, k, a, b, store); }) {
    product_of_bytes ready(part, k, a, b, store);
    use([&] { ready.run(); });
  } else {
    product<T, A, B, Store> ready(part, k, a, b, store);
    use([&] { ready.run(); });
  }
}

/// The same of a part of the product of one row, the source `x`, and a matrix of n columns.
template <class T, class X, class B, class Store, class Use>
void with_row_part(const product_part& part, index n, index k, const X& x, const B& b, const Store& store,
                   const Use& use) {
  if (part.columns <= 0) return;
  const auto emit = [&](index first, index count, const T* results) { store(0, first, 1, count, results, count); };
  const auto run = [&](const auto& ready) {
    const storage<T> buffer = x.adjacent_steps() ? nullptr : allocate<T>(k);
    ready.run(x.row(0, 0, k, buffer.get()), emit);
  };
  const product_way way = way_of_row<T>(n, k, b);
  if constexpr (detail::taken_apart<T, B>)
    if (way == product_way::narrow_rows)
      return use([&] {
        multiply_narrow<T>({part.j, part.columns, 0, 1, n, 1}, k, b, x,
                           [&](index first, index count, const T* results, index pitch) {
                             store(0, first, 1, count, results, pitch);
                           });
      });
  const index end = part.j + part.columns;
  if (way == product_way::by_columns) {
    const B turned = b.turned();
    const columns_by_vector<T, B> ready(part.j, end, k, turned);
    use([&] { run(ready); });
  } else {
    const rows_by_vector<T, B> ready(part.j, end, k, b);
    use([&] { run(ready); });
  }
}

struct at_once {
  void operator()(const auto& compute) const { compute(); }
};

/// c = a b, summed as T, for matrices in memory of m x k, k x n and m x n elements, on so many threads. `use` is handed a
/// function for each thread's part, which computes it.
template <class T, class A, class B, class C, class Use = at_once>
void multiply(index m, index n, index k, const matrix<A>& a, const matrix<B>& b, const matrix<C>& c, int threads,
              const Use& use = {}) {
  if (m == 0 || n == 0) return;
  if (better_turned(n, c.row_stride, c.column_stride) && m != 1)
    return multiply<T>(n, m, k, b.turned(), a.turned(), c.turned(), threads, use);
  const strided_source<T, std::remove_const_t<A>> rows{a.data, a.row_stride, a.column_stride};
  const strided_source<T, std::remove_const_t<B>> columns{b.data, b.column_stride, b.row_stride};
  const strided_store<T, C> store{c};
  const auto run = [&](const product_part& part) {
    if (m == 1) with_row_part<T>(part, n, k, rows, columns, store, use);
    else with_part<T>(part, k, rows, columns, store, use);
  };
  if (threads == 1) return run({0, m, 0, n, m, n});
  const auto grid = product_grid::of<T>(m, n, threads);
  parallel_ranges(grid.parts(), threads, [&](index first, index last) {
    for (index p = first; p < last; ++p) run(grid.part(p));
  });
}

} // namespace kernel

TUTTI_NAMESPACE_END
