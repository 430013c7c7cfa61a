// SPDX-License-Identifier: MIT
#pragma once

// Products so small that each takes longer to enter than to compute, and batches of them: rotations of points, 4 x 4 transforms.

#include <tutti/kernel/gemm/small.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// Whether products of so many rows, columns and steps are ones for multiply_tiny, which takes a row at a time where a row of
/// b and c is `adjacent`, and number after number elsewhere.
constexpr bool is_tiny(index m, index n, index k, bool adjacent) {
  constexpr index most = 8, most_numbers = 64;
  return m <= most && n <= most && k <= most && (adjacent || m * n * k <= most_numbers);
}

/// The matrices of a batch: the first one, and how far each is from the one before it.
template <class T>
struct matrix_batch {
  matrix<T> first;
  index next;
};

namespace detail {

// Some rows of a product with n <= L columns, which are L where they are Whole.
template <index L, bool Whole, index Rows, class T>
TUTTI_INLINE void multiply_tiny_rows(index n, index k, const matrix<const T>& a, const matrix<const T>& b,
                                     const matrix<T>& c) {
  std::array<simd::pack<T, L>, static_cast<std::size_t>(Rows)> sums;
  sums.fill(simd::broadcast<T, L>(T(0)));
  const T *row = b.data, *column = a.data;
  for (; k > 0; --k, row += b.row_stride, column += a.column_stride) {
    const auto v = Whole ? simd::load<L>(row) : simd::load_partial<L>(row, n);
    for (index r = 0; r < Rows; ++r) {
      auto& sum = sums[static_cast<std::size_t>(r)];
      sum = fma(simd::broadcast<T, L>(column[r * a.row_stride]), v, sum);
    }
  }
  for (index r = 0; r < Rows; ++r) {
    const auto& sum = sums[static_cast<std::size_t>(r)];
    if constexpr (Whole) simd::store(c.data + r * c.row_stride, sum);
    else simd::store_partial(c.data + r * c.row_stride, sum, n);
  }
}

template <index L, bool Whole, class T>
TUTTI_INLINE void multiply_tiny(index m, index n, index k, matrix<const T> a, const matrix<const T>& b, matrix<T> c) {
  for (; m >= 4; m -= 4, a.data += 4 * a.row_stride, c.data += 4 * c.row_stride)
    multiply_tiny_rows<L, Whole, 4>(n, k, a, b, c);
  for (; m > 0; --m, a.data += a.row_stride, c.data += c.row_stride) multiply_tiny_rows<L, Whole, 1>(n, k, a, b, c);
}

// Matrices of K columns without gaps, times K x K ones: what is known of where the numbers stand need not be computed.
template <index K, class T>
TUTTI_INLINE void multiply_dense(index m, const T* a, const T* b, T* c) {
  std::array<simd::pack<T, 4>, static_cast<std::size_t>(K)> rows;
#pragma GCC unroll 4
  for (index p = 0; p < K; ++p)
    rows[static_cast<std::size_t>(p)] = K == 4 ? simd::load<4>(b + p * K) : simd::load_partial<4>(b + p * K, K);
  for (; m > 0; --m, a += K, c += K) {
    auto sum = simd::broadcast<T, 4>(T(0));
#pragma GCC unroll 4
    for (index p = 0; p < K; ++p) sum = fma(simd::broadcast<T, 4>(a[p]), rows[static_cast<std::size_t>(p)], sum);
    if constexpr (K == 4) simd::store(c, sum);
    else simd::store_partial(c, sum, K);
  }
}

// The same, times a vector.
template <index K, class T>
TUTTI_INLINE void multiply_dense_vector(index m, const T* a, const T* x, T* c) {
  for (; m > 0; --m, a += K) {
    T sum = 0;
#pragma GCC unroll 4
    for (index p = 0; p < K; ++p) sum = fma(simd::pack<T, 1>(x[p]), simd::pack<T, 1>(a[p]), simd::pack<T, 1>(sum))[0];
    *c++ = sum;
  }
}

// Number by number, wherever they stand.
template <class T>
void multiply_numbers(index m, index n, index k, const matrix<const T>& a, const matrix<const T>& b,
                      const matrix<T>& c) {
  for (index i = 0; i < m; ++i)
    for (index j = 0; j < n; ++j) {
      const T *x = a.data + i * a.row_stride, *y = b.data + j * b.column_stride;
      T sum = 0;
      for (index p = 0; p < k; ++p, x += a.column_stride, y += b.row_stride)
        sum = fma(simd::pack<T, 1>(*x), simd::pack<T, 1>(*y), simd::pack<T, 1>(sum))[0];
      c.data[i * c.row_stride + j * c.column_stride] = sum;
    }
}

} // namespace detail

/// c = a b for one product. The numbers that make an element are added in the order of the steps.
template <class T>
void multiply_tiny(index m, index n, index k, const matrix<const T>& a, const matrix<const T>& b, const matrix<T>& c) {
  if (n == 1 || b.column_stride != 1 || c.column_stride != 1) return detail::multiply_numbers<T>(m, n, k, a, b, c);
  if (n == 8) return detail::multiply_tiny<8, true, T>(m, n, k, a, b, c);
  if (n == 4) return detail::multiply_tiny<4, true, T>(m, n, k, a, b, c);
  if (n < 4) return detail::multiply_tiny<4, false, T>(m, n, k, a, b, c);
  detail::multiply_tiny<8, false, T>(m, n, k, a, b, c);
}

/// c = a b for `count` products of a batch. The numbers that make an element are added in the order of the steps.
template <class T>
void multiply_tiny(index count, index m, index n, index k, matrix_batch<const T> a, matrix_batch<const T> b,
                   matrix_batch<T> c) {
  const auto each = [&](const auto& product) {
    for (; count > 0; --count, a.first.data += a.next, b.first.data += b.next, c.first.data += c.next)
      product(a.first, b.first, c.first);
  };
  // Rotations and transforms; vectors are rows, and their matrices turned.
  const matrix<const T> x = a.first, y = b.first;
  const auto dense = [&]<index K>(std::integral_constant<index, K>) {
    if (k != K || x.column_stride != 1) return false;
    if (n == K && x.row_stride == K && y.row_stride == K && y.column_stride == 1 && c.first.row_stride == K &&
        c.first.column_stride == 1) {
      each([&](const auto& p, const auto& q, const auto& r) { detail::multiply_dense<K>(m, p.data, q.data, r.data); });
      return true;
    }
    if (m != 1 || y.row_stride != 1 || y.column_stride != K || c.first.column_stride != 1) return false;
    each([&](const auto& p, const auto& q, const auto& r) {
      detail::multiply_dense_vector<K>(n, q.data, p.data, r.data);
    });
    return true;
  };
  if (dense(std::integral_constant<index, 3>{}) || dense(std::integral_constant<index, 4>{})) return;
  if (n == 1 || b.first.column_stride != 1 || c.first.column_stride != 1)
    each([&](const auto&... abc) { detail::multiply_numbers<T>(m, n, k, abc...); });
  else if (n == 4) each([&](const auto&... abc) { detail::multiply_tiny<4, true, T>(m, n, k, abc...); });
  else if (n < 4) each([&](const auto&... abc) { detail::multiply_tiny<4, false, T>(m, n, k, abc...); });
  else if (n == 8) each([&](const auto&... abc) { detail::multiply_tiny<8, true, T>(m, n, k, abc...); });
  else each([&](const auto&... abc) { detail::multiply_tiny<8, false, T>(m, n, k, abc...); });
}

} // namespace kernel

TUTTI_NAMESPACE_END
