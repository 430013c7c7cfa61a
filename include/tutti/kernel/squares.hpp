// SPDX-License-Identifier: MIT
#pragma once

// The inner loop of statements some of whose operands are contiguous along the loop over rows: squares of them are transposed
// in registers, and used straight away. Written to a buffer and read again they would stand before the results in the queue of
// what is stored, which are further away. (a + transpose(b), 1000 x 1000: 300 us by a buffer, 190 so.)

#include <array>

#include <tutti/kernel/rows.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// How many rows squares have, two of which lie side by side in a register: so a formula of some operands still finds
/// registers for all.
constexpr index rows_of_squares(index lanes) { return lanes / 2; }

/// A row of the squares that a loader has come to.
struct row_of_squares {
  std::size_t number;
  TUTTI_INLINE operator index() const { return 0; } // for loaders of what is the same everywhere
};

/// As row_loader, for so many rows at once of a pack each: advancing leads to them, the first ones too.
template <class T, index N>
class square_loader {
public:
  /// An operand that is contiguous along the rows, and whose elements of a row stand `stride` apart.
  TUTTI_INLINE square_loader(const T* first, index stride) : p_(first), stride_(stride), step_(0) {}
  /// Any other.
  TUTTI_INLINE explicit square_loader(const row_loader<T, N>& x) : p_(x.p), stride_(0), step_(x.step) {}

  TUTTI_INLINE void advance() {
    constexpr index side = rows_of_squares(N);
    const T* row = p_;
    if (stride_ > 0) {
      const T* upper = row + side * stride_;
#pragma GCC unroll 8
      for (auto& pack : rows_) {
        pack = simd::join(simd::load<side>(row), simd::load<side>(upper));
        row += stride_;
        upper += stride_;
      }
      simd::transpose(rows_);
      p_ += side;
    } else {
#pragma GCC unroll 8
      for (auto& pack : rows_) {
        pack = simd::load<N>(row);
        row += step_;
      }
      p_ = row;
    }
  }
  TUTTI_INLINE auto load(const row_of_squares& r) const { return rows_[r.number]; }

private:
  const T* p_;
  index stride_, step_; // of which it has one
  std::array<simd::loaded_t<T, N>, static_cast<std::size_t>(rows_of_squares(N))> rows_;
};

/// Writes a pack of each of `rows` rows, which are whole squares, `step` apart.
template <index N, class T, class Loader>
TUTTI_INLINE void map_squares(T* to, Loader x, index rows, index step) {
  constexpr index side = rows_of_squares(N);
  for (; rows > 0; rows -= side) {
    x.advance();
#pragma GCC unroll 8
    for (std::size_t i = 0; i < side; ++i, to += step) simd::store(to, x.load(row_of_squares{i}));
  }
}

} // namespace kernel

TUTTI_NAMESPACE_END
