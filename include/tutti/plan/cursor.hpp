// SPDX-License-Identifier: MIT
#pragma once

// Lowering turns each node of a tree into something that a kernel can load from. `lowering<E>` is made once for a
// statement and shared by its threads; `cursor` makes a thread's own cursor from it. A cursor moves by two calls,
// enter(block) and enter_row(row), and the loader that enter_row returns gives packs: it is plain values, so that the
// inner loop keeps it in registers.

#include <optional>

#include <tutti/expr/generate.hpp>
#include <tutti/kernel/math.hpp>
#include <tutti/kernel/rows.hpp>
#include <tutti/kernel/wrap.hpp>
#include <tutti/plan/block_walk.hpp>
#include <tutti/plan/context.hpp>
#include <tutti/plan/position.hpp>
#include <tutti/plan/thread_state.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// How a node of type E is lowered; specialised beside each kind of node. `Kept` are the maps that the statement keeps.
template <class E, class Kept>
class lowering;

/// The same for a part of a statement.
template <class E, class Kept>
using lowering_of = lowering<E, typename kept_within<E, Kept>::type>;

/// How many walks a tree of this type takes at most.
template <class E, class Kept>
inline constexpr std::size_t walks_of = lowering_of<E, Kept>::walks;

// Where a leaf's elements come from: memory, or a function of the position.
template <class T>
struct memory_source {
  using value_type = T;
  const T* data;
  T at(index i) const { return data[i]; }
  void gather(index from, index stride, index n, T* to) const { kernel::gather_row(data + from, stride, n, to); }
};
template <class F>
struct function_source {
  using value_type = typename F::value_type;
  F f;
  value_type at(index i) const { return f.at(i); }
  void gather(index from, index stride, index n, value_type* to) const {
    for (index j = 0; j < n; ++j) to[j] = f.at(from + j * stride);
  }
};

template <class Source>
inline constexpr bool in_memory = false;
template <class T>
inline constexpr bool in_memory<memory_source<T>> = true;

/// Whether a cursor's loaders find the rows of a block by themselves: most do not.
template <class Cursor>
bool advances(const Cursor& c) {
  if constexpr (requires { c.advances(); }) return c.advances();
  else return false;
}

/// Whether all rows of a block are the same.
template <class Cursor>
bool fixed_in_block(const Cursor& c) {
  if constexpr (requires { c.fixed_in_block(); }) return c.fixed_in_block();
  else return false;
}

/// Elements of a tile that is transposed at once: what fits the second cache beside the other operands.
inline constexpr index largest_tile = index{1} << 16;

/// Reads a leaf: where it is contiguous along the inner loop, or the loop puts it together, from its own memory; elsewhere
/// through a packed buffer.
template <class Source, index N>
class leaf_cursor {
public:
  using value_type = typename Source::value_type;

