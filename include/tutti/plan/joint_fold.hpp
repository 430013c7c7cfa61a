// SPDX-License-Identifier: MIT
#pragma once

// Several reductions whose operands share an expensive part (the weight of a pair of bodies, which the three components of
// their acceleration have in common): one loop folds all of them, and computes the part once a pack, in registers.
// Trees are shared that are of one type and, which is asked when the statement is planned, one value. Reductions with trees
// of one type that are several values are folded one after the other, as any.

#include <tutti/expr/named.hpp>
#include <tutti/plan/joint_loader.hpp>
#include <tutti/plan/pairs.hpp>
#include <tutti/plan/statement.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// In the place of `Kept`: these maps are shared in registers, and nothing is kept in scratch.
template <class... Es>
struct in_registers {};
template <class E, class... Es>
struct kept_within<E, in_registers<Es...>> {
  using type = in_registers<Es...>;
};

/// The cursor of a shared map: of equal ones the first enters rows.
template <class Cursor>
class shared_cursor {
  using loader = decltype(std::declval<Cursor&>().enter_row(std::declval<const row&>()));

public:
  shared_cursor(void*& place, thread_state& state, std::optional<Cursor> from) : from_(std::move(from)) {
    if (from_) place = state.memory.template take<loader>(1);
    entered_ = static_cast<loader*>(place);
  }
  ~shared_cursor() {
    if (holds_) std::destroy_at(entered_);
  }
  void enter(const block& b) {
    if (from_) from_->enter(b);
  }
  bool advances() const { return !from_ || plan::advances(*from_); }
  TUTTI_INLINE shared_loader<loader> enter_row(const row& r) {
    // Scratch holds no loader before the first row, and a function that a loader calls may not be assignable.
    if (from_) {
      if (std::exchange(holds_, true)) std::destroy_at(entered_);
      std::construct_at(entered_, from_->enter_row(r));
    }
    return {entered_};
  }

private:
  std::optional<Cursor> from_;
  loader* entered_;
  bool holds_ = false;
};

namespace detail {
template <class M, class... Shared>
inline constexpr bool has_shared = ((occurrences<Shared, M> > 0) || ...);
} // namespace detail

/// A map with a shared part: no quotient by a reciprocal, which would load the part by itself.
template <class Op, class... Es, class... Shared>
  requires(detail::has_shared<map<Op, Es...>, Shared...> && !contains<types<Shared...>, map<Op, Es...>>)
class lowering<map<Op, Es...>, in_registers<Shared...>>
    : public map_lowering<map<Op, Es...>, in_registers<Shared...>, true> {
  using map_lowering<map<Op, Es...>, in_registers<Shared...>, true>::map_lowering;
};

template <class Op, class... Es, class... Shared>
  requires contains<types<Shared...>, map<Op, Es...>>
class lowering<map<Op, Es...>, in_registers<Shared...>> {
public:
  using map_type = map<Op, Es...>;
  using kept = in_registers<Shared...>;
  static constexpr std::size_t walks = map_lowering<map_type, kept, true>::walks;

  lowering(const map_type& m, context& c, const frame& f) {
    const node_id node{&m, &type_tag<map_type>};
    slot_ = c.kept.find(node, same_nodes<map_type>);
    if (slot_ != shared_values::none) return;
    // The first, or one that is another value.
    const auto any = [](const void*, const void*) { return true; };
    c.conflict = c.conflict || c.kept.find(node, any) != shared_values::none;
    slot_ = c.kept.add(node.type, node.node);
    c.conflict = c.conflict || slot_ == shared_values::none;
    if (!c.conflict) from_.emplace(m, c, f);
  }

  template <index N>
  auto cursor(thread_state& state) const {
    using from = decltype(from_->template cursor<N>(state));
    return shared_cursor<from>(state.kept[slot_], state,
                               from_ ? std::optional<from>(from_->template cursor<N>(state)) : std::nullopt);
  }

private:
  std::size_t slot_;
  std::optional<map_lowering<map_type, kept, true>> from_;
};

