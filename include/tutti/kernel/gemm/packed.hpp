// SPDX-License-Identifier: MIT
#pragma once

// Columns of b that stay packed while products with them, or with some of them, follow each other on a thread.

#include <tutti/kernel/gemm/pack.hpp>
#include <tutti/kernel/scratch.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// Packed columns of b: a tile's columns from step 0 on stand at `panels`, the next tile's `pitch` elements behind them.
template <class T>
struct packed_columns {
  const T* panels = nullptr;
  index pitch = 0;
};

/// A matrix whose columns a thread keeps packed. While it lives, products with it on that thread find it; what it was
/// packed from must not change or go away meanwhile.
template <class T, class From>
class packed_matrix {
public:
  using source = strided_source<T, From>;

  /// Takes memory for so many columns of so many steps. Those of a thread are destroyed in the opposite order.
  packed_matrix(scratch::frame& memory, index columns, index steps)
      : panels_(memory.template take<T>(elements(columns, steps))),
        columns_(columns),
        steps_(steps),
        before_(std::exchange(newest(), this)) {}
  static index elements(index columns, index steps) {
    return (columns + width - 1) / width * width * steps +
           simd::lanes<T>; // what packing may overwrite beyond the panels
  }
  ~packed_matrix() { newest() = before_; }
  packed_matrix(const packed_matrix&) = delete;
  packed_matrix& operator=(const packed_matrix&) = delete;

  void pack(const source& b) {
    if (packed_ && from_ == b) return;
    b.template pack<width>(0, columns_, 0, steps_, panels_);
    stand_for(b);
  }
  /// What is planned finds b, though nothing is packed.
  void stand_for(const source& b) {
    from_ = b;
    packed_ = true;
  }

  /// The first so many columns and steps of b, if they are a part of a matrix that is packed, and no panels otherwise.
  static packed_columns<T> find(const source& b, index columns, index steps) {
    for (const packed_matrix* m = newest(); m; m = m->before_)
      if (const auto found = m->part(b, columns, steps); found.panels) return found;
    return {};
  }

private:
  static constexpr index width = tile_shape<T>::columns;

  packed_columns<T> part(const source& b, index columns, index steps) const {
    if (!packed_ || b.row_stride != from_.row_stride || b.step_stride != from_.step_stride) return {};
    // A part begins at another column or at another step; multiples of a tile's width are looked at.
    const auto place_of = [&](index stride, index most) {
      index place = 0;
      while (place < most && from_.data + place * stride != b.data) place += width;
      return place;
    };
    if (const index column = place_of(from_.row_stride, columns_); steps <= steps_ && column + columns <= columns_)
      return {panels_ + column * steps_, width * steps_};
    if (const index step = place_of(from_.step_stride, steps_); columns <= columns_ && step + steps <= steps_)
      return {panels_ + step * width, width * steps_};
    return {};
  }

  [[gnu::noinline]] static const packed_matrix*& newest() {
    thread_local const packed_matrix* of_this_thread = nullptr;
    return of_this_thread;
  }

  T* panels_;
  index columns_, steps_;
  source from_{};
  bool packed_ = false;
  const packed_matrix* before_;
};

/// Columns [first, first + columns) of b, if a matrix that they are a part of is packed, and no panels otherwise.
template <std::floating_point T, class From>
packed_columns<T> find_packed(strided_source<T, From> b, index first, index columns, index steps) {
  b.data += first * b.row_stride;
  return packed_matrix<T, From>::find(b, columns, steps);
}

} // namespace kernel

TUTTI_NAMESPACE_END
