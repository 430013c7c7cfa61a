// SPDX-License-Identifier: MIT
#pragma once

// A fixed tensor in a statement with tensors of other kinds: a leaf like a view.

#include <tutti/core/fixed_view.hpp>
#include <tutti/plan/cursor.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

namespace detail {
// The leaf's memory as an ordinary view, for as long as the leaf lives.
template <class T, class Shape, class Strides, class Memory>
view<const T, Shape::rank> seen_as_view(const fixed_view<T, Shape, Strides, Memory>& leaf) {
  return {leaf.data(), leaf.shape(), leaf.strides()};
}
} // namespace detail

template <class T, class Shape, class Strides, class Memory, class Kept>
class lowering<fixed_view<T, Shape, Strides, Memory>, Kept> : public lowering<view<const T, Shape::rank>, Kept> {
public:
  lowering(const fixed_view<T, Shape, Strides, Memory>& leaf, context& c, const frame& f)
      : lowering<view<const T, Shape::rank>, Kept>(detail::seen_as_view(leaf), c, f) {}
};

template <class T, class Shape, class Strides, class Memory>
bool reads(const fixed_view<T, Shape, Strides, Memory>& leaf, const std::byte* low, const std::byte* high) {
  const auto [from, to] = byte_range(detail::seen_as_view(leaf));
  return from < high && low < to;
}

} // namespace plan

TUTTI_NAMESPACE_END
