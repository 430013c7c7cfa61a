// SPDX-License-Identifier: MIT
#pragma once

// index_list: the short list of numbers, one per axis, that shapes, strides and positions are. It never allocates.
// static_shape: a shape that the compiler knows.

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <tutti/core/error.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {

/// As to_string, for any rank.
inline std::string list_text(std::span<const index> list) {
  std::string text = "(";
  for (const index number : list) text += (text.size() > 1 ? ", " : "") + std::to_string(number);
  return text + (list.size() == 1 ? ",)" : ")");
}

// What throws is a function that all formulas share: a message that is put together where it is thrown would be compiled into
// each of them.
[[noreturn]] inline void throw_wrong_length(index wanted, index given) {
  throw shape_error("expected " + std::to_string(wanted) + " numbers, one per axis, and got " + std::to_string(given));
}

[[noreturn]] inline void throw_rank_too_great(index given) {
  throw shape_error("rank " + std::to_string(given) + " is above the greatest rank, " + std::to_string(max_rank));
}

[[noreturn]] inline void throw_too_many_elements() {
  throw shape_error("a shape has more elements than can be counted");
}

[[noreturn]] inline void throw_negative_extent(std::span<const index> shape) {
  throw value_error("negative extent in shape " + list_text(shape));
}

[[noreturn]] inline void throw_no_such_axis(const char* what, index axis, index rank) {
  throw axis_error(std::string(what) + ": axis " + std::to_string(axis) + " is out of range for rank " +
                   std::to_string(rank));
}

[[noreturn]] inline void throw_named_twice(const char* what, index axis) {
  throw axis_error(std::string(what) + ": axis " + std::to_string(axis) + " is named twice");
}

// The length is a constant for a static rank and a number beside the values for a dynamic one.
template <index Rank>
struct list_length {
  constexpr list_length() = default;
  constexpr explicit list_length(index count) {
    if (count != Rank) throw_wrong_length(Rank, count);
  }
  static constexpr index value() { return Rank; }
};
template <>
struct list_length<dynamic_rank> {
  index count = 0;
  constexpr list_length() = default;
  constexpr explicit list_length(index n) : count(n) {
    if (n > max_rank) throw_rank_too_great(n);
  }
  constexpr index value() const { return count; }
};

} // namespace detail

/// One number per axis: a shape, strides, or a position. `Rank` may be dynamic_rank; at most max_rank numbers.
/// Example: `index_list shape{2, 3}; std::cout << to_string(shape) << element_count(shape);` is `(2, 3)6`.
template <index Rank = dynamic_rank>
class index_list {
public:
  static constexpr index capacity = Rank == dynamic_rank ? max_rank : Rank;

  /// Errors: none. Cost: max_rank steps at most; no heap.

  /// No numbers; of a static rank, zeros.
  constexpr index_list() = default;

  /// The given numbers, as many as a static rank says.
  template <std::integral... Ints>
    requires(sizeof...(Ints) > 1 && (Rank == dynamic_rank ? sizeof...(Ints) <= max_rank : sizeof...(Ints) == Rank))
  constexpr index_list(Ints... values) : length_(sizeof...(Ints)), values_{static_cast<index>(values)...} {}
  // One number alone must stand in braces: a number is not a shape.
  template <std::integral Int>
    requires(Rank == dynamic_rank || Rank == 1)
  constexpr index_list(std::initializer_list<Int> list) : index_list(std::span<const Int>(list.begin(), list.size())) {}

  /// From an array, a vector or a span of integers. Errors: a shape_error where a static rank differs from its length,
  /// or that is above max_rank.
  template <std::integral Int, std::size_t Extent>
  constexpr index_list(std::span<Int, Extent> range) : length_(static_cast<index>(range.size())) {
    std::transform(range.begin(), range.end(), values_.begin(), [](auto v) { return static_cast<index>(v); });
  }
  template <std::integral Int, std::size_t N>
  constexpr index_list(const std::array<Int, N>& list) : index_list(std::span<const Int>(list)) {}
  template <std::integral Int>
  constexpr index_list(const std::vector<Int>& list) : index_list(std::span<const Int>(list)) {}

  /// From a list of another rank kind. Errors: a shape_error where a static rank differs from its length.
  template <index Other>
    requires(Other != Rank && (Other == dynamic_rank || Rank == dynamic_rank))
  constexpr index_list(const index_list<Other>& other) : length_(other.size()) {
    std::copy(other.begin(), other.end(), values_.begin());
  }

  /// `count` times `value`.
  static constexpr index_list filled(index count, index value) {
    index_list list;
    list.length_ = detail::list_length<Rank>(count);
    for (index i = 0; i < count; ++i) list[i] = value;
    return list;
  }

