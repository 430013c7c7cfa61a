// SPDX-License-Identifier: MIT
#pragma once

// A statement made ready to run: one or several destinations, each with its tree, over one domain, in one sweep.

#include <tuple>

#include <tutti/kernel/loop.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/plan/argfold.hpp>
#include <tutti/plan/domain.hpp>
#include <tutti/plan/fold.hpp>
#include <tutti/plan/store.hpp>
#include <tutti/plan/threads.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// A destination of this size leaves every cache before it is read again: it is written past them, which spares reading
/// it first. (a + b * c over 8 Mi floats: 2750 us instead of 3350.)
inline constexpr index streamed_bytes = index{1} << 25;

/// How a statement's loops run.
struct loop_plan {
  [[gnu::noinline]] loop_plan() {} // its many zeros are written by one function
  cut blocks;
  int threads = 1;
  bool streams = false;         // the results go past the caches
  bool keeps_in_target = false; // rows that are kept stand where the results go
};

/// Decides that for a statement whose leaves have their walks, and whose results have so many bytes each.
[[gnu::noinline]] inline void plan_loops(loop_plan& to, context& c, std::span<walk> walks, statement_traits traits,
                                         std::size_t result_bytes) {
  normalize(c.domain, walks);
  traits.kept_rows = static_cast<index>(c.kept.size());
  traits.revisits = traits.writes_rows || c.fused > 1;
  traits.buffers = c.buffers;
  traits.may_split = traits.may_split && c.fused == 1;
  traits.may_join = !traits.writes_rows && !traits.positions && c.apart == c.fused;
  traits.may_keep_in_target = traits.may_keep_in_target && traits.writes_rows && c.kept.size() == 1 && !c.in_place;
  traits.threads = kernel::inside_parallel() ? 1 : num_threads();
  cut_nest(to.blocks, c.domain, walks, traits);
  to.threads = threads_for(to.blocks, traits.cost);
  const auto bytes = static_cast<index>(result_bytes);
  if (to.blocks.kind == block_kind::rows)
    to.streams =
        kernel::unroll_for(traits.cost) > 1 && !c.in_place && !c.fuses && to.blocks.elements * bytes >= streamed_bytes;
  else if (to.blocks.kind == block_kind::columns)
    to.streams = traits.writes_rows && to.blocks.outer_count < to.threads &&
                 to.blocks.inner_extent() * bytes / to.threads < undisturbed_bytes;
  // What a fold keeps of its rows is kept in the destination's, if these are one stride apart, have no gaps between elements,
  // and no leaf is read from there: a row less for the first cache to hold. (Softmax of 1024 x 1024: 390 us by scratch, 355
  // so.)
  const bool one_pitch = to.blocks.middle_rank == 0 || (to.blocks.middle_rank == 1 && to.blocks.batch == 1);
  to.keeps_in_target = traits.may_keep_in_target && !to.streams && one_pitch &&
                       walks[0].stride[static_cast<std::size_t>(to.blocks.inner_axis())] == 1;
}

/// One destination and what is written to it.
template <class T, index Rank, class Keeper, class E>
struct root {
  using value_type = T;
  using tree_type = E;
  static constexpr index rank = Rank;
  static constexpr index widest = std::max(tree_traits<E>::widest, detail::has_narrow_loops<E> ? 1 : compute_bytes<T>);
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
  const cut& blocks() const { return loops_.blocks; }
  int threads() const { return loops_.threads; }
  bool streams() const { return loops_.streams; }
  bool keeps_in_target() const { return loops_.keeps_in_target; }
  const context& settled() const { return context_; }
  /// The most scratch that a thread takes at a time.
  index scratch_bytes() const {
    return kernel::scratch::most_taken_by([&] {
      kernel::scratch::frame memory(kernel::scratch::of_this_thread());
      if constexpr (is_fold)
        if (loops_.blocks.parts > 1) take_parts(memory);
      runner run(*this);
    });
  }
  /// How each operand is walked: the destinations first, then the leaves that are read.
  std::span<const walk> walks() const { return walks_; }

