// SPDX-License-Identifier: MIT
#pragma once

// A statement made ready to run: one or several destinations, each with its tree, over one domain, in one sweep.

#include <tutti/kernel/loop.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/plan/argfold.hpp>
#include <tutti/plan/domain.hpp>
#include <tutti/plan/fold.hpp>
#include <tutti/plan/threads.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// A destination of this size leaves every cache before it is read again: it is written past them, which spares reading
/// it first. (a + b * c over 8 Mi floats: 2750 us instead of 3350.)
inline constexpr index streamed_bytes = index{1} << 25;

/// Writes rows to a destination: straight where it is contiguous along the inner loop, else through a buffer.
template <class T, index N>
class store_cursor {
public:
  store_cursor(T* data, std::size_t id, const thread_state& state) : data_(data), at_(state.blocks, state.walks[id]) {
    if (at_.inner() != 1) buffer_ = state.memory.template take<T>(state.blocks.pitch(N));
  }
  TUTTI_INLINE void enter(const block& b) {
    at_.enter(b);
    begin_ = b.begin;
  }
  /// Writes what follows past the caches.
  void stream() { streams_ = at_.inner() == 1; }
  ~store_cursor() {
    if (streams_) simd::stream_fence();
  }

  template <index Unroll, class Loader>
  TUTTI_INLINE void store_row(const row& r, const Loader& x) {
    const index inner = at_.inner(), at = at_.of(r) + (begin_ + r.first) * inner;
    // Only what is bound by memory gains by streaming; the rest is spared a second loop.
    if constexpr (Unroll > 1)
      if (streams_) return kernel::map_row_streaming<N>(data_ + at, x, r.count);
    kernel::map_row<N, Unroll>(inner == 1 ? data_ + at : buffer_, x, r.count);
    if (inner != 1) kernel::scatter_row(buffer_, data_ + at, inner, r.count);
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
  index begin_ = 0;
  T* buffer_ = nullptr;
  bool streams_ = false;
};

/// One destination and what is written to it.
template <class T, index Rank, class Keeper, class E>
struct root {
  using value_type = T;
  using tree_type = E;
  static constexpr index widest = std::max(tree_traits<E>::widest, compute_bytes<T>);
  view<T, Rank, Keeper> to;
  const E& from;
};

/// Constructing a statement decides everything; run() obeys.
template <class... Roots>
class statement {
public:
  using kept = kept_t<typename Roots::tree_type...>;
  static constexpr std::size_t count = sizeof...(Roots);
  static constexpr index lanes = simd::register_bytes / std::max({Roots::widest...});
  static constexpr double cost = (tree_traits<typename Roots::tree_type>::cost + ...);
  static constexpr index unroll = kernel::unroll_for(cost);

  explicit statement(const Roots&... roots) : statement(std::index_sequence_for<Roots...>{}, nullptr, roots...) {}
  /// Planned only: the stages that it needs are listed instead of run, and so it must not run itself.
  statement(std::vector<node_id>& stages, const Roots&... roots)
      : statement(std::index_sequence_for<Roots...>{}, &stages, roots...) {}
  statement(const statement&) = delete;

  /// True where a leaf overlaps the destination so that only evaluating into other memory is right, or where the
  /// destinations do not lie in one domain.
  bool conflicts() const { return context_.conflict; }
  const cut& blocks() const { return cut_; }
  int threads() const { return threads_; }
  bool streams() const { return streams_; }
  const context& settled() const { return context_; }
  /// How each operand is walked: the destinations first, then the leaves that are read.
  std::span<const walk> walks() const { return walks_; }

  void run() const {
    if constexpr (splittable)
      if (cut_.parts > 1) return run_parts();
    kernel::parallel_ranges(cut_.blocks, threads_, [&](index first, index last) {
      with_cursors([&](auto& state, auto& cursors) {
        auto stores = make_stores(state, std::index_sequence_for<Roots...>{});
        if (streams_) std::apply([](auto&... to) { (to.stream(), ...); }, stores);
        for_each_block(cut_, first, last, [&](const block& b) {
          std::apply([&](auto&... from) { (from.enter(b), ...); }, cursors);
          store_each(b, cursors, stores, std::index_sequence_for<Roots...>{});
        });
      });
    });
  }

private:
  static constexpr bool splittable = [] {
    if constexpr (count == 1) {
      using E = std::tuple_element_t<0, std::tuple<typename Roots::tree_type...>>;
      if constexpr (detail::is_reduction<E>) return !finds_position<typename E::operation>;
      else return false;
    } else {
      return false;
    }
  }();

  template <std::size_t... I>
  statement(std::index_sequence<I...>, std::vector<node_id>* planned, const Roots&... roots)
      : to_(roots.to.data()...),
        context_(walks_, planned),
        seats_(take_seats(roots...)),
        trees_{lowering<typename Roots::tree_type, kept>(roots.from, context_, seats_[I].axes)...} {
    if (context_.conflict) return;
    normalize(context_.domain, walks_);
    cut_ = cut_nest(context_.domain, walks_,
                    {lanes, std::max({Roots::widest...}), cost, static_cast<index>(context_.kept.size()),
                     static_cast<index>(count), context_.fused > 1 || !(seats_[I].reduced && ...),
                     splittable && context_.fused == 1});
    threads_ = threads_for(cut_, cost);
    streams_ = cut_.kind == block_kind::rows && !context_.in_place && !context_.fuses &&
               cut_.loops.size() *
                       static_cast<index>(sizeof(typename std::tuple_element_t<0, std::tuple<Roots...>>::value_type)) >=
                   streamed_bytes;
  }

