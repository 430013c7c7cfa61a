// SPDX-License-Identifier: MIT
#pragma once

// Lowering turns each node of a tree into something that a kernel can load from. `lowering<E>` is made once for a
// statement and shared by its threads; `cursor` makes a thread's own cursor from it. A cursor moves by two calls,
// enter(block) and enter_row(row), and the loader that enter_row returns gives packs: it is plain values, so that the
// inner loop keeps it in registers.

#include <optional>

#include <tutti/expr/generate.hpp>
#if __has_include(<tutti/kernel/math.hpp>)
#include <tutti/kernel/math.hpp>
#endif
#include <tutti/kernel/rows.hpp>
#include <tutti/kernel/scratch.hpp>
#include <tutti/plan/context.hpp>
#include <tutti/plan/cut.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// How a node of type E is lowered; specialised beside each kind of node. `Kept` are the maps of the statement that are
/// kept in scratch.
template <class E, class Kept>
class lowering;

/// How many walks a tree of this type takes at most.
template <class E, class Kept>
inline constexpr std::size_t walks_of = lowering<E, Kept>::walks;

/// What a thread has when it makes its cursors.
struct thread_state {
  const cut& blocks;
  std::span<const walk> walks;
  kernel::scratch::frame& memory;
  std::array<const void*, shared_values::capacity> folds{}; // where results of folds stand
  std::array<void*, shared_values::capacity> kept{};        // where kept rows stand

  thread_state(const cut& c, std::span<const walk> w, kernel::scratch::frame& m) : blocks(c), walks(w), memory(m) {}
  void allocate_kept(const shared_values& values, index lanes) {
    for (std::size_t i = 0; i < values.size(); ++i)
      kept[i] = memory.take<std::byte>(blocks.middle_count * blocks.pitch(lanes) * values.element_size(i));
  }
};

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

/// Reads a leaf: where it is contiguous along the inner loop, from its own memory; elsewhere through a packed buffer.
template <class Source, index N>
class leaf_cursor {
public:
  using value_type = typename Source::value_type;

  leaf_cursor(const Source& source, std::size_t id, const thread_state& state)
      : source_(source), cut_(&state.blocks), walk_(&state.walks[id]) {
    inner_ = walk_->stride[static_cast<std::size_t>(cut_->inner_axis())];
    if (inner_ == 0) {
      how_ = access::splat;
    } else if (in_memory<Source> && inner_ == 1) {
      how_ = access::direct;
    } else {
      // Contiguous along the block's one middle loop: the whole block is transposed at once.
      const index middle = cut_->middle_rank == 1 ? walk_->stride[static_cast<std::size_t>(cut_->outer_rank)] : 0;
      const bool tiles = in_memory<Source> && middle == 1 && inner_ > 0 &&
                         (cut_->kind == block_kind::tiles || cut_->kind == block_kind::columns) &&
                         cut_->tile * cut_->panel <= largest_tile;
      how_ = tiles ? access::tiled : access::packed;
      pitch_ = cut_->pitch(N);
      buffer_ = state.memory.template take<value_type>(tiles ? cut_->tile * pitch_ : pitch_);
    }
  }

  void enter(const block& b) {
    at_ = walk_->offset + b.begin * inner_;
    for (index a = 0; a < cut_->outer_rank; ++a)
      at_ += b.outer[static_cast<std::size_t>(a)] * walk_->stride[static_cast<std::size_t>(a)];
    if constexpr (in_memory<Source>)
      if (how_ == access::tiled) {
        first_ = b.middle_begin;
        kernel::transpose_block(source_.data + at_ + b.middle_begin, inner_, b.middle_count, b.count, buffer_, pitch_);
      }
  }

  /// Whether the loaders of several rows of a block can be used side by side: none needs the one packing buffer.
  bool rows_coexist() const {
    if (how_ == access::direct || how_ == access::tiled) return true;
    for (index a = 0; a < cut_->middle_rank; ++a)
      if (walk_->stride[static_cast<std::size_t>(cut_->outer_rank + a)] != 0) return false;
    return true;
  }

  TUTTI_INLINE kernel::row_loader<value_type, N> enter_row(const row& r) {
    if (how_ == access::tiled) return {buffer_ + (r.middle[0] - first_) * pitch_ + r.first, -1};
    index at = at_ + r.first * inner_;
    for (index a = 0; a < cut_->middle_rank; ++a)
      at += r.middle[static_cast<std::size_t>(a)] * walk_->stride[static_cast<std::size_t>(cut_->outer_rank + a)];
    if constexpr (in_memory<Source>)
      if (how_ == access::direct) return {source_.data + at, -1};
    if (how_ == access::splat) {
      const value_type value = source_.at(at);
      for (index lane = 0; lane < N; ++lane) splat_[lane] = value;
      return {splat_, 0};
    }
    source_.gather(at, inner_, r.count, buffer_);
    return {buffer_, -1};
  }

private:
  enum class access { direct, splat, packed, tiled };
  // Elements of a tile that is transposed at once: what fits the second cache beside the other operands.
  static constexpr index largest_tile = index{1} << 16;

  Source source_;
  const cut* cut_;
  const walk* walk_;
  access how_;
  index inner_ = 0, at_ = 0, pitch_ = 0, first_ = 0;
  value_type* buffer_ = nullptr;
  alignas(simd::register_bytes) value_type splat_[N] = {};
};

/// A view of memory.
template <class T, index Rank, class Keeper, class Kept>
class lowering<view<T, Rank, Keeper>, Kept> {
public:
  using value_type = std::remove_const_t<T>;
  static constexpr std::size_t walks = 1;

  lowering(const view<T, Rank, Keeper>& leaf, context& c, const frame& f) : source_{leaf.data()} {
    leaf.require_alive();
    walk& w = c.next(id_);
    w = c.place(leaf.shape(), leaf.strides(), f);
    c.conflict = !c.is_safe(leaf, w) || c.conflict;
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
    walk& w = c.next(id_);
    w = c.place(leaf.shape(), leaf.strides(), f);
    w.offset = leaf.offset();
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
  void enter(const block&) {}
  TUTTI_INLINE scalar_cursor enter_row(const row&) const { return *this; }
  TUTTI_INLINE auto load(index) const { return simd::broadcast<T, N>(value); }
  TUTTI_INLINE auto load_partial(index, index) const { return simd::broadcast<T, N>(value); }
};

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
