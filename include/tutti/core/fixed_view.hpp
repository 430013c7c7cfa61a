// SPDX-License-Identifier: MIT
#pragma once

// fixed_view: a view whose shape and strides are part of its type. It is the leaf of fixed tensors in an expression,
// and what their static slices are.

#include <tutti/core/static_shape.hpp>
#include <tutti/core/view.hpp>

TUTTI_NAMESPACE_BEGIN

/// Elements in somebody else's memory.
template <class T>
struct pointed {
  T* first;
  constexpr T* data() const { return first; }
  constexpr pointed from(index offset) const { return {first + offset}; }
};

/// Elements in the leaf itself: those of an rvalue.
template <class T, index Count>
struct held {
  std::remove_const_t<T> elements[static_cast<std::size_t>(Count)];
  index offset = 0;
  constexpr T* data() const { return elements + offset; }
  constexpr held from(index further) const {
    held moved = *this;
    moved.offset += further;
    return moved;
  }
};

namespace detail {

// A view_map that the compiler knows but for where it starts: `Map::map()` gives it.
template <class Map>
struct static_map {
  struct extents {
    static constexpr auto list() { return Map::map().shape(); }
  };
  template <class Strides>
  struct steps {
    static constexpr auto list() { return Map::map().strides(Strides::list()); }
  };
  using shape = list_as_t<static_shape, extents>;
  template <class Strides>
  using strides = list_as_t<static_strides, steps<Strides>>;
};

// Slices of which the type alone says the shape of the result: all but ranges.
template <class S>
concept shapely_slice = position<S> || whole_axis<S> || inserts_axis<S> || rest_of_axes<S>;

template <class Shape, class... Slices>
struct sliced {
  template <class S>
  static constexpr auto at_zero() {
    if constexpr (position<S>) return index{0};
    else return S{};
  }
  static constexpr auto map() { return slice_map(Shape::list(), at_zero<Slices>()...); }
};

} // namespace detail

template <class T, class Shape, class Strides = row_major_strides<Shape>, class Memory = pointed<T>>
class fixed_view;