namespace detail {

// Maps over leaves, whose loaders can be copied over one another.
template <class E>
inline constexpr bool is_copied_freely = false;
template <class T, index Rank, class Keeper>
inline constexpr bool is_copied_freely<view<T, Rank, Keeper>> = true;
template <class View>
inline constexpr bool is_copied_freely<named_leaf<View>> = true;
template <class T>
inline constexpr bool is_copied_freely<scalar<T>> = true;
template <class F, index Rank>
inline constexpr bool is_copied_freely<generator<F, Rank>> = std::is_trivially_copyable_v<F>;
template <class Op, class... Es>
inline constexpr bool is_copied_freely<map<Op, Es...>> =
    std::is_trivially_copyable_v<Op> && std::is_copy_assignable_v<Op> && (is_copied_freely<Es> && ...);

template <class E>
inline constexpr bool is_plain_fold = false;
template <class Op, class E, index Count, bool Keep>
inline constexpr bool is_plain_fold<reduction<Op, E, Count, Keep>> =
    !finds_position<Op> && std::floating_point<typename reduction<Op, E, Count, Keep>::in> && is_copied_freely<E>;

template <class... Es>
inline constexpr bool are_joint_folds = false;
template <class E, class... Es>
  requires(is_plain_fold<E> && ... && is_plain_fold<Es>)
inline constexpr bool are_joint_folds<E, Es...> =
    (std::same_as<typename E::in, typename Es::in> && ...) && !std::same_as<repeated_t<E, Es...>, types<>>;

} // namespace detail

/// Whether results of these trees can be folded in one loop that shares expensive parts. Whether they are equal, and the
/// loops those of a fold along rows, joint_fold::conflicts says.
template <class... Es>
inline constexpr bool may_fold_jointly = detail::are_joint_folds<Es...>;

/// Such a statement, made ready to run as `statement` is, of which it has the interface.
template <class... Roots>
class joint_fold {
  template <class Root>
  using fold_of = typename Root::tree_type;
  template <class Root>
  using operand_of = typename fold_of<Root>::operand_type;
  template <class... Es>
  static in_registers<Es...> to_registers(types<Es...>);

public:
  using shared = repeated_t<fold_of<Roots>...>;
  using kept = decltype(to_registers(shared{}));
  static constexpr std::size_t count = sizeof...(Roots);
  static constexpr index lanes = simd::register_bytes / std::max({Roots::widest...});
  static constexpr double cost = (tree_traits<fold_of<Roots>>::cost + ...);

  explicit joint_fold(const Roots&... roots) : joint_fold(std::index_sequence_for<Roots...>{}, roots...) {}
  joint_fold(const joint_fold&) = delete;

  bool conflicts() const { return context_.conflict; }
  const cut& blocks() const { return loops_.blocks; }
  int threads() const { return loops_.threads; }
  bool streams() const { return false; }
  bool keeps_in_target() const { return false; }
  const context& settled() const { return context_; }
  index scratch_bytes() const {
    return kernel::scratch::most_taken_by([&] { runner run(*this); });
  }
  std::span<const walk> walks() const { return walks_; }

  void run() const {
    kernel::parallel_ranges(loops_.blocks.blocks, loops_.threads, [&](index first, index last) {
      runner run(*this);
      for_each_block(loops_.blocks, first, last, [&](const block& b, index) { run.fold(b); });
    });
  }

private:
  using In = typename std::tuple_element_t<0, std::tuple<fold_of<Roots>...>>::in;
  using operation = kernel::joint_operation<In, typename fold_of<Roots>::operation...>;
  using numbers = kernel::joint_value<In, count>;
  static constexpr auto each = std::index_sequence_for<Roots...>{};

  template <std::size_t... I>
  joint_fold(std::index_sequence<I...>, const Roots&... roots)
      : to_{roots.to.data()...},
        op_{{roots.from.op()...}},
        context_(walks_),
        count_(seat_all(roots...)),
        trees_{lowering<operand_of<Roots>, kept>(roots.from.operand(), context_,
                                                 frame::identity(roots.from.operand().shape().size()))...} {
    if (context_.conflict) return;
    const index fused = std::exchange(context_.fused, 1); // at once: nothing is read again
    plan_loops(loops_, context_, walks_,
               {.lanes = lanes,
                .element_bytes = std::max({Roots::widest...}),
                .cost = cost,
                .targets = static_cast<index>(count),
                .may_split = false},
               sizeof(In));
    context_.fused = fused;
    context_.conflict = loops_.blocks.kind != block_kind::folds;
  }

  // The loops are over the operand of the first root. How many elements a result is made of.
  index seat_all(const Roots&... roots) {
    index folded = 0;
    const auto take = [&](const auto& r) {
      if (context_.fused == 0) choose_domain<true>(context_, index_list<dynamic_rank>(r.to.shape()), r.from);
      folded = r.from.count();
      const seat s = place_target(context_, r.to.data(), sizeof(*r.to.data()), r.to.shape(), r.to.strides(), false);
      context_.conflict = context_.conflict || !context_.runs_inside(r.from, s.axes);
      ++context_.fused;
    };
    (take(roots), ...);
    return folded;
  }

