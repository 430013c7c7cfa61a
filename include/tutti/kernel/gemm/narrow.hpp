// SPDX-License-Identifier: MIT
#pragma once

// Products of many rows of a few numbers with a matrix of a few columns: points that are rotated, colours that are mixed. A
// tile would fill 3 lanes of a register; here the rows are taken apart, so that each lane has a row of its own, and the
// results are put together again. So are they where such rows are multiplied with others and summed: covariances, normal
// equations.

#include <tutti/kernel/gemm/small.hpp>
#include <tutti/kernel/gemm/vector.hpp>
#include <tutti/kernel/rows.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// Whether a product of rows of k steps and a matrix of n columns is one for multiply_narrow, wherever its rows begin and
/// however many they are.
template <class T>
constexpr bool is_narrow(index n, index k, const matrix<const T>& a) {
  if constexpr (!std::floating_point<T> || simd::shuffled_lanes<T> == 0) return false;
  else
    return 2 <= k && n <= largest_group && a.column_stride == 1 && k <= a.row_stride && a.row_stride <= largest_group;
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

/// Computes m rows of a b, to the bits of `product`, and hands them on some at a time: emit(first, rows, results, pitch),
/// where results + j * pitch has column j of these rows.
template <class T, class Emit>
void multiply_narrow(index m, index n, index k, const matrix<const T>& a, const matrix<const T>& b, const Emit& emit) {
  constexpr index N = simd::lanes<T>, at_once = detail::narrow_rows;
  alignas(simd::register_bytes) T places[largest_group * at_once], results[largest_group * at_once];
  T factors[largest_group * largest_group];
  for (index j = 0; j < n; ++j)
    for (index p = 0; p < k; ++p) factors[j * k + p] = b.data[p * b.row_stride + j * b.column_stride];
  for (index i = 0; i < m; i += at_once) {
    const index rows = std::min(at_once, m - i), whole = (rows + N - 1) / N * N;
    transpose_block(a.data + i * a.row_stride, a.row_stride, k, rows, places, at_once);
    for (index p = 0; p < k; ++p) std::fill(places + p * at_once + rows, places + p * at_once + whole, T{});
    detail::with_group_size(k, [&](auto size) { detail::multiply_places<size>(places, factors, whole, n, results); });
    emit(i, rows, results, at_once);
  }
}

/// The same into memory, where rows of the result have adjacent columns.
template <class T>
void multiply_narrow_to(index m, index n, index k, const matrix<const T>& a, const matrix<const T>& b,
                        const matrix<T>& c) {
  multiply_narrow(m, n, k, a, b, [&](index first, index rows, const T* results, index pitch) {
    transpose_block(results, pitch, rows, n, c.data + first * c.row_stride, c.row_stride);
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

} // namespace detail

/// Whether a product of k columns of m numbers and k rows of n numbers is one for multiply_columns. (The whole of it: its
/// parts are not summed in the order of tiles.)
template <class T>
constexpr bool are_narrow_columns(index m, index n, index k, const matrix<const T>& a, const matrix<const T>& b) {
  constexpr index enough = 64;
  const auto narrow = [](index size, index stride) { return size <= stride && stride <= largest_group; };
  if constexpr (!std::floating_point<T> || simd::shuffled_lanes<T> == 0) return false;
  else
    return k >= enough && a.row_stride == 1 && narrow(m, a.column_stride) && b.column_stride == 1 &&
           narrow(n, b.row_stride);
}

/// c = a b for these, summed pairwise.
template <class T>
void multiply_columns(index m, index n, index k, const matrix<const T>& a, const matrix<const T>& b,
                      const matrix<T>& c) {
  constexpr index at_once = 8 * detail::narrow_rows, most = largest_group;
  constexpr std::size_t together = 4;
  alignas(simd::register_bytes) T places_of_a[most * at_once], places_of_b[most * at_once];
  const T* const others = a.data == b.data && a.column_stride == b.row_stride && m >= n ? places_of_a : places_of_b;
  const detail::table_addition add;
  pairwise<detail::table_addition, detail::small_table<T>> tree(add);
  for (index l = 0; l < k; l += at_once) {
    const index steps = std::min(at_once, k - l);
    transpose_block(a.data + l * a.column_stride, a.column_stride, m, steps, places_of_a, at_once);
    if (others != places_of_a) transpose_block(b.data + l * b.row_stride, b.row_stride, n, steps, places_of_b, at_once);
    detail::small_table<T> sums{};
    for (index i = 0; i < m; ++i)
      for (index j = 0; j < n; j += static_cast<index>(together)) {
        std::array<const T*, together> rows; // the last ones may be the same
        for (std::size_t r = 0; r < together; ++r)
          rows[r] = others + std::min(j + static_cast<index>(r), n - 1) * at_once;
        simd::fold_each(
            detail::dot_rows(rows, places_of_a + i * at_once, steps),
            [](const auto& p, const auto& q) { return p + q; }, &sums[static_cast<std::size_t>(i * most + j)]);
      }
    tree.push(sums);
  }
  const detail::small_table<T> total = tree.result({});
  for (index i = 0; i < m; ++i)
    for (index j = 0; j < n; ++j)
      c.data[i * c.row_stride + j * c.column_stride] = total[static_cast<std::size_t>(i * most + j)];
}

} // namespace kernel

TUTTI_NAMESPACE_END
