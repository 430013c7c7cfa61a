// SPDX-License-Identifier: MIT
#pragma once

// Rows of fixed tensors in packs that they need not fill: how they are cut, kept from one step of a formula to the next,
// and written.

#include <tutti/core/fixed.hpp>
#include <tutti/expr/map.hpp>
#include <tutti/kernel/simd.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

template <index Value>
using constant = std::integral_constant<index, Value>;

namespace detail {

/// How rows of `Length` elements are cut into packs of `Width`, the last of which may hold less.
template <index Length, index Width>
struct row_packs {
  static constexpr index per_row = (Length + Width - 1) / Width;
  /// From one row to the next where each is kept in packs of its own.
  static constexpr index stride = per_row * Width;
  static constexpr index row(index pack) { return pack / per_row; }
  static constexpr index column(index pack) { return pack % per_row * Width; }
  static constexpr index position(index pack) { return row(pack) * Length + column(pack); }
  static constexpr index extent(index pack) { return std::min(Width, Length - column(pack)); }
};

/// The memory of a leaf that was computed by rows in packs of `Width`, which are whole in memory.
template <class T, index Width>
struct pointed_rows : pointed<T> {
  constexpr explicit pointed_rows(T* data) : pointed<T>{data} {}
};

/// That width; 0 for other memory.
template <class Memory>
inline constexpr index width_of_rows = 0;
template <class T, index Width>
inline constexpr index width_of_rows<pointed_rows<T, Width>> = Width;

/// The width of the packs in which rows as long as the domain's were computed, of which a tree holds some; or 0.
template <class Domain, class E>
inline constexpr index row_width = 0;
template <class Domain, class T, class Shape, class Strides, class Memory>
  requires(width_of_rows<Memory> > 0)
inline constexpr index row_width<Domain, fixed_view<T, Shape, Strides, Memory>> =
    Shape::list().back() == Domain::list().back() ? width_of_rows<Memory> : 0;
template <class Domain, class Op, class... Es>
inline constexpr index row_width<Domain, map<Op, Es...>> = std::max({row_width<Domain, Es>...});

/// Writes the first `Count` lanes, in pieces: what a masked store wrote takes longer to be read.
template <index Count, class T, class V>
TUTTI_INLINE void store_lanes_below(T* to, const V& v) {
  if constexpr (V::size == Count) {
    simd::store(to, v);
  } else if constexpr (Count == 1) {
    *to = convert_element<T>(v[0]);
  } else if constexpr (Count <= V::size / 2) {
    store_lanes_below<Count>(to, lower_half(v));
  } else {
    simd::store(to, lower_half(v));
    store_lanes_below<Count - V::size / 2>(to + V::size / 2, upper_half(v));
  }
}

/// Writes `Count` elements in rows of `Length` that stand `Stride` apart; `pack` computes each pack of a row. All are
/// computed before the first is written. What a row's last pack has too many spills over the next row, which is written
/// after it, but not over the end.
template <index Count, index Length, index Width, index Stride, class T, class Pack>
TUTTI_INLINE void store_rows(T* to, const Pack& pack) {
  using cut = row_packs<Length, Width>;
  [&]<index... P>(std::integer_sequence<index, P...>) __attribute__((always_inline)) {
    const decltype(pack(constant<0>{})) packs[]{pack(constant<P>{})...};
    const auto store = [&](auto p) __attribute__((always_inline)) {
      constexpr index at = cut::row(decltype(p)::value) * Stride + cut::column(decltype(p)::value);
      constexpr index end = Count / Length * Stride;
      store_lanes_below<std::min(Width, end - at)>(to + at, packs[decltype(p)::value]);
    };
    (store(constant<P>{}), ...);
  }(std::make_integer_sequence<index, Count / Length * cut::per_row>{});
}

} // namespace detail

} // namespace plan

TUTTI_NAMESPACE_END