  [[gnu::noinline]] leaf_cursor(const Source& source, std::size_t id, thread_state& state)
      : source_(source), cut_(&state.blocks), walk_(&state.walks[id]), at_(state.blocks, state.walks[id]) {
    if constexpr (in_memory<Source>) source_.data = begin_or_nothing(source_.data);
    const index inner = at_.inner();
    const index rows = cut_->tile * cut_->batch; // of a block without middle loops, or without a batch
    const bool in_order = cut_->middle_rank == 0 || cut_->rows_advance() || cut_->few_rows;
    if (inner == 0 && in_order && at_.next() != 0 && rows <= most_results) {
      how_ = access::splats;
      pitch_ = N;
      buffer_ = state.memory.template take<value_type>(rows * pitch_);
    } else if (inner == 0) {
      how_ = access::splat;
    } else if (inner == wrapped_stride) {
      const bool moves_on = walk_->stride[static_cast<std::size_t>(cut_->loops.rank)] != 0;
      how_ = cut_->repeats > 0 && moves_on ? access::repeated : access::wrapped;
      buffer_ = state.memory.template take<value_type>(most_wrapped(cut_->stretch_pitch(N)) + N);
    } else if (in_memory<Source> && inner == 1) {
      how_ = cut_->middle_rank <= 1 ? access::direct : access::contiguous;
    } else if (may_be_strided && walk_->strided) {
      how_ = access::strided;
    } else {
      // Contiguous along the block's one middle loop: the whole block is transposed at once.
      const bool tiles = in_memory<Source> && cut_->middle_rank == 1 && at_.middle() == 1 && inner > 0 &&
                         (cut_->kind == block_kind::tiles || cut_->kind == block_kind::columns) &&
                         cut_->tile * cut_->panel <= largest_tile;
      how_ = tiles ? access::tiled : access::packed;
      pitch_ = cut_->stretch_pitch(N);
      const index elements = tiles ? cut_->tile * pitch_ : pitch_;
      if constexpr (in_memory<Source>) {
        constexpr auto size = static_cast<index>(sizeof(value_type));
        if (tiles) tile_ = state.tile_of(source_.data, *walk_, elements * size);
        else rows_ = state.rows_of(first_element(), *walk_, inner, size, elements * size);
        if (tile_) buffer_ = reinterpret_cast<value_type*>(tile_->memory);
        if (rows_) buffer_ = static_cast<value_type*>(rows_->memory[static_cast<std::size_t>(place())]);
      }
      if (buffer_ == nullptr) buffer_ = state.memory.template take<value_type>(elements);
    }
  }

  // Nothing of a leaf that is done once a block, or once a row that is not read where it lies, is worth being compiled
  // into each statement.
  [[gnu::noinline]] void enter(const block& b) {
    at_.enter(b);
    begin_ = at_.begin(b);
    first_ = b.middle_begin;
    if (how_ == access::splats) splat(b);
    if constexpr (in_memory<Source>)
      if (how_ == access::tiled && elements_in_squares(*cut_, b, N) == 0) {
        const std::array<index, 5> block{at_.of_result(0), b.begin, b.count, b.middle_begin, b.middle_count};
        if (tile_ && std::exchange(tile_->block, block) == block)
          return; // by a leaf before this one, or in a block before
        transpose(b, buffer_, pitch_);
      }
  }

  /// If blocks are packed by transposing, leaves them to `turn`.
  bool turns() {
    if (how_ == access::tiled && cut_->kind == block_kind::tiles) how_ = access::turned;
    return how_ == access::turned;
  }
  /// Writes the rows of a block that has been entered from `to` on, `pitch` apart.
  void turn(const block& b, value_type* to, index pitch) const
    requires in_memory<Source>
  {
    transpose(b, to, pitch);
  }

  /// Whether a loader finds the rows of a block by itself, by advancing from the first one on.
  bool advances() const {
    return at_.next() == 0 || how_ == access::direct || how_ == access::splats || how_ == access::tiled ||
           how_ == access::strided || how_ == access::repeated;
  }

  /// Of blocks without results; others may have several stretches of a row.
  bool fixed_in_block() const { return cut_->rows_advance() && at_.next() == 0; }

  /// Whether the loaders of several rows of a block can be used side by side: none needs the one packing buffer.
  bool rows_coexist() const {
    if (how_ == access::direct || how_ == access::contiguous || how_ == access::tiled || how_ == access::splats)
      return true;
    for (index a = 0; a < cut_->middle_rank; ++a)
      if (at_.stride(cut_->first_middle() + a) != 0) return false;
    return true;
  }