  void run() const {
    if constexpr (is_fold)
      if (loops_.blocks.parts > 1) return run_parts();
    kernel::parallel_ranges(loops_.blocks.blocks, loops_.threads, [&](index first, index last) {
      runner run(*this);
      for_each_block(loops_.blocks, first, last, [&](const block& b, index) {
        run.enter(b);
        run.store(b);
      });
    });
  }

private:
  using first_tree = std::tuple_element_t<0, std::tuple<typename Roots::tree_type...>>;
  using first_value = std::tuple_element_t<0, std::tuple<typename Roots::value_type...>>;
  static constexpr bool reduces = (tree_traits<typename Roots::tree_type>::has_reduction || ...);
  static constexpr bool is_fold = count == 1 && detail::is_reduction<first_tree>; // its loops are its operand's
  template <class Lowering>
  static auto cursor_of(const Lowering& tree, thread_state& state) {
    if constexpr (is_fold) return tree.template root_cursor<lanes>(state);
    else return tree.template cursor<lanes>(state);
  }
  template <class E>
  using cursor_type = decltype(cursor_of(std::declval<const lowering_of<E, kept>&>(), std::declval<thread_state&>()));
  // One leaf, whose elements are written as they are.
  static constexpr bool only_copies =
      count == 1 && requires(cursor_type<first_tree>& from, first_value* to) { from.turn(block{}, to, index{}); };

  // Whether what may be kept is of the one destination's type.
  template <class T, class... Ms>
  static constexpr bool keeps_only(types<Ms...>) {
    return count == 1 && (std::same_as<compute_t<typename Ms::value_type>, T> && ...);
  }

  // Whether there is an inner loop over rows of this type, if there may be. It is one loop more, which only pays where the
  // formula is so cheap that writing a packed row, and reading it again, is most of the work.
  template <class Cursor, class Row, bool May>
  static constexpr bool has_loop = [] {
    if constexpr (unroll == 1 || reduces || !May) return false;
    else
      return !std::is_same_v<decltype(std::declval<Cursor&>().enter_row(row())),
                             decltype(std::declval<Cursor&>().enter_row(Row()))>;
  }();
  // Whether it can put strided operands together itself. (It does two steps at once: four are no faster, and twice the code.)
  template <class Cursor>
  static constexpr bool loads_strided = has_loop<Cursor, strided_row, true>;
  // Whether it can repeat elements itself: those of one operand beside another, along one of several axes.
  template <class Cursor>
  static constexpr bool repeats = has_loop<Cursor, repeating_row,
                                           ((Roots::rank != 0 && Roots::rank != 1) || ...) &&
                                               (walks_of<typename Roots::tree_type, kept> + ...) >= 2>;

  // Whether it can transpose squares itself.
  template <class Cursor>
  static constexpr bool squares =
      has_loop<Cursor, square_row,
               count == 1 && !only_copies && reads_squares<Cursor> && ((Roots::rank != 0 && Roots::rank != 1) || ...)>;

  template <std::size_t... I>
  statement(std::index_sequence<I...>, std::vector<node_id>* planned, const Roots&... roots)
      : to_(roots.to.data()...),
        context_(walks_, planned),
        seats_(take_seats(roots...)),
        trees_{lowering_of<typename Roots::tree_type, kept>(roots.from, context_, seats_[I].axes)...} {
    if (context_.conflict) return;
    plan_loops(loops_, context_, walks_,
               {.lanes = lanes,
                .element_bytes = std::max({Roots::widest...}),
                .cost = cost,
                .targets = static_cast<index>(count),
                .writes_rows = !(is_fold || (seats_[I].reduced && ...)),
                .may_split = is_fold,
                .positions = is_fold && detail::is_position<first_tree>,
                .loads_strided = (loads_strided<cursor_type<typename Roots::tree_type>> || ...),
                .repeats = (repeats<cursor_type<typename Roots::tree_type>> || ...),
                .squares = (squares<cursor_type<typename Roots::tree_type>> || ...),
                .may_keep_in_target = keeps_only<first_value>(kept{})},
               sizeof(first_value));
  }

