// SPDX-License-Identifier: MIT
#pragma once

// A statement that only copies halves runs as a copy of their bits: on their way through float, NaNs would become others.

#include <cstdint>
#include <type_traits>

#include <tutti/core/half.hpp>
#include <tutti/expr/named.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Whether the assignment of such an expression to elements of type T is one.
template <class T, class E>
inline constexpr bool copies_bits = is_half<T> && (is_view<E> || is_named<E>) && std::same_as<value_t<E>, T>;

/// The bits of halves, which do not know whose they are: whether those are alive is asked here.
template <class T, index Rank, class Keeper>
auto bits_of(const view<T, Rank, Keeper>& x) {
  using bits = std::conditional_t<std::is_const_v<T>, const std::uint16_t, std::uint16_t>;
  x.require_alive();
  return view<bits, Rank>(reinterpret_cast<bits*>(x.data()), x.shape(), x.strides());
}
template <class View>
auto bits_of(const named_leaf<View>& n) { return bits_of(n.leaf()); }

} // namespace plan

TUTTI_NAMESPACE_END