  TUTTI_INLINE kernel::row_loader<value_type, N> enter_row(const row& r) {
    if constexpr (in_memory<Source>)
      if (how_ == access::direct) return {source_.data + at_.of_only(r) + begin_ + r.first, -1, at_.next()};
    // Number by number: where the function has put them, the loop would read them anew at every step.
    const auto x = enter_otherwise(r);
    return {x.p, x.mask, x.step};
  }
  TUTTI_INLINE auto enter_row(const strided_row& r) {
    const row& plain = r;
    if constexpr (may_be_strided) {
      using loader = kernel::strided_loader<value_type, N>;
      if (how_ == access::strided) return loader(first_of(r), at_.inner(), at_.next());
      return loader(enter_row(plain));
    } else {
      return enter_row(plain);
    }
  }
  TUTTI_INLINE auto enter_row(const repeating_row& r) {
    const row& plain = r;
    if constexpr (may_be_strided) return kernel::repeating_loader<value_type, N>(enter_repeating(plain));
    else return enter_row(plain);
  }
  TUTTI_INLINE auto enter_row(const square_row& r) {
    const row& plain = r;
    if constexpr (may_be_strided) {
      using loader = kernel::square_loader<value_type, N>;
      if (how_ == access::tiled) return loader(first_of(r), at_.inner());
      return loader(enter_row(plain));
    } else {
      return enter_row(plain);
    }
  }

private:
  static constexpr bool may_be_strided = in_memory<Source> && kernel::loads_strided<value_type, N>;
  // splats: one element for each row of a block. strided, repeated: put together by the inner loop.
  enum class access { direct, contiguous, splat, splats, strided, packed, tiled, turned, wrapped, repeated };

  [[gnu::noinline]] kernel::row_loader<value_type, N> enter_otherwise(const row& r) {
    if constexpr (in_memory<Source>)
      if (how_ == access::contiguous) return {source_.data + at_.of(r) + begin_ + r.first, -1};
    if (how_ == access::splat) {
      const value_type value = source_.at(at_.of(r));
      for (index lane = 0; lane < N; ++lane) splat_[lane] = value;
      return {splat_, 0};
    }
    if (how_ == access::tiled) return {buffer_ + (r.middle - first_) * pitch_ + r.first, -1, pitch_};
    if (how_ == access::splats) return {buffer_ + (r.middle - first_ + r.result) * pitch_, 0, pitch_};
    pack(r);
    return {buffer_, -1};
  }
  [[gnu::noinline]] kernel::repeated_row<value_type, N> enter_repeating(const row& r)
    requires may_be_strided
  {
    using repeated = kernel::repeated_row<value_type, N>;
    const index count = cut_->repeats;
    if (how_ == access::repeated) return repeated::of(source_.data + at_.of(r) + begin_ / count, count, at_.next());
    return repeated::of(enter_row(r), how_ == access::wrapped ? 0 : cut_->step(N));
  }
  void transpose(const block& b, value_type* to, index pitch) const {
    kernel::transpose_block(source_.data + at_.of_result(0) + b.begin * at_.inner() + b.middle_begin, at_.inner(),
                            b.middle_count, b.count, to, pitch);
  }
  [[gnu::noinline]] const value_type* first_of(const row& r) const
    requires in_memory<Source>
  {
    return source_.data + at_.of(r) + (begin_ + r.first) * at_.inner();
  }
  std::uintptr_t first_element() const
    requires in_memory<Source>
  {
    return reinterpret_cast<std::uintptr_t>(source_.data + walk_->offset);
  }
  // Among the operands that are packed together.
  index place() const
    requires in_memory<Source>
  {
    return static_cast<index>((first_element() - rows_->data) / sizeof(value_type));
  }
  void splat(const block& b) {
    index at = at_.of_result(0) + b.middle_begin * at_.middle();
    for (index i = 0; i < b.middle_count * b.results; ++i, at += at_.next()) {
      const value_type value = source_.at(at);
      for (index lane = 0; lane < N; ++lane) buffer_[i * N + lane] = value;
    }
  }
  void pack(const row& r) {
    if (how_ == access::wrapped || how_ == access::repeated) return wrap(r);
    const index at = at_.of(r) + (begin_ + r.first) * at_.inner();
    if constexpr (in_memory<Source>)
      if (rows_) return rows_->pack(source_.data + at - place(), r.count);
    source_.gather(at, at_.inner(), r.count, buffer_);
  }

  // How many elements of a row are packed: up to a step, where the inner loop repeats them.
  index most_wrapped(index count) const { return cut_->repeats > 0 ? std::min(count, cut_->step(N)) : count; }

