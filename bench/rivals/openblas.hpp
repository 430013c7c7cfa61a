// SPDX-License-Identifier: MIT
#pragma once

// OpenBLAS through the C interface, over plain row-major arrays.

#include <cblas.h>

#include <tasks/case.hpp>

template <class T>
class array {
public:
  explicit array(const bench::shape& s) : extents_(s), elements_(static_cast<std::size_t>(bench::count(s))) {}
  T* data() { return elements_.data(); }
  const T* data() const { return elements_.data(); }
  bench::integer size() const { return static_cast<bench::integer>(elements_.size()); }
  bench::integer extent(std::size_t axis) const { return extents_[axis]; }

private:
  bench::shape extents_;
  std::vector<T> elements_;
};

namespace bench {

template <class T>
struct maker<array<T>> {
  static array<T> make(const shape& s) { return array<T>(s); }
};

} // namespace bench

using bench::integer;

/// c = before * c + a b for row-major matrices, of which a and b may be given transposed.
template <class T, CBLAS_TRANSPOSE A = CblasNoTrans, CBLAS_TRANSPOSE B = CblasNoTrans>
void multiply(integer rows, integer columns, integer depth, const T* a, const T* b, T before, T* c) {
  const int m = static_cast<int>(rows), n = static_cast<int>(columns), k = static_cast<int>(depth);
  const int row_of_a = A == CblasTrans ? m : k, row_of_b = B == CblasTrans ? k : n;
  if constexpr (std::is_same_v<T, float>)
    cblas_sgemm(CblasRowMajor, A, B, m, n, k, 1, a, row_of_a, b, row_of_b, before, c, n);
  else cblas_dgemm(CblasRowMajor, A, B, m, n, k, 1, a, row_of_a, b, row_of_b, before, c, n);
}

template <class T, CBLAS_TRANSPOSE A = CblasNoTrans, CBLAS_TRANSPOSE B = CblasNoTrans>
void product(array<T>& c, const array<T>& a, const array<T>& b) {
  multiply<T, A, B>(c.extent(0), c.extent(1), a.extent(A == CblasTrans ? 0 : 1), a.data(), b.data(), T(0), c.data());
}
