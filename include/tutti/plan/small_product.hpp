// SPDX-License-Identifier: MIT
#pragma once

// Products of two leaves that are so small that making a plan would take longer than computing them.

#include <tutti/expr/contract.hpp>
#include <tutti/kernel/gemm.hpp>
#include <tutti/plan/barrier.hpp>
#include <tutti/plan/product.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// A product of leaves, perhaps so small that making a plan would take longer.
template <class T>
struct small_product {
  index m, n, k;
  kernel::matrix<const T> a, b;
  kernel::matrix<T> c;

  TUTTI_INLINE void run() const {
    if constexpr (std::floating_point<T>)
      if (!by_vector() && is_tiny()) return kernel::multiply_tiny<T>(m, n, k, a, b, c);
    if (is_general()) return kernel::multiply<T>(m, n, k, a, b, c, 1);
    if (by_vector())
      return kernel::multiply_in_cache<T>(m == 1 ? n : m, k, rows_by_vector(), m == 1 ? a.data : b.data, c.data);
    const source rows = rows_of_a(), columns = columns_of_b();
    if constexpr (kernel::detail::taken_apart<T, source>) {
      if (kernel::has_narrow_columns<T>(m, n, k, rows, columns)) {
        const auto sums = kernel::multiply_columns<T>({0, m, 0, n, m, n}, k, rows, columns);
        return kernel::strided_store<T, T>{c}(0, 0, m, n, sums.data(), kernel::largest_group);
      }
      if (m >= few_rows && kernel::has_narrow_rows<T>(n, k, rows))
        return kernel::multiply_narrow_to<T>({0, m, 0, n, m, n}, k, rows, columns, c);
    }
    kernel::multiply_small<T>(m, n, k, a, b, c);
  }
  /// The most scratch that this takes at a time.
  index scratch_bytes() const {
    return kernel::scratch::most_taken_by([&] {
      if (is_general()) kernel::multiply<T>(m, n, k, a, b, c, 1, [](const auto&) {});
    });
  }
  /// Whether a vector is first copied, as its numbers are not next to each other.
  bool copies_vector() const { return by_vector() && (m == 1 ? a.column_stride : b.row_stride) != 1; }
  TUTTI_INLINE bool is_small() const {
    // Not worth more than one thread.
    if (by_vector()) return m * n * k < static_cast<index>(vector_products_per_thread);
    if (is_tiny()) return true;
    return m * n * k < static_cast<index>(products_per_thread) && kernel::is_small<T>(m, n, k, a, b, c);
  }

private:
  using source = kernel::strided_source<T, T>;
  static constexpr index few_rows = 32; // which tiles multiply before they are taken apart

  source rows_of_a() const { return {a.data, a.row_stride, a.column_stride}; }
  source columns_of_b() const { return {b.data, b.column_stride, b.row_stride}; }
  bool by_vector() const { return m == 1 || n == 1; }
  source rows_by_vector() const { return m == 1 ? columns_of_b() : rows_of_a(); }
  bool is_tiny() const {
    return std::floating_point<T> && kernel::is_tiny(m, n, k, b.column_stride == 1 && c.column_stride == 1);
  }
  // Whether it takes the way of any product, on one thread.
  bool is_general() const {
    if (!by_vector())
      return kernel::has_few_columns<T>(m, n, k, rows_of_a(), columns_of_b()) ||
             kernel::has_few_rows<T>(m, n, k, rows_of_a(), columns_of_b());
    const source rows = rows_by_vector();
    return copies_vector() || (m == 1 ? c.column_stride : c.row_stride) != 1 ||
           kernel::has_narrow_rows<T>(1, k, rows) || !kernel::is_in_cache<T>(m == 1 ? n : m, k, rows);
  }
};

// Of views that could be written, too: slices of tensors are such.
template <class A, class B, class T, index RankOfA, index RankOfB, index Rank, class KeeperOfA, class KeeperOfB,
          class Keeper>
  requires(std::same_as<std::remove_const_t<A>, T> && std::same_as<std::remove_const_t<B>, T> &&
           std::same_as<kernel::accumulator_t<T>, T> && RankOfA >= 1 && RankOfA <= 2 && RankOfB >= 1 && RankOfB <= 2 &&
           Rank == RankOfA + RankOfB - 2)
TUTTI_INLINE small_product<T> product_of_leaves(const view<A, RankOfA, KeeperOfA>& a,
                                                const view<B, RankOfB, KeeperOfB>& b, const view<T, Rank, Keeper>& to) {
  constexpr bool is_row = RankOfA == 1, is_column = RankOfB == 1;
  a.require_alive();
  b.require_alive();
  return {is_row ? 1 : to.shape()[0],
          is_column ? 1 : to.shape()[Rank - 1],
          a.shape()[RankOfA - 1],
          {begin_or_nothing(a.data()), is_row ? 0 : a.strides()[0], a.strides()[RankOfA - 1]},
          {begin_or_nothing(b.data()), b.strides()[0], is_column ? 0 : b.strides()[RankOfB - 1]},
          {to.data(), is_row ? 0 : to.strides()[0], is_column ? 1 : to.strides()[Rank - 1]}};
}
template <class A, class B, class To>
TUTTI_INLINE auto product_of_leaves(const matmul_node<A, B>& product, const To& to)
  requires requires { product_of_leaves(unnamed(product.a()), unnamed(product.b()), to); }
{
  return product_of_leaves(unnamed(product.a()), unnamed(product.b()), to);
}

} // namespace plan

TUTTI_NAMESPACE_END