  // The domain is the first root's; the destinations' walks come first.
  std::array<seat, count> take_seats(const Roots&... roots) {
    bool first = true;
    const auto take = [&](const auto& r) {
      if (std::exchange(first, false))
        choose_domain<(count > 1)>(context_, index_list<dynamic_rank>(r.to.shape()), r.from);
      return place_target(context_, r.to.data(), sizeof(typename std::remove_cvref_t<decltype(r)>::value_type),
                          r.to.shape(), r.to.strides(), count == 1);
    };
    return {take(roots)...};
  }

  // What a thread runs blocks with: its memory, its cursors and the destinations. Constructing it and its two steps are
  // functions of their own, made once for a statement however many loops there are over its blocks.
  class runner {
  public:
    explicit runner(const statement& of) : runner(of, std::index_sequence_for<Roots...>{}) {}

    TUTTI_INLINE void enter(const block& b) {
      cursors_.apply([&](auto&... from) { (from.enter(b), ...); });
    }
    void store(const block& b) { store_each(b, std::index_sequence_for<Roots...>{}); }
    /// Of the one reduction of a statement that is cut into parts.
    auto& fold() { return get<0>(cursors_); }

  private:
    template <std::size_t... I>
    [[gnu::noinline]] runner(const statement& of, std::index_sequence<I...>)
        : statement_(of),
          memory_(kernel::scratch::of_this_thread()),
          state_(of.loops_.blocks, of.walks_, memory_, of.context_.kept, lanes,
                 of.loops_.keeps_in_target ? get<0>(of.to_) : nullptr),
          cursors_{cursor_of(get<I>(of.trees_), state_)...},
          stores_{store_cursor<typename Roots::value_type, lanes>(get<I>(of.to_), I, state_, of.loops_.streams)...} {
      if constexpr (only_copies) turns_ = get<0>(stores_).advances() && get<0>(cursors_).turns();
    }

    template <std::size_t... I>
    void store_each(const block& b, std::index_sequence<I...>) {
      (store_one(b, statement_.seats_[I], get<I>(cursors_), get<I>(stores_)), ...);
    }

    template <class Cursor, class Store>
    [[gnu::noinline]] void store_one(const block& b, const seat& s, Cursor& from, Store& to) {
      to.enter(b);
      if constexpr (is_fold) {
        to.store_folded(statement_.loops_.blocks, b, from.results());
      } else {
        const cut& blocks = statement_.loops_.blocks;
        index middles = b.middle_count, elements = b.count;
        if constexpr (reduces)
          if (s.reduced) { // what is left of a block are its results
            if (blocks.kind == block_kind::folds) return store_results(b, from, to);
            middles = 1;
            elements = blocks.width(b.count);
          }
        if constexpr (only_copies)
          if (turns_) return from.turn(b, to.block(b), to.pitch());
        if constexpr (loads_strided<Cursor>)
          if (blocks.loads_strided) return store_rows<strided_row, 2>(b, middles, elements, from, to);
        if constexpr (repeats<Cursor>)
          if (const index step = blocks.step(lanes); step > 0 && elements >= step) {
            const block rest = rest_of(b, elements / step * step); // which is packed
            store_steps(b, elements - rest.count, from, to);
            if (rest.count == 0) return;
            from.enter(rest);
            return store_one(rest, s, from, to);
          }
        if constexpr (squares<Cursor>)
          if (const index whole = elements_in_squares(blocks, b, lanes); whole > 0) {
            const block rest = rest_of(b, whole); // which is transposed into buffers
            store_squares(b, whole, from, to);
            if (rest.count == 0) return;
            from.enter(rest);
            return store_one(rest, s, from, to);
          }
        store_rows<row, unroll>(b, middles, elements, from, to);
        if constexpr (reduces) to.finish(b);
      }
    }