template <class T, index... Extents, class Strides, class Memory>
class fixed_view<T, static_shape<Extents...>, Strides, Memory>
    : public node<fixed_view<T, static_shape<Extents...>, Strides, Memory>, std::remove_const_t<T>,
                  sizeof...(Extents)> {
public:
  using element_type = T;
  using shape_type = static_shape<Extents...>;
  using strides_type = Strides;

  constexpr explicit fixed_view(const Memory& memory) : memory_(memory) {}
  constexpr fixed_view(const fixed_view&) = default;
  constexpr fixed_view(fixed_view&&) = default;

  constexpr T* data() const { return memory_.data(); }
  constexpr const Memory& memory() const { return memory_; }
  static constexpr auto shape() { return shape_type::list(); }
  static constexpr auto strides() { return Strides::list(); }
  static constexpr index shape(index axis) { return shape()[normalize_axis(axis, shape_type::rank, "shape")]; }

  /// An element; negative indices count from the end. Bounds are checked in a checked build and in constant
  /// expressions.
  template <std::integral... Ints>
    requires(sizeof...(Ints) > 0 || sizeof...(Extents) == 0)
  constexpr T& operator()(Ints... indices) const {
    static_assert(sizeof...(Ints) == sizeof...(Extents),
                  "tutti: wrong number of indices: an element needs one index per axis; write x(i, ellipsis) for a "
                  "view");
    if constexpr (TUTTI_CHECKED) return at(indices...);
    if (std::is_constant_evaluated()) return at(indices...);
    index offset = 0, axis = 0;
    ((offset += (static_cast<index>(indices) < 0 ? static_cast<index>(indices) + shape_type::list()[axis]
                                                 : static_cast<index>(indices)) *
                Strides::list()[axis],
      ++axis),
     ...);
    return data()[offset];
  }

  /// A slice. Positions, all, newaxis and ellipsis keep the shape static; ranges give an ordinary view.
  template <slice... Slices>
    requires(sizeof...(Slices) > 0 && !(detail::position<Slices> && ...))
  constexpr auto operator()(const Slices&... slices) const {
    if constexpr ((detail::shapely_slice<Slices> && ...)) {
      using map = detail::static_map<detail::sliced<shape_type, Slices...>>;
      const index offset = slice_map(shape(), slices...).offset(strides());
      return fixed_view<T, typename map::shape, typename map::template strides<Strides>, Memory>(memory_.from(offset));
    } else {
      return sink(*this, slice_map(shape(), slices...));
    }
  }

#if defined(__cpp_multidimensional_subscript)
  template <slice... Slices>
  constexpr decltype(auto) operator[](const Slices&... slices) const { return (*this)(slices...); }
#endif

  /// An element, with bounds and rank checked in every build: index_error.
  template <std::integral... Ints>
  constexpr T& at(Ints... indices) const {
    if constexpr (sizeof...(Ints) != sizeof...(Extents)) {
      detail::throw_wrong_count(sizeof...(Ints), sizeof...(Extents));
    } else {
      index offset = 0, axis = 0;
      ((offset += normalize_index(static_cast<index>(indices), shape()[axis], axis) * strides()[axis], ++axis), ...);
      return data()[offset];
    }
  }

  constexpr auto begin() const { return element_iterator<T, shape_type::rank>(data(), shape(), strides(), 0); }
  constexpr auto end() const {
    return element_iterator<T, shape_type::rank>(data(), shape(), strides(), shape_type::count);
  }

  /// Writes the elements of the right side, which must broadcast to this shape, through the view.
  constexpr const fixed_view& operator=(const fixed_view& other) const
    requires(!std::is_const_v<T>)
  {
    assign(*this, other);
    return *this;
  }
  template <class Right>
    requires(!std::is_const_v<T> && (operand<Right> || scalar_value<Right>))
  constexpr const fixed_view& operator=(const Right& right) const {
    assign(*this, right);
    return *this;
  }
  template <class Right>
    requires(std::is_const_v<T>)
  constexpr const fixed_view& operator=(const Right&) const {
    static_assert(detail::always_false<Right>, "tutti: this view reads a const tensor and cannot be written");
    return *this;
  }

private:
  TUTTI_EMPTY_MEMBER Memory memory_;
};

/// Exchanges the elements of two views of one shape that share none: swap(x(0, all), x(1, all)).
/// Example: `fixed<int, 2, 2> x{{1, 2}, {3, 4}}; swap(x(0, all), x(1, all)); std::cout << x;` is `[[3 4] [1 2]]`.
template <class T, class Shape, class Strides>
  requires(!std::is_const_v<T>)
constexpr void swap(fixed_view<T, Shape, Strides> a, fixed_view<T, Shape, Strides> b) {
  detail::exchange_elements(a, b);
}

/// As an ordinary view, of the same memory; elements that the leaf holds itself move to the heap.
template <class T, class Shape, class Strides>
constexpr auto as_view(const fixed_view<T, Shape, Strides>& v) {
  return view<T, Shape::rank>(v.data(), v.shape(), v.strides());
}
template <class T, class Shape, class Strides, index Count>
auto as_view(const fixed_view<T, Shape, Strides, held<T, Count>>& v) {
  const auto memory = std::make_shared<const held<T, Count>>(v.memory());
  return view<T, Shape::rank, owned>(memory->data(), v.shape(), v.strides(), {memory});
}

/// A view that is known at run time only is an ordinary one.
template <class T, class Shape, class Strides, class Memory, index From, index To>
constexpr auto sink(const fixed_view<T, Shape, Strides, Memory>& v, const view_map<From, To>& map) {
  return sink(as_view(v), map);
}

TUTTI_NAMESPACE_END