  // Packs a row, which begins where its short loops do. One that only comes round again is packed once for many.
  void wrap(const row& r) {
    const auto outermost = static_cast<std::size_t>(cut_->loops.rank);
    const index* const strides = &walk_->stride[outermost];
    const index at = at_.of(r) + (begin_ + r.first) / cut_->period * strides[0], count = most_wrapped(r.count);
    if (at == wrapped_at_ && count <= wrapped_count_) return;
    wrapped_at_ = at;
    wrapped_count_ = count;
    const std::span extents(&cut_->loops.extent[outermost], static_cast<std::size_t>(cut_->wrapped));
    if constexpr (in_memory<Source>) kernel::wrap_row<N>(source_.data + at, extents, strides, count, buffer_);
    else
      kernel::for_each_short_row(extents, strides, count, [&](index from, index j, index n) {
        for (index i = 0; i < n; ++i) buffer_[j + i] = source_.at(at + from + i * strides[cut_->wrapped - 1]);
      });
  }

  Source source_;
  const cut* cut_;
  const walk* walk_;
  position at_;
  access how_;
  index begin_ = 0; // of the block
  index pitch_ = 0, first_ = 0;
  index wrapped_at_ = 0, wrapped_count_ = 0;
  value_type* buffer_ = nullptr;
  transposed_tile* tile_ = nullptr;
  packed_rows* rows_ = nullptr;
  alignas(simd::register_bytes) value_type splat_[N] = {};
};

/// Whether all that a cursor reads can be transposed in squares by the inner loop: leaves in memory, numbers, and maps of them.
template <class Cursor>
inline constexpr bool reads_squares = false;
template <class T, index N>
inline constexpr bool reads_squares<leaf_cursor<memory_source<T>, N>> = kernel::loads_strided<T, N>;

/// A view of memory.
template <class T, index Rank, class Keeper, class Kept>
class lowering<view<T, Rank, Keeper>, Kept> {
public:
  using value_type = std::remove_const_t<T>;
  static constexpr std::size_t walks = 1;

  lowering(const view<T, Rank, Keeper>& leaf, context& c, const frame& f) : source_{leaf.data()} {
    leaf.require_alive();
    constexpr auto bytes = static_cast<index>(sizeof(T));
    id_ = c.place_leaf(leaf.data(), sizeof(T), simd::picks_lanes<value_type> ? bytes : 0, leaf.shape(), leaf.strides(),
                       f);
  }

  template <index N>
  auto cursor(thread_state& state) const { return leaf_cursor<memory_source<value_type>, N>(source_, id_, state); }

private:
  memory_source<value_type> source_;
  std::size_t id_ = 0;
};

template <class F, index Rank, class Kept>
class lowering<generator<F, Rank>, Kept> {
public:
  static constexpr std::size_t walks = 1;

  lowering(const generator<F, Rank>& leaf, context& c, const frame& f) : source_{leaf.function()} {
    c.place(id_, leaf.shape(), leaf.strides(), f).offset = leaf.offset();
    c.buffers = true;
  }

  template <index N>
  auto cursor(thread_state& state) const { return leaf_cursor<function_source<F>, N>(source_, id_, state); }

private:
  function_source<F> source_;
  std::size_t id_ = 0;
};

/// A number: the same in every lane.
template <class T, index N>
struct scalar_cursor {
  T value;
  bool fixed_in_block() const { return true; }
  bool rows_coexist() const { return true; }
  bool advances() const { return true; }
  void advance() {}
  void enter(const block&) {}
  TUTTI_INLINE scalar_cursor enter_row(const row&) const { return *this; }
  TUTTI_INLINE auto load(index) const { return simd::broadcast<T, N>(value); }
  TUTTI_INLINE auto load_partial(index, index) const { return simd::broadcast<T, N>(value); }
};

template <class T, index N>
inline constexpr bool reads_squares<scalar_cursor<T, N>> = true;

template <class T, class Kept>
class lowering<scalar<T>, Kept> {
public:
  static constexpr std::size_t walks = 0;
  lowering(const scalar<T>& s, context&, const frame&) : value_(s.value()) {}
  template <index N>
  auto cursor(thread_state&) const { return scalar_cursor<T, N>{value_}; }

private:
  T value_;
};

} // namespace plan

TUTTI_NAMESPACE_END
