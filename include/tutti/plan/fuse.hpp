// SPDX-License-Identifier: MIT
#pragma once

// Elementwise nodes melt into the loop that uses them: their loader loads the operands, converts and computes.

#include <tutti/plan/cursor.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Lane by lane, for operations that know plain numbers only.
template <index N, class Out, class Op, class... Vs>
TUTTI_INLINE auto apply_lanewise(const Op& op, const Vs&... operands) {
  alignas(simd::register_bytes) Out lanes[N];
  for (index i = 0; i < N; ++i) lanes[i] = op.apply(operands[i]...);
  return simd::load<N>(lanes);
}

template <class Map, index N, class... Loaders>
struct map_loader {
  using operation = typename Map::operation;
  [[no_unique_address]] operation op;
  std::tuple<Loaders...> operands;

  TUTTI_INLINE auto load(index j) const { return load_each(j, std::index_sequence_for<Loaders...>{}); }
  TUTTI_INLINE auto load_partial(index j, index n) const { return load_each_partial(j, n, std::index_sequence_for<Loaders...>{}); }

private:
  template <std::size_t... I>
  TUTTI_INLINE auto load_each(index j, std::index_sequence<I...>) const {
    return compute(simd::convert<typename Map::template in<I>>(std::get<I>(operands).load(j))...);
  }
  template <std::size_t... I>
  TUTTI_INLINE auto load_each_partial(index j, index n, std::index_sequence<I...>) const {
    return compute(simd::convert<typename Map::template in<I>>(std::get<I>(operands).load_partial(j, n))...);
  }
  template <class... Vs>
  TUTTI_INLINE auto compute(const Vs&... values) const {
    if constexpr (requires { operation::lanewise; }) return apply_lanewise<N, typename Map::value_type>(op, values...);
    else return op.apply(values...);
  }
};

template <class Map, index N, class... Cursors>
class map_cursor {
public:
  explicit map_cursor(const typename Map::operation& op, Cursors... operands) : op_(op), operands_(std::move(operands)...) {}

  void enter(const block& b) {
    std::apply([&](auto&... c) { (c.enter(b), ...); }, operands_);
  }
  TUTTI_INLINE auto enter_row(const row& r) { return enter_each(r, std::index_sequence_for<Cursors...>{}); }

private:
  template <std::size_t... I>
  TUTTI_INLINE auto enter_each(const row& r, std::index_sequence<I...>) {
    using loader = map_loader<Map, N, decltype(std::get<I>(operands_).enter_row(r))...>;
    return loader{op_, {std::get<I>(operands_).enter_row(r)...}};
  }

  [[no_unique_address]] typename Map::operation op_;
  std::tuple<Cursors...> operands_;
};

template <class Op, class... Es>
class lowering<map<Op, Es...>> {
public:
  using map_type = map<Op, Es...>;
  static constexpr std::size_t walks = (walks_of<Es> + ... + 0);

  lowering(const map_type& m, context& c, const frame& f) : lowering(m, c, f, std::index_sequence_for<Es...>{}) {}

  template <index N>
  auto cursor(thread_state& state) const {
    return std::apply(
        [&](const auto&... l) {
          return map_cursor<map_type, N, decltype(l.template cursor<N>(state))...>(op_, l.template cursor<N>(state)...);
        },
        operands_);
  }

private:
  template <std::size_t... I>
  lowering(const map_type& m, context& c, const frame& f, std::index_sequence<I...>)
      : op_(m.op()), operands_{lowering<Es>(std::get<I>(m.operands()), c, f)...} {}

  [[no_unique_address]] Op op_;
  std::tuple<lowering<Es>...> operands_;
};

} // namespace plan

TUTTI_NAMESPACE_END