  /// How many numbers there are, and the numbers, as of the standard's containers: no position is checked.
  constexpr index size() const { return length_.value(); }
  constexpr bool empty() const { return size() == 0; }
  constexpr index& operator[](index i) { return values_[static_cast<std::size_t>(i)]; }
  constexpr const index& operator[](index i) const { return values_[static_cast<std::size_t>(i)]; }
  constexpr index* begin() { return values_.data(); }
  constexpr index* end() { return values_.data() + size(); }
  constexpr const index* begin() const { return values_.data(); }
  constexpr const index* end() const { return values_.data() + size(); }
  constexpr index back() const { return (*this)[size() - 1]; }

  /// Adds a number at the end. Errors: a shape_error for one more than max_rank.
  constexpr void push_back(index value)
    requires(Rank == dynamic_rank)
  {
    length_ = detail::list_length<Rank>(size() + 1);
    values_[static_cast<std::size_t>(size() - 1)] = value;
  }

  template <index Other>
  friend constexpr bool operator==(const index_list& a, const index_list<Other>& b) {
    if (a.size() != b.size()) return false;
    // Not std::equal: that calls memcmp, whose wide loads wait for the numbers stored one by one just before.
    for (index i = 0; i < a.size(); ++i)
      if (a[i] != b[i]) return false;
    return true;
  }

private:
  TUTTI_EMPTY_MEMBER detail::list_length<Rank> length_;
  std::array<index, static_cast<std::size_t>(std::max<index>(capacity, 1))>
      values_{}; // never of no elements: g++ would warn
};

template <std::integral... Ints>
  requires(sizeof...(Ints) > 1)
index_list(Ints...) -> index_list<static_cast<index>(sizeof...(Ints))>;

namespace detail {

/// A number in a braced list, of any integer type: to say {n, 3} with a size_t narrows nothing.
struct any_integer {
  template <std::integral Int>
  constexpr any_integer(Int number) : value(static_cast<index>(number)) {}
  index value;
};

// The rank that a braced list has is known.
template <std::size_t N>
constexpr auto list_of(const any_integer (&numbers)[N]) {
  index_list<static_cast<index>(N)> list;
  for (std::size_t i = 0; i < N; ++i) list[static_cast<index>(i)] = numbers[i].value;
  return list;
}

// A copy, number by number. What a compiler copies as one block it reads in wide registers, which wait for narrow stores just
// before: so they would each time that a formula takes in another.
template <index Rank>
constexpr index_list<Rank> copied(const index_list<Rank>& list) {
  if constexpr (Rank == dynamic_rank) {
    return list;
  } else {
    index_list<Rank> copy;
    for (index i = 0; i < Rank; ++i) copy[i] = list[i];
    return copy;
  }
}
} // namespace detail

/// The product of the extents: how many elements a shape has. Errors: a shape_error where that overflows. Cost: a
/// multiplication for each axis. NumPy: size.
/// Example: `element_count(index_list<2>{3, 4})` is `12`.
template <index Rank>
constexpr index element_count(const index_list<Rank>& shape) {
  index count = 1;
  bool overflow = false;
  for (const index extent : shape) {
    if (extent == 0) return 0;
    overflow = overflow || __builtin_mul_overflow(count, extent, &count);
  }
  if (overflow) detail::throw_too_many_elements();
  return count;
}

/// "(3, 4)", as Python prints a tuple: one extent is "(3,)", none is "()". Errors: none. Cost: a string. Python: str.
/// Example: `to_string(ones<float>({3, 4}).shape())` is `(3, 4)`.
template <index Rank>
std::string to_string(const index_list<Rank>& list) { return detail::list_text(list); }

namespace detail {
/// The shape; of negative extents a value_error.
template <index Rank>
constexpr const index_list<Rank>& checked_extents(const index_list<Rank>& shape) {
  for (const index extent : shape)
    if (extent < 0) throw_negative_extent(shape);
  return shape;
}
} // namespace detail

/// A shape that the compiler knows. Errors: none. Cost: none.
template <index... Extents>
struct static_shape {
  static constexpr index rank = sizeof...(Extents);
  static constexpr index count = (Extents * ... * 1);
  /// The extents as an index_list.
  static constexpr index_list<rank> list() {
    if constexpr (rank == 0) return {};
    else return {Extents...};
  }
  constexpr operator index_list<rank>() const { return list(); }
};

template <class Shape>
inline constexpr bool is_static_shape = false;
template <index... Extents>
inline constexpr bool is_static_shape<static_shape<Extents...>> = true;

/// The rank of what operands of these ranks broadcast to.
template <index... Ranks>
inline constexpr index broadcast_rank =
    ((Ranks == dynamic_rank) || ...) ? dynamic_rank : std::max({index{0}, Ranks...});

/// Turns an axis counted from the end (-1 is the last) into one counted from 0; `what` names the operation. Errors: an
/// axis_error where there is no such axis. Cost: none. NumPy: lib.array_utils.normalize_axis_index.
/// Example: `normalize_axis(-1, 3, "sum")` is `2`.
constexpr index normalize_axis(index axis, index rank, const char* what) {
  if (axis < -rank || axis >= rank) detail::throw_no_such_axis(what, axis, rank);
  return axis < 0 ? axis + rank : axis;
}

TUTTI_NAMESPACE_END