  // The domain is the first root's; the destinations' walks come first.
  std::array<seat, count> take_seats(const Roots&... roots) {
    bool first = true;
    const auto take = [&](const auto& r) {
      if (std::exchange(first, false)) choose_domain(context_, index_list<dynamic_rank>(r.to.shape()), r.from);
      const auto found = find_seat(context_, r.to.shape());
      std::size_t id;
      walk& w = context_.next(id);
      if (!found) {
        context_.conflict = true;
        return seat{frame::identity(r.to.shape().size()), false};
      }
      w = context_.place(r.to.shape(), r.to.strides(), found->axes);
      if constexpr (count == 1) {
        const auto [low, high] = byte_range(r.to);
        context_.set_target({low, high, r.to.data(), sizeof(typename std::remove_cvref_t<decltype(r)>::value_type), w});
      }
      return *found;
    };
    return {take(roots)...};
  }

  // A thread's memory and cursors, for as long as f runs.
  template <class F>
  void with_cursors(const F& f) const {
    kernel::scratch::frame memory(kernel::scratch::of_this_thread());
    thread_state state(cut_, walks_, memory);
    state.allocate_kept(context_.kept, lanes);
    std::apply(
        [&](const auto&... tree) {
          std::tuple<decltype(tree.template cursor<lanes>(state))...> cursors{tree.template cursor<lanes>(state)...};
          f(state, cursors);
        },
        trees_);
  }

  template <std::size_t... I>
  auto make_stores(const thread_state& state, std::index_sequence<I...>) const {
    return std::tuple<store_cursor<typename Roots::value_type, lanes>...>{
        store_cursor<typename Roots::value_type, lanes>(std::get<I>(to_), I, state)...};
  }

  template <class Cursors, class Stores, std::size_t... I>
  TUTTI_INLINE void store_each(const block& b, Cursors& cursors, Stores& stores, std::index_sequence<I...>) const {
    (store_one(b, seats_[I], std::get<I>(cursors), std::get<I>(stores)), ...);
  }

  template <class Cursor, class Store>
  TUTTI_INLINE void store_one(const block& b, const seat& s, Cursor& from, Store& to) const {
    to.enter(b);
    if (s.reduced) {
      // The folds have gone over the block; what is left is one result, or one row of them.
      row r = first_row(cut_, b);
      if (cut_.kind == block_kind::folds) {
        r.count = 1;
        for (; r.result < b.results; ++r.result) to.store_result(r.result, from.enter_row(r));
      } else {
        r.count = cut_.width(b.count);
        to.template store_row<1>(r, from.enter_row(r));
      }
    } else {
      for (index k = 0; k < b.results; ++k) {
        row r = first_row_of(cut_, b, k);
        for (index m = 0; m < b.middle_count; ++m, next_row(cut_, r))
          to.template store_row<unroll>(r, from.enter_row(r));
      }
    }
  }

  // One large reduction into few results: threads fold parts of the blocks, and the parts are combined in their order.
  void run_parts() const {
    using In = typename std::tuple_element_t<0, std::tuple<typename Roots::tree_type...>>::in;
    // A pack more than a row has: rows a power of two apart would share a few places of the first cache.
    const index pitch = cut_.kind == block_kind::columns ? cut_.pitch(lanes) + lanes : 1;
    kernel::scratch::frame memory(kernel::scratch::of_this_thread());
    In* const parts = memory.take<In>(cut_.blocks * cut_.parts * pitch);
    kernel::parallel_ranges(cut_.blocks * cut_.parts, threads_, [&](index first, index last) {
      with_cursors([&](auto&, auto& cursors) {
        for_each_block(cut_, first / cut_.parts, (last + cut_.parts - 1) / cut_.parts,
                       [&, k = first](const block& b) mutable {
                         for (; k < last; ++k) {
                           std::get<0>(cursors).fold().enter_part(part_of(cut_, b, k % cut_.parts), parts + k * pitch);
                           if ((k + 1) % cut_.parts == 0) {
                             ++k;
                             break;
                           }
                         }
                       });
      });
    });
    with_cursors([&](auto& state, auto& cursors) {
      auto stores = make_stores(state, std::index_sequence_for<Roots...>{});
      const In* at = parts;
      for_each_block(cut_, 0, cut_.blocks, [&](const block& b) {
        std::get<0>(cursors).fold().combine_parts(at, cut_.parts, pitch,
                                                  cut_.kind == block_kind::columns ? cut_.width(b.count) : 1);
        store_one(b, seats_[0], std::get<0>(cursors), std::get<0>(stores));
        at += cut_.parts * pitch;
      });
    });
  }

  std::tuple<typename Roots::value_type*...> to_;
  std::array<walk, count + (walks_of<typename Roots::tree_type, kept> + ...)> walks_{};
  context context_;
  std::array<seat, count> seats_;
  std::tuple<lowering<typename Roots::tree_type, kept>...> trees_;
  cut cut_;
  int threads_ = 1;
  bool streams_ = false;
};

} // namespace plan

TUTTI_NAMESPACE_END
