// SPDX-License-Identifier: MIT
#pragma once

// A fixed tensor in a statement with tensors of other kinds: a leaf like a view.

#include <tutti/core/fixed_view.hpp>
#include <tutti/plan/cursor.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// The same memory as an ordinary view, for as long as the leaf lives.
template <class T, class Shape, class Strides, class Memory>
constexpr auto borrowed_view(const fixed_view<T, Shape, Strides, Memory>& leaf) {
  return view<T, Shape::rank>(leaf.data(), leaf.shape(), leaf.strides());
}

template <class T, class Shape, class Strides, class Memory>
class lowering<fixed_view<T, Shape, Strides, Memory>> : public lowering<view<const T, Shape::rank>> {
public:
  lowering(const fixed_view<T, Shape, Strides, Memory>& leaf, context& c, const frame& f)
      : lowering<view<const T, Shape::rank>>(view<const T, Shape::rank>(leaf.data(), leaf.shape(), leaf.strides()), c, f) {}
};

template <class T, class Shape, class Strides, class Memory>
bool reads(const fixed_view<T, Shape, Strides, Memory>& leaf, const std::byte* low, const std::byte* high) {
  const auto [from, to] = byte_range(borrowed_view(leaf));
  return from < high && low < to;
}

} // namespace plan

TUTTI_NAMESPACE_END
