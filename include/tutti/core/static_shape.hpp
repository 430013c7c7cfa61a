// SPDX-License-Identifier: MIT
#pragma once

// Shapes that the compiler knows: what a node's shape is, to what static shapes broadcast, and how a node keeps a shape
// without storage where it is static.

#include <utility>

#include <tutti/core/layout.hpp>

TUTTI_NAMESPACE_BEGIN

/// Strides that the compiler knows.
template <index... Strides>
struct static_strides {
  static constexpr index rank = sizeof...(Strides);
  static constexpr index_list<rank> list() {
    if constexpr (rank == 0) return {};
    else return index_list<rank>(std::array<index, sizeof...(Strides)>{Strides...});
  }
};

namespace detail {

template <class Shape>
inline constexpr index rank_of_shape = Shape::rank;
template <index Rank>
inline constexpr index rank_of_shape<index_list<Rank>> = Rank;

template <class E>
struct shape_of {
  using type = index_list<E::rank>;
};
template <class E>
  requires requires { typename E::shape_type; }
struct shape_of<E> {
  using type = typename E::shape_type;
};

} // namespace detail

/// The type that says an operand's shape: static_shape<...> where the compiler knows it, else index_list.
template <class E>
using shape_t = typename detail::shape_of<std::remove_cvref_t<E>>::type;

template <class E>
concept statically_shaped = is_static_shape<shape_t<E>>;

namespace detail {

// A list that a constant expression yields, as a type. `List::list()` gives it; this is how lists become parameters.
template <template <index...> class To, class List, std::size_t... I>
constexpr auto list_as(std::index_sequence<I...>) -> To<List::list()[I]...>;
template <template <index...> class To, class List>
using list_as_t =
    decltype(list_as<To, List>(std::make_index_sequence<static_cast<std::size_t>(List::list().size())>{}));

template <class Shape>
struct row_major_list {
  static constexpr auto list() { return contiguous_strides(Shape::list()); }
};

template <class A, class B>
struct static_broadcast {
  static constexpr index extent(const auto& list, index from_end) {
    return from_end <= list.size() ? list[list.size() - from_end] : 1;
  }
  static constexpr bool fits() {
    for (index i = 1; i <= std::max(A::rank, B::rank); ++i) {
      const index a = extent(A::list(), i), b = extent(B::list(), i);
      if (a != b && a != 1 && b != 1) return false;
    }
    return true;
  }
  static_assert(fits(), "tutti: the static shapes of the operands do not broadcast");

  static constexpr auto list() {
    constexpr index rank = std::max(A::rank, B::rank);
    auto result = index_list<rank>::filled(rank, 1);
    for (index i = 1; i <= rank; ++i)
      result[rank - i] = extent(A::list(), i) == 1 ? extent(B::list(), i) : extent(A::list(), i);
    return result;
  }
};

template <class... Shapes>
struct broadcast_result {
  using type = index_list<broadcast_rank<rank_of_shape<Shapes>...>>;
};
template <index... Extents>
struct broadcast_result<static_shape<Extents...>> {
  using type = static_shape<Extents...>;
};
template <class A, class B, class... Rest>
  requires(is_static_shape<A> && is_static_shape<B> && (is_static_shape<Rest> && ...))
struct broadcast_result<A, B, Rest...> : broadcast_result<list_as_t<static_shape, static_broadcast<A, B>>, Rest...> {};

} // namespace detail

/// The row-major strides of a static shape.
template <class Shape>
using row_major_strides = detail::list_as_t<static_strides, detail::row_major_list<Shape>>;

/// The shape of operands of these shapes together: static where all are. Static shapes that do not broadcast are a
/// compile-time error, which names both.
template <class... Shapes>
using broadcast_shape_t = typename detail::broadcast_result<Shapes...>::type;

namespace detail {

template <class Shape, class To>
constexpr bool fits() {
  if constexpr (Shape::rank > To::rank) {
    return false;
  } else {
    for (index i = 1; i <= Shape::rank; ++i) {
      const index from = Shape::list()[Shape::rank - i];
      if (from != 1 && from != To::list()[To::rank - i]) return false;
    }
    return true;
  }
}
/// Whether a static shape broadcasts to exactly another.
template <class Shape, class To>
inline constexpr bool fits_into = fits<Shape, To>();

} // namespace detail

/// A node's shape: a list, or nothing at all where the type says it.
template <class Shape>
class kept_shape {
public:
  constexpr kept_shape() = default;
  constexpr explicit kept_shape(const Shape& shape) : shape_(detail::copied(shape)) {}
  constexpr kept_shape(const kept_shape& other) : shape_(detail::copied(other.shape_)) {}
  constexpr kept_shape& operator=(const kept_shape&) = default;
  constexpr const Shape& list() const { return shape_; }

private:
  Shape shape_{};
};
template <index... Extents>
class kept_shape<static_shape<Extents...>> {
public:
  constexpr kept_shape() = default;
  constexpr explicit kept_shape(const index_list<static_cast<index>(sizeof...(Extents))>&) {}
  static constexpr auto list() { return static_shape<Extents...>::list(); }
};

TUTTI_NAMESPACE_END