  // What a thread folds blocks with.
  class runner {
  public:
    explicit runner(const joint_fold& of) : runner(of, each) {}
    [[gnu::noinline]] void fold(const block& b) {
      cursors_.apply([&](auto&... from) { (from.enter(b), ...); });
      for (position& at : at_) at.enter(b);
      if (b.middle_count == 1 && b.count <= of_.loops_.blocks.stretch()) fold_rows(first_row(b), b.results, folded_);
      else
        for (index k = 0; k < b.results; ++k) folded_[k] = fold_result(b, k);
      for (index k = 0; k < b.results; ++k) store(k, folded_[k], each);
    }

  private:
    template <std::size_t... I>
    [[gnu::noinline]] runner(const joint_fold& of, std::index_sequence<I...>)
        : of_(of),
          memory_(kernel::scratch::of_this_thread()),
          state_(of.loops_.blocks, of.walks_, memory_),
          cursors_{get<I>(of.trees_).template cursor<lanes>(state_)...},
          at_{position(of.loops_.blocks, of.walks_[I])...} {}

    numbers fold_result(const block& b, index result) {
      const cut& blocks = of_.loops_.blocks;
      kernel::pairwise<operation, numbers> tree(of_.op_);
      row r = first_row_of(b, result);
      for (index m = 0; m < b.middle_count; ++m, next_row(r))
        for (r.first = 0; r.first < b.count; r.first += r.count) {
          r.count = std::min(b.count - r.first, blocks.stretch());
          numbers folded;
          fold_rows(r, 1, &folded);
          tree.push(folded);
        }
      return tree.result(operation::template identity<In>());
    }

    // Row `r` and those at its place of the results that follow.
    void fold_rows(row r, index results, numbers* to) {
      const bool advances = cursors_.apply([](const auto&... from) { return (plan::advances(from) && ...); });
      const index at_once = advances ? results : 1;
      for (; results > 0; results -= at_once, to += at_once, r.number = r.result += at_once)
        enter_rows(r, at_once, to, each, shared{});
    }
    template <std::size_t... I, class... Ms>
    [[gnu::noinline]] void enter_rows(const row& r, index rows, numbers* to, std::index_sequence<I...>, types<Ms...>) {
      const bundle<decltype(get<I>(cursors_).enter_row(r))...> trees{get<I>(cursors_).enter_row(r)...};
      const auto fold = [&](const auto&... x) { fold_entered(r.count, rows, to, each, x...); };
      with_pairs(true, fold, get<I>(trees)..., detail::first_loader<Ms>(get<I>(trees)...)...);
    }
    // (A function for each loop: of one with several gcc leaves the parts of a step in functions of their own.)
    template <std::size_t... I, class... Loaders>
    [[gnu::noinline]] void fold_entered(index n, index rows, numbers* to, std::index_sequence<I...>,
                                        const Loaders&... from) {
      detail::joint_loader<In, count, shared, Loaders...> x{{from...}};
      for (;; x.advance()) {
        // The folds are independent of each other, as several accumulators of one are.
        const auto packs = kernel::reduce_row_to_pack<lanes, In, 1>(of_.op_, x, n);
        *to++ = numbers({kernel::fold_lanes(get<I>(of_.op_.ops), packs.each[I])...});
        if (--rows == 0) return;
      }
    }

    template <std::size_t... I>
    void store(index result, const numbers& folded, std::index_sequence<I...>) {
      ((get<I>(of_.to_)[at_[I].of_result(result)] =
            static_cast<typename Roots::value_type>(get<I>(of_.op_.ops).finish(folded.each[I], of_.count_))),
       ...);
    }

    const joint_fold& of_;
    kernel::scratch::frame memory_;
    thread_state state_;
    bundle<decltype(std::declval<const lowering<operand_of<Roots>, kept>&>().template cursor<lanes>(
        std::declval<thread_state&>()))...>
        cursors_;
    std::array<position, count> at_;
    numbers folded_[static_cast<std::size_t>(most_results)];
  };

  bundle<typename Roots::value_type*...> to_;
  operation op_;
  std::array<walk, count + (walks_of<operand_of<Roots>, kept> + ...)> walks_{};
  context context_;
  index count_;
  bundle<lowering<operand_of<Roots>, kept>...> trees_;
  loop_plan loops_;
};

} // namespace plan

TUTTI_NAMESPACE_END
