// SPDX-License-Identifier: MIT
#pragma once

// What writes the rows of a destination.

#include <tutti/kernel/loop.hpp>
#include <tutti/plan/cursor.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Writes rows to a destination: straight where it is contiguous along the inner loop, else through a buffer. One that is
/// contiguous along the one folded loop of columns (the coordinates of points, each divided by its point's length) gets a
/// block at once, transposed. Rows of columns go past the caches through a buffer as well, where threads would disturb one
/// another (undisturbed_bytes).
template <class T, index N>
class store_cursor {
public:
  [[gnu::noinline]] store_cursor(T* data, std::size_t id, const thread_state& state, bool streams = false)
      : data_(data), at_(state.blocks, state.walks[id]), streams_(streams && at_.inner() == 1) {
    const cut& blocks = state.blocks;
    if (blocks.kind == block_kind::columns && blocks.middle_rank == 1 && at_.middle() == 1 && at_.inner() > 0 &&
        at_.inner() != 1 && blocks.middle_count * blocks.panel <= largest_tile)
      pitch_ = blocks.stretch_pitch(N);
    // Along an inner loop that is folded (or that there is not) one element is written, however long the loop is.
    if (at_.inner() != 1 || (streams && blocks.kind == block_kind::columns))
      buffer_ = state.memory.template take<T>(pitch_ > 0         ? blocks.middle_count * pitch_
                                              : at_.inner() == 0 ? N
                                                                 : blocks.stretch_pitch(N));
    several_rows_ = blocks.middle_rank <= 1 && blocks.repeats == 0 && buffer_ == nullptr;
  }
  TUTTI_INLINE void enter(const block& b) {
    at_.enter(b);
    begin_ = at_.begin(b);
  }
  ~store_cursor() {
    if (streams_) simd::stream_fence();
  }

  /// Whether several rows of a block can be written by one call.
  bool advances() const { return several_rows_; }

  /// Where the rows of a block begin that has been entered, and how far they are apart.
  T* block(const plan::block& b) const { return data_ + at_.of_result(0) + b.middle_begin * at_.middle() + b.begin; }
  index pitch() const { return at_.middle(); }

  /// Writes the row that `x` loads, and as many after it as `rows` says.
  template <index Unroll, class Loader>
  TUTTI_INLINE void store_rows(const row& r, const Loader& x, index rows) {
    const index inner = at_.inner(), step = at_.next(), at = at_.of(r) + (begin_ + r.first) * inner;
    T* const first = buffer_ == nullptr ? data_ + at : buffer_ + r.number * pitch_;
    kernel::run_rows<N, Unroll>(first, x, r.count, kernel::advancing<Loader> ? rows : 1, step,
                                streams_ && buffer_ == nullptr);
    if (buffer_ == nullptr || pitch_ > 0) return;
    if (streams_) kernel::stream_row(buffer_, data_ + at, r.count);
    else kernel::scatter_row(buffer_, data_ + at, inner, r.count);
  }

  /// Writes what is left when all rows of a block have come.
  void finish(const plan::block& b) {
    if (pitch_ > 0)
      kernel::transpose_block(buffer_, pitch_, b.count, b.middle_count,
                              data_ + at_.of_result(0) + b.begin * at_.inner(), at_.inner());
  }

  /// Writes the results of a block that has been folded. (A function that all folds share.)
  template <class Out>
  [[gnu::noinline]] void store_folded(const cut& blocks, const plan::block& b, const Out* results) {
    if (blocks.kind == block_kind::columns) {
      row r = first_row(b);
      r.count = blocks.width(b.count);
      store_rows<1>(r, kernel::row_loader<Out, N>{results, -1}, 1);
    } else {
      for (index k = 0; k < b.results; ++k) data_[at_.of_result(k)] = convert_element<T>(results[k]);
    }
  }

  /// Writes one result. (A store of one lane by mask takes a dozen cycles where a plain one takes one.)
  template <class Loader>
  TUTTI_INLINE void store_result(index result, const Loader& x) {
    alignas(simd::register_bytes) T lanes[N];
    simd::store(lanes, x.load_partial(0, 1));
    data_[at_.of_result(result)] = lanes[0];
  }

private:
  T* data_;
  position at_;
  index begin_ = 0, pitch_ = 0; // of the rows of a block that is written transposed
  T* buffer_ = nullptr;
  bool streams_, several_rows_;
};

} // namespace plan

TUTTI_NAMESPACE_END
