// SPDX-License-Identifier: MIT
#pragma once

// Products of many rows of a few numbers with a matrix of a few columns: points that are rotated, colours that are mixed. A
// tile would fill 3 lanes of a register; here the rows are taken apart, so that each lane has a row of its own, and the
// results are put together again. So are they where such rows are multiplied with others and summed: covariances, normal
// equations.

#include <tutti/kernel/gemm/product.hpp>
#include <tutti/kernel/gemm/small.hpp>
#include <tutti/kernel/gemm/vector.hpp>
#include <tutti/kernel/rows.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

namespace detail {

// Whether numbers can be taken apart that come from such a source.
template <class T, class Source>
concept taken_apart = std::floating_point<T> && (simd::shuffled_lanes<T> > 0) &&
                      (std::same_as<Source, strided_source<T, T>> || std::same_as<Source, computed_source<T>>);

} // namespace detail

/// Whether a product of rows of k steps and a matrix of n columns is one for multiply_narrow, wherever its rows begin and
/// however many they are.
template <class T, class A>
constexpr bool has_narrow_rows(index n, index k, const A& a) {
  if constexpr (!detail::taken_apart<T, A>) return false;
  else return 2 <= k && n <= largest_group && a.turned().are_few_adjacent(k);
}

namespace detail {

// Rows that are worked on at once: their numbers and results stay in the first cache.
inline constexpr index narrow_rows = 64;

// results[j][r] = the sum over p of places[p][r] * factors[j][p], for whole packs of `rows` rows.
template <index K, class T>
[[gnu::noinline]] void multiply_places(const T* places, const T* factors, index rows, index n, T* results) {
  constexpr index N = simd::lanes<T>;
  using V = simd::pack<T, N>;
  for (index r = 0; r < rows; r += N) {
    std::array<V, static_cast<std::size_t>(K)> place;
#pragma GCC unroll 8
    for (index p = 0; p < K; ++p) place[static_cast<std::size_t>(p)] = simd::load<N>(places + p * narrow_rows + r);
    for (index j = 0; j < n; ++j) {
      V sum = simd::broadcast<T, N>(T{});
#pragma GCC unroll 8
      for (index p = 0; p < K; ++p)
        sum = multiply_add(place[static_cast<std::size_t>(p)], simd::broadcast<T, N>(factors[j * K + p]), sum);
      simd::store(results + j * narrow_rows + r, sum);
    }
  }
}

} // namespace detail

/// Computes a part of a b, to the bits of `product`, and hands it on, some rows at a time: emit(row, rows, results, pitch),
/// where results + j * pitch has the part's column j of these rows. `b` is the source of its columns.
template <class T, class B, class Emit>
void multiply_narrow(const product_part& part, index k, const strided_source<T, T>& a, const B& b, const Emit& emit) {
  constexpr index N = simd::lanes<T>, at_once = detail::narrow_rows;
  alignas(simd::register_bytes) T places[largest_group * at_once], results[largest_group * at_once];
  alignas(simd::register_bytes) T factors[largest_group * largest_group + N];
  for (index j = 0; j < part.columns; ++j)
    if (const T* const from = b.row(part.j + j, 0, k, factors + j * k); from != factors + j * k) {
      for (index p = 0; p < k; ++p) factors[j * k + p] = from[p];
    }
  const auto groups = a.turned();
  for (index i = 0; i < part.rows; i += at_once) {
    const index rows = std::min(at_once, part.rows - i), whole = (rows + N - 1) / N * N;
    groups.take_apart(0, k, part.i + i, rows, places, at_once);
    for (index p = 0; p < k; ++p) std::fill(places + p * at_once + rows, places + p * at_once + whole, T{});
    detail::with_group_size(
        k, [&](auto size) { detail::multiply_places<size>(places, factors, whole, part.columns, results); });
    emit(part.i + i, rows, results, at_once);
  }
}
/// The same of rows that are computed, some at a time: what they are stays in the first cache until it is multiplied.
template <class T, class B, class Emit>
void multiply_narrow(const product_part& part, index k, const computed_source<T>& a, const B& b, const Emit& emit) {
  constexpr index at_once = 8 * detail::narrow_rows;
  alignas(storage_alignment) T block[largest_group * at_once];
  for (index i = 0; i < part.rows; i += at_once) {
    const index first = part.i + i, rows = std::min(at_once, part.rows - i);
    const product_part here{0, rows, part.j, part.columns, part.m, part.n};
    multiply_narrow<T>(
        here, k, a.settle(first, rows, 0, k, block), b,
        [&](index row, index count, const T* results, index pitch) { emit(first + row, count, results, pitch); });
  }
}

