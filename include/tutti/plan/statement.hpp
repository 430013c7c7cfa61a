// SPDX-License-Identifier: MIT
#pragma once

// One statement, destination = tree: its loops, its cursors, its threads.

#include <tutti/kernel/loop.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/plan/domain.hpp>
#include <tutti/plan/fold.hpp>
#include <tutti/plan/threads.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Writes rows to the destination: straight where it is contiguous along the inner loop, else through a buffer.
template <class T, index N>
class store_cursor {
public:
  store_cursor(T* data, const thread_state& state) : data_(data), cut_(&state.blocks), walk_(&state.walks[0]) {
    inner_ = walk_->stride[static_cast<std::size_t>(cut_->inner_axis())];
    if (inner_ != 1) buffer_ = state.memory.template take<T>((cut_->panel + N - 1) / N * N);
  }
  void enter(const block& b) {
    at_ = walk_->offset + b.begin * inner_;
    for (index a = 0; a < cut_->outer_rank; ++a)
      at_ += b.outer[static_cast<std::size_t>(a)] * walk_->stride[static_cast<std::size_t>(a)];
  }
  template <index Unroll, class Loader>
  TUTTI_INLINE void store_row(const row& r, const Loader& x) {
    index at = at_ + r.first * inner_;
    for (index a = 0; a < cut_->middle_rank; ++a)
      at += r.middle[static_cast<std::size_t>(a)] * walk_->stride[static_cast<std::size_t>(cut_->outer_rank + a)];
    kernel::map_row<N, Unroll>(inner_ == 1 ? data_ + at : buffer_, x, r.count);
    if (inner_ != 1) kernel::scatter_row(buffer_, data_ + at, inner_, r.count);
  }

private:
  T* data_;
  const cut* cut_;
  const walk* walk_;
  index inner_ = 0, at_ = 0;
  T* buffer_ = nullptr;
};

/// A statement made ready: constructing it decides everything, run() obeys.
template <class T, index Rank, class Keeper, class E>
class statement {
public:
  using kept = kept_t<E>;
  static constexpr index lanes = simd::register_bytes / std::max(tree_traits<E>::widest, compute_bytes<T>);

  statement(const view<T, Rank, Keeper>& to, const E& e)
      : to_(to), context_(walks_), domain_(choose_domain(context_, to.shape(), e)), target_(take_target()),
        tree_(e, context_, domain_.root) {
    normalize(context_.domain, walks_);
    cut_ = cut_nest(context_.domain, walks_,
                    {lanes, std::max(tree_traits<E>::widest, compute_bytes<T>), tree_traits<E>::cost,
                     static_cast<index>(context_.kept.size())});
    threads_ = threads_for(cut_, tree_traits<E>::cost);
  }
  statement(const statement&) = delete;

  /// True where a leaf overlaps the destination so that only evaluating into other memory is right.
  bool conflicts() const { return context_.conflict; }

  void run() const {
    kernel::parallel_ranges(cut_.blocks, threads_, [&](index first, index last) {
      kernel::scratch::frame memory(kernel::scratch::of_this_thread());
      thread_state state{cut_, walks_, memory};
      state.allocate_kept(context_.kept, lanes);
      store_cursor<T, lanes> to(to_.data(), state);
      auto from = tree_.template cursor<lanes>(state);
      for_each_block(cut_, first, last, [&](const block& b) {
        from.enter(b);
        to.enter(b);
        if (domain_.reduced) {
          // The fold has gone over the block; what is left is one result, or one row of them.
          row r;
          r.count = cut_.kind == block_kind::folds ? 1 : b.count;
          to.template store_row<1>(r, from.enter_row(r));
        } else {
          for_each_row(cut_, b, [&](const row& r) { store_whole(to, from, r); });
        }
      });
    });
  }

  const cut& blocks() const { return cut_; }
  int threads() const { return threads_; }

private:
  template <class To, class From>
  TUTTI_INLINE void store_whole(To& to, From& from, const row& r) const {
    constexpr index unroll = kernel::unroll_for(tree_traits<E>::cost);
    to.template store_row<unroll>(r, from.enter_row(r));
  }

  std::size_t take_target() {
    std::size_t id = 0;
    walk& w = context_.next(id);
    w = context_.place(to_.shape(), to_.strides(), domain_.root);
    const auto [low, high] = byte_range(to_);
    context_.set_target({low, high, to_.data(), sizeof(T), w});
    return id;
  }

  view<T, Rank, Keeper> to_;
  std::array<walk, 1 + walks_of<E, kept>> walks_{};
  context context_;
  statement_domain domain_;
  std::size_t target_;
  lowering<E, kept> tree_;
  cut cut_;
  int threads_ = 1;
};

} // namespace plan

TUTTI_NAMESPACE_END
