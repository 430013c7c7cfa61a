// SPDX-License-Identifier: MIT
#pragma once

// Elementwise nodes melt into the loop that uses them: their loader loads the operands, converts and computes.

#include <tutti/kernel/loop.hpp>
#include <tutti/kernel/reduce.hpp>
#include <tutti/plan/cursor.hpp>
#include <tutti/plan/quotient.hpp>
#include <tutti/plan/share.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Lane by lane, for operations that know plain numbers only.
template <index N, class Out, class Op, class... Vs>
TUTTI_INLINE auto apply_lanewise(const Op& op, index count, const Vs&... operands) {
  alignas(simd::register_bytes) Out lanes[N];
  for (index i = 0; i < N; ++i) lanes[i] = i < count ? Out(op.apply(operands[i]...)) : Out{};
  return simd::load<N>(lanes);
}

/// `Each` are the numbers of the operands: a part of the type, and not an argument, which every step would need a function
/// of its own to take apart.
template <class Map, index N, class Each, class... Loaders>
struct map_loader_of;
template <class Map, index N, class... Loaders>
using map_loader = map_loader_of<Map, N, std::index_sequence_for<Loaders...>, Loaders...>;

template <class Map, index N, std::size_t... I, class... Loaders>
struct map_loader_of<Map, N, std::index_sequence<I...>, Loaders...> {
  using operation = typename Map::operation;
  TUTTI_EMPTY_MEMBER operation op;
  bundle<Loaders...> operands;

  TUTTI_INLINE void advance()
    requires(kernel::advancing<Loaders> && ...)
  {
    (get<I>(operands).advance(), ...);
  }
  template <class Place>
  TUTTI_INLINE auto load(Place j) const { return of(N, get<I>(operands).load(j)...); }
  TUTTI_INLINE auto load_partial(index j, index n) const { return of(n, get<I>(operands).load_partial(j, n)...); }

  /// The map of these packs, which its operands gave; lanes from n on do not count.
  template <class... Vs>
  TUTTI_INLINE auto of(index n, const Vs&... values) const {
    return compute(n, simd::convert<typename Map::template in<I>>(values)...);
  }

  TUTTI_INLINE bool is_steady() const
    requires(kernel::may_be_steady<Loaders> || ...)
  {
    return (kernel::is_steady(get<I>(operands)) && ...);
  }
  TUTTI_INLINE auto steady() const {
    return map_loader<Map, N, decltype(kernel::steady(get<I>(operands)))...>{op, {kernel::steady(get<I>(operands))...}};
  }

  TUTTI_INLINE auto load_two(index j) const
    requires(kernel::checking<Loaders> || ...)
  {
    return [&](const auto&... two) {
      return std::array{of(N, two[0]...), of(N, two[1]...)};
    }(kernel::load_two<N>(get<I>(operands), j)...);
  }

private:
  static constexpr bool all_bool = (std::same_as<typename Map::template in<I>, bool> && ...);

  template <class... Vs>
  TUTTI_INLINE auto compute([[maybe_unused]] index n, const Vs&... values) const {
    // Masks are as wide as the numbers they came from: those of one operation must meet.
    if constexpr (all_bool && !(std::same_as<Vs, std::tuple_element_t<0, std::tuple<Vs...>>> && ...))
      return compute(n, kernel::as_stored(values)...);
    else if constexpr (requires { operation::lanewise; })
      return apply_lanewise<N, typename Map::value_type>(op, n, values...);
    else return simd::convert<typename Map::value_type>(op.apply(values...)); // only a cast is not yet what it says
  }
};

/// Made with braces, so that the cursors of a tree come to be where they stay.
template <class Map, index N, class Each, class... Cursors>
struct map_cursor;
template <class Map, index N, std::size_t... I, class... Cursors>
struct map_cursor<Map, N, std::index_sequence<I...>, Cursors...> {
  TUTTI_EMPTY_MEMBER typename Map::operation op;
  bundle<Cursors...> operands;

  void enter(const block& b) { (get<I>(operands).enter(b), ...); }
  bool rows_coexist() const { return (get<I>(operands).rows_coexist() && ...); }
  bool advances() const { return (plan::advances(get<I>(operands)) && ...); }
  bool fixed_in_block() const { return (plan::fixed_in_block(get<I>(operands)) && ...); }
  template <class Row>
  TUTTI_INLINE auto enter_row(const Row& r) {
    using loader = map_loader<Map, N, decltype(get<I>(operands).enter_row(r))...>;
    return loader{op, {get<I>(operands).enter_row(r)...}};
  }
};