    template <class Row, index Unroll, class Cursor, class Store>
    TUTTI_INLINE void store_rows(const block& b, index middles, index elements, Cursor& from, Store& to) {
      // Rows follow one another along the middle loop, or, where there is none, from result to result.
      const bool of_results = middles == 1;
      const index rows = !to.advances() || !advances(from) ? 1 : of_results ? b.results : middles;
      for (index k = 0; k < b.results; k += of_results ? rows : 1) {
        Row r{first_row_of(b, k)};
        for (index m = 0; m < middles; m += rows, next_row(r))
          for (r.first = 0; r.first < elements; r.first += r.count) {
            r.count = std::min(elements - r.first, statement_.loops_.blocks.stretch());
            to.template store_rows<Unroll>(r, from.enter_row(r), rows);
          }
      }
    }

    // Writes the first `n` elements of each row, which are whole steps.
    template <class Cursor, class Store>
    TUTTI_INLINE void store_steps(const block& b, index n, Cursor& from, Store& to) {
      const loop_plan& loops = statement_.loops_;
      const index packs = kernel::packs_of_step(loops.blocks.repeats), rows = advances(from) ? b.middle_count : 1;
      repeating_row r{first_row(b)};
      r.count = n;
      for (index m = 0; m < b.middle_count; m += rows, next_row(r))
        kernel::map_repeating<lanes>(to.block(b) + m * to.pitch(), from.enter_row(r), n, packs, rows, to.pitch(),
                                     loops.streams);
    }

    // Writes the first `n` elements of each row, which are whole packs.
    template <class Cursor, class Store>
    TUTTI_INLINE void store_squares(const block& b, index n, Cursor& from, Store& to) {
      square_row r{first_row(b)};
      r.count = lanes;
      for (; r.first < n; r.first += lanes)
        kernel::map_squares<lanes>(to.block(b) + r.first, from.enter_row(r), b.middle_count, to.pitch());
    }

    template <class Cursor, class Store>
    TUTTI_INLINE void store_results(const block& b, Cursor& from, Store& to) {
      row r = first_row(b);
      r.count = 1;
      for (; r.result < b.results; ++r.result) to.store_result(r.result, from.enter_row(r));
    }

    const statement& statement_;
    kernel::scratch::frame memory_;
    thread_state state_;
    bundle<cursor_type<typename Roots::tree_type>...> cursors_;
    bundle<store_cursor<typename Roots::value_type, lanes>...> stores_;
    bool turns_ = false; // blocks are transposed straight into the destination
  };

  // One large reduction into few results: threads fold parts of the blocks, and the parts are combined in their order.
  void run_parts() const {
    kernel::scratch::frame memory(kernel::scratch::of_this_thread());
    auto* const parts = take_parts(memory);
    const index pitch = parts_pitch();
    kernel::parallel_ranges(loops_.blocks.blocks * loops_.blocks.parts, loops_.threads, [&](index first, index last) {
      runner run(*this);
      for_each_part(loops_.blocks, first, last,
                    [&](const block& part, index number) { run.fold().enter_part(part, parts + number * pitch); });
    });
    runner run(*this);
    const cut& blocks = loops_.blocks;
    for_each_block(blocks, 0, blocks.blocks, [&](const block& b, index number) {
      run.fold().combine_parts(b, parts + number * blocks.parts * pitch, blocks.parts, pitch);
      run.store(b);
    });
  }

  auto* take_parts(kernel::scratch::frame& memory) const {
    return memory.take<typename cursor_type<first_tree>::part>(loops_.blocks.blocks * loops_.blocks.parts *
                                                               parts_pitch());
  }
  // A pack more than a row has: rows a power of two apart would share a few places of the first cache.
  index parts_pitch() const {
    return loops_.blocks.kind == block_kind::columns ? loops_.blocks.pitch(lanes) + lanes : 1;
  }

  bundle<typename Roots::value_type*...> to_;
  std::array<walk, count + (walks_of<typename Roots::tree_type, kept> + ...)> walks_{};
  context context_;
  std::array<seat, count> seats_;
  bundle<lowering_of<typename Roots::tree_type, kept>...> trees_;
  loop_plan loops_;
};

} // namespace plan

TUTTI_NAMESPACE_END