/// The same into memory, where rows of the result have adjacent columns.
template <class T, class A, class B>
void multiply_narrow_to(const product_part& part, index k, const A& a, const B& b, const matrix<T>& c) {
  multiply_narrow<T>(part, k, a, b, [&](index row, index rows, const T* results, index pitch) {
    transpose_block(results, pitch, rows, part.columns, c.data + row * c.row_stride + part.j, c.row_stride);
  });
}

namespace detail {

// Sums of all elements of a product of at most largest_group rows and columns.
template <class T>
using small_table = std::array<T, static_cast<std::size_t>(largest_group* largest_group)>;
struct table_addition {
  template <class T>
  small_table<T> combine(small_table<T> a, const small_table<T>& b) const {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
    return a;
  }
};

// The sums over `steps` of the products of each of m rows and each of n others.
template <class T>
[[gnu::noinline]] small_table<T> sum_places(const T* places, const T* others, index m, index n, index steps) {
  constexpr index pitch = 8 * narrow_rows;
  constexpr std::size_t together = 4;
  small_table<T> sums{};
  for (index i = 0; i < m; ++i)
    for (index j = 0; j < n; j += static_cast<index>(together)) {
      std::array<const T*, together> rows; // the last ones may be the same
      for (std::size_t r = 0; r < together; ++r) rows[r] = others + std::min(j + static_cast<index>(r), n - 1) * pitch;
      simd::fold_each(
          dot_rows(rows, places + i * pitch, steps), [](const auto& p, const auto& q) { return p + q; },
          &sums[static_cast<std::size_t>(i * largest_group + j)]);
    }
  return sums;
}

} // namespace detail

/// Whether a product of k columns of m numbers and k rows of n numbers is one for multiply_columns. (The whole of it: its
/// parts are not summed in the order of tiles.)
template <class T, class A, class B>
constexpr bool has_narrow_columns(index m, index n, index k, const A& a, const B& b) {
  constexpr index enough = 64;
  if constexpr (!detail::taken_apart<T, A> || !detail::taken_apart<T, B>) return false;
  else return k >= enough && a.are_few_adjacent(m) && b.are_few_adjacent(n);
}

/// The sums of a part of such a product, summed pairwise: rows are largest_group apart.
template <class T, class A, class B>
[[gnu::noinline]] detail::small_table<T> multiply_columns(const product_part& part, index k, const A& a, const B& b) {
  constexpr index at_once = 8 * detail::narrow_rows, most = largest_group;
  constexpr bool computed = !std::same_as<A, strided_source<T, T>> || !std::same_as<B, strided_source<T, T>>;
  alignas(simd::register_bytes) T places_of_a[most * at_once], places_of_b[most * at_once];
  alignas(simd::register_bytes) T block[computed ? most * at_once : 1];
  const index m = part.rows, n = part.columns;
  const T* others = places_of_b;
  if constexpr (std::same_as<A, B>)
    if (a == b && part.i == part.j && m >= n) others = places_of_a;
  const detail::table_addition add;
  pairwise<detail::table_addition, detail::small_table<T>> tree(add);
  for (index l = 0; l < k; l += at_once) {
    const index steps = std::min(at_once, k - l);
    a.take_apart(part.i, m, l, steps, places_of_a, at_once, block);
    if (others != places_of_a) b.take_apart(part.j, n, l, steps, places_of_b, at_once, block);
    tree.push(detail::sum_places(places_of_a, others, m, n, steps));
  }
  return tree.result({});
}

} // namespace kernel

TUTTI_NAMESPACE_END
