// SPDX-License-Identifier: MIT
#pragma once

// Concatenations and reshapes: each part is evaluated straight into its place.

#include <tutti/expr/join.hpp>
#include <tutti/expr/reshape.hpp>
#include <tutti/plan/barrier.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Evaluates `part` into the slice of `to` that begins at `at` along `axis`, and moves `at` behind it.
template <class E, class T, index Rank, class Keeper>
void place_part(const E& part, const view<T, Rank, Keeper>& to, index axis, index& at) {
  auto shape = to.shape();
  shape[axis] = part.shape()[axis];
  assign(view<T, Rank, Keeper>(to.data() + at * to.strides()[axis], shape, to.strides(), to.keeper()), part);
  at += part.shape()[axis];
}

template <class... Es, class T, index Rank, class Keeper>
void run_barrier(const concatenation<Es...>& c, const view<T, Rank, Keeper>& to) {
  index at = 0;
  c.operands().apply([&](const auto&... part) { (place_part(part, to, c.axis(), at), ...); });
}

template <class E, class T, index Rank, class Keeper>
void run_barrier(const sequence_concatenation<E>& c, const view<T, Rank, Keeper>& to) {
  index at = 0;
  for (const E& part : c.parts()) place_part(part, to, c.axis(), at);
}
template <class E>
bool reads(const sequence_concatenation<E>& c, const std::byte* low, const std::byte* high) {
  return std::any_of(c.parts().begin(), c.parts().end(), [&](const E& part) { return reads(part, low, high); });
}

template <class E, index To, class T, index Rank, class Keeper>
void run_barrier(const reshaped<E, To>& r, const view<T, Rank, Keeper>& to) {
  const auto& e = get<0>(r.operands());
  if (to.is_contiguous()) {
    assign(view<T, E::rank, Keeper>(to.data(), e.shape(), contiguous_strides(e.shape()), to.keeper()), e);
  } else {
    const auto memory = run_stage(e);
    assign(to, view<const value_t<E>, To>(memory.get(), r.shape()));
  }
}

/// A reshaped view whose strides allow it is a leaf; other reshapes are stages.
template <class T, index Rank, class Keeper, index To, class Kept>
class lowering<reshaped<view<T, Rank, Keeper>, To>, Kept> {
public:
  using value_type = std::remove_const_t<T>;
  static constexpr std::size_t walks = 1;

  lowering(const reshaped<view<T, Rank, Keeper>, To>& r, context& c, const frame& f) {
    const auto& leaf = get<0>(r.operands());
    if (const auto strides = tutti::detail::reshape_strides(leaf.shape(), leaf.strides(), r.shape()))
      leaf_.emplace(view<T, To, Keeper>(leaf.data(), r.shape(), *strides, leaf.keeper()), c, f);
    else stage_.emplace(r, c, f);
  }
  template <index N>
  auto cursor(thread_state& state) const {
    return leaf_ ? leaf_->template cursor<N>(state) : stage_->template cursor<N>(state);
  }

private:
  std::optional<lowering<view<T, To, Keeper>, Kept>> leaf_;
  std::optional<stage_leaf<value_type>> stage_;
};

} // namespace plan

TUTTI_NAMESPACE_END