template <class Map, index N, class Each, class... Cursors>
inline constexpr bool reads_squares<map_cursor<Map, N, Each, Cursors...>> = (reads_squares<Cursors> && ...);

/// The operands lowered, and nothing kept. `Within` says that this map is computed along with a block value of which it
/// is a part: so are its own parts then.
template <class M, class Kept, bool Within = false>
class map_lowering;

namespace detail {
template <class E, class Kept, bool Within>
struct operand_lowering {
  using type = lowering_of<E, Kept>;
};
template <class Op, class... Es, class Kept>
  requires is_block_value<map<Op, Es...>>
struct operand_lowering<map<Op, Es...>, Kept, true> {
  using type = map_lowering<map<Op, Es...>, Kept, true>;
};
} // namespace detail

template <class Op, class... Es, class Kept, bool Within>
class map_lowering<map<Op, Es...>, Kept, Within> {
public:
  using map_type = map<Op, Es...>;
  static constexpr std::size_t walks = (walks_of<Es, Kept> + ... + 0);

  map_lowering(const map_type& m, context& c, const frame& f)
      : map_lowering(m, c, f, std::index_sequence_for<Es...>{}) {}

  template <index N>
  auto cursor(thread_state& state) const { return cursor_of<N>(state, std::index_sequence_for<Es...>{}); }

private:
  template <std::size_t... I>
  map_lowering(const map_type& m, context& c, const frame& f, std::index_sequence<I...>)
      : op_(m.op()),
        operands_{typename detail::operand_lowering<Es, Kept, Within>::type(get<I>(m.operands()), c, f)...} {}

  template <index N, std::size_t... I>
  auto cursor_of(thread_state& state, std::index_sequence<I...>) const {
    if constexpr (divides_by_few<map_type> && !Within) {
      using cursor_type =
          quotient_cursor<N, typename map_type::value_type, decltype(get<I>(operands_).template cursor<N>(state))...>;
      return cursor_type{state, get<I>(operands_).template cursor<N>(state)...};
    } else {
      using cursor_type =
          map_cursor<map_type, N, std::index_sequence<I...>, decltype(get<I>(operands_).template cursor<N>(state))...>;
      return cursor_type{op_, {get<I>(operands_).template cursor<N>(state)...}};
    }
  }

  TUTTI_EMPTY_MEMBER Op op_;
  bundle<typename detail::operand_lowering<Es, Kept, Within>::type...> operands_;
};

template <class Op, class... Es, class Kept>
class lowering<map<Op, Es...>, Kept> : public map_lowering<map<Op, Es...>, Kept> {
  using map_lowering<map<Op, Es...>, Kept>::map_lowering;
};

/// Computes rows of a map into a buffer, so that what comes after loads them: into one that a fold keeps for others, or
/// once a block where the whole block has one value.
enum class buffer_use { row, block, keep, read };

template <class T, index N, class Cursor, template <class, index> class Loader>
class buffered_cursor {
public:
  using use = buffer_use;

  buffered_cursor(use how, T* kept, thread_state& state, std::optional<Cursor> from)
      : how_(how), cut_(&state.blocks), from_(std::move(from)), buffer_(kept), pitch_(state.blocks.pitch(N)) {
    if (kept != nullptr && state.keeps_in_target) {
      target_.emplace(*cut_, state.walks[0]);
      target_begin_ = kept;
      pitch_ = target_->next();
    } else if (kept == nullptr)
      buffer_ = state.memory.template take<T>(how != use::block                   ? cut_->stretch_pitch(N)
                                              : cut_->kind == block_kind::columns ? pitch_
                                                                                  : cut_->batch);
  }

  bool fixed_in_block() const { return how_ == use::block || is_one_row(); }
  // Kept rows have a place each.
  bool rows_coexist() const { return how_ != use::row; }
  bool advances() const { return how_ == use::read || fixed_in_block(); }

  void enter(const block& b) {
    if (target_) {
      target_->enter(b);
      buffer_ = target_begin_ + target_->of_result(0) + b.middle_begin * target_->middle() + b.begin;
    }
    if (!from_) return;
    from_->enter(b);
    computed_ = false;
    if constexpr (has_results)
      if (how_ == use::block) {
        results_row r{first_row(b)};
        r.count = cut_->kind == block_kind::columns ? cut_->width(b.count) : b.results;
        compute(r, buffer_);
      }
  }

