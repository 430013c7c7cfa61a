// SPDX-License-Identifier: MIT
#pragma once

// Products of matrices.

#include <tutti/kernel/simd.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// A matrix in memory: element (i, j) stands at data[i * row_stride + j * column_stride]. Strides may be 0 or negative.
template <class T>
struct matrix {
  T* data;
  index row_stride, column_stride;
};
template <class T>
matrix(T*, index, index) -> matrix<T>;

/// The type that products of elements of type T are summed in. A sum of floats that are 0 or 1 is 0 only if all are, so
/// they count for bools.
template <class T>
using accumulator_t = std::conditional_t<std::same_as<T, bool>, float, compute_t<T>>;

template <class T, class A, class B, class C>
void multiply(index m, index n, index k, const matrix<A>& a, const matrix<B>& b, const matrix<C>& c,
              int) {
  for (index i = 0; i < m; ++i)
    for (index j = 0; j < n; ++j) {
      auto sum = simd::broadcast<T, 1>(T{});
      for (index l = 0; l < k; ++l)
        sum = simd::fma(simd::convert<T>(simd::load<1>(a.data + i * a.row_stride + l * a.column_stride)),
                  simd::convert<T>(simd::load<1>(b.data + l * b.row_stride + j * b.column_stride)), sum);
      simd::store(c.data + i * c.row_stride + j * c.column_stride, sum);
    }
}

} // namespace kernel

TUTTI_NAMESPACE_END