  TUTTI_INLINE Loader<T, N> enter_row(const row& r) {
    if (how_ == use::block) {
      if (cut_->kind == block_kind::columns) return {buffer_ + r.first, -1};
      return {buffer_ + r.result, 0, cut_->rows_of_results()};
    }
    T* const at = how_ == use::row ? buffer_ : buffer_ + r.number * pitch_ + r.first;
    if (how_ != use::read && !std::exchange(computed_, is_one_row())) compute(r, at);
    return {at, -1, how_ == use::read ? pitch_ : 0};
  }

private:
  static constexpr bool has_results = std::same_as<Loader<T, N>, kernel::value_loader<T, N>>;
  // Whether all rows of a block are the same. (Where reductions run inside the loops, its results have one each.)
  bool is_one_row() const { return how_ == use::row && cut_->rows_advance() && plan::fixed_in_block(*from_); }
  template <class Row>
  [[gnu::noinline]] void compute(const Row& r, T* to) { kernel::map_rows<N, 1>(to, from_->enter_row(r), r.count); }

  use how_;
  const cut* cut_;
  std::optional<Cursor> from_;
  T* buffer_;
  index pitch_;
  std::optional<position> target_; // if rows are kept where the results will be
  T* target_begin_ = nullptr;
  bool computed_ = false; // the one row that all of this block are
};

/// A map that is kept: computed by the first fold that needs it, read by whatever comes later.
template <class Op, class... Es, class Kept>
  requires contains<Kept, map<Op, Es...>>
class lowering<map<Op, Es...>, Kept> {
public:
  using map_type = map<Op, Es...>;
  using T = compute_t<typename map_type::value_type>;
  static constexpr std::size_t walks = map_lowering<map_type, Kept>::walks;

  lowering(const map_type& m, context& c, const frame& f) : node_(&m), values_(&c.kept) {
    if (find() != shared_values::none) return; // a fold that is complete keeps it
    c.buffers = true;
    from_.emplace(m, c, f);
    if (c.fold_depth > 0 && c.nests) // a block is small enough to keep
      c.offer_to_keep(&type_tag<map_type>, &m, static_cast<index>(sizeof(T)), same_nodes<map_type>);
  }

  template <index N>
  auto cursor(thread_state& state) const {
    using from = decltype(from_->template cursor<N>(state));
    using use = buffer_use;
    const std::size_t slot = find();
    const bool found = slot != shared_values::none;
    const use how = !found ? use::row : values_->node(slot) == node_ ? use::keep : use::read;
    return buffered_cursor<T, N, from, kernel::row_loader>(
        how, found ? static_cast<T*>(state.kept[slot]) : nullptr, state,
        from_ ? std::optional<from>(from_->template cursor<N>(state)) : std::nullopt);
  }

private:
  std::size_t find() const { return values_->find({node_, &type_tag<map_type>}, same_nodes<map_type>); }

  const map_type* node_;
  const shared_values* values_;
  std::optional<map_lowering<map_type, Kept>> from_;
};

/// A map of block values alone: computed once a block, where its reductions run inside the loops. Those that it is made
/// of are computed along with it.
template <class Op, class... Es, class Kept>
  requires is_block_value<map<Op, Es...>>
class lowering<map<Op, Es...>, Kept> {
public:
  using map_type = map<Op, Es...>;
  using T = compute_t<typename map_type::value_type>;
  static constexpr std::size_t walks = map_lowering<map_type, Kept, true>::walks;

  lowering(const map_type& m, context& c, const frame& f) : staged_(-c.staged), from_(m, c, f) { staged_ += c.staged; }

  template <index N>
  auto cursor(thread_state& state) const {
    using from = decltype(from_.template cursor<N>(state));
    using buffered = buffered_cursor<T, N, from, kernel::value_loader>;
    return buffered(staged_ == 0 ? buffered::use::block : buffered::use::row, nullptr, state,
                    from_.template cursor<N>(state));
  }

private:
  index staged_; // how many of its reductions are stages: those may differ from row to row
  map_lowering<map_type, Kept, true> from_;
};

} // namespace plan

TUTTI_NAMESPACE_END
