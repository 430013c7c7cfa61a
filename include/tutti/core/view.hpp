// SPDX-License-Identifier: MIT
#pragma once

// view: a pointer, a shape and strides. It is what slices of tensors are, what borrowed memory becomes, and the leaf of
// every expression tree.

#include <span>
#include <vector>

#include <tutti/core/element_iterator.hpp>
#include <tutti/core/expression.hpp>
#include <tutti/core/storage.hpp>

TUTTI_NAMESPACE_BEGIN

/// Elements in somebody else's memory (`Keeper` borrowed), or kept alive by the view itself (owned). T may be const.
/// Copying a view copies where it looks; assigning to it writes the elements, and the right side must broadcast to it.
/// Example: `int data[] = {1, 2, 3, 4}; std::cout << view(data, {2, 2});` is `[[1 2] [3 4]]`.
template <class T, index Rank = dynamic_rank, class Keeper = borrowed>
class view : public node<view<T, Rank, Keeper>, std::remove_const_t<T>, Rank> {
  static_assert(element<std::remove_const_t<T>>,
                "tutti: this is not an element type: bool, (u)int8 to (u)int64, float16, bfloat16, float, double, "
                "complex<float>, complex<double>");

public:
  using element_type = T;

  /// Errors: none. Cost: none; no element is touched.

  /// The element at position p is data[p[0] * strides[0] + p[1] * strides[1] + ...]: strides count elements, and may be
  /// negative or 0. That the memory has them all is not checked.
  /// Example: `int data[] = {1, 2, 3, 4}; std::cout << view(data, {2, 2}, {1, 2});` is `[[1 3] [2 4]]`.
  constexpr view(T* data, const index_list<Rank>& shape, const index_list<Rank>& strides, Keeper keeper = {})
      : shape_(shape), strides_(strides), data_(data), keeper_(std::move(keeper)) {}

  /// Over memory that lies in row-major order without gaps. Errors: a value_error where an extent is negative.
  constexpr view(T* data, const index_list<Rank>& shape)
      : view(data, detail::checked_extents(shape), contiguous_strides(shape)) {}

  // Member by member: see detail::copied.
  constexpr view(const view& other)
      : shape_(detail::copied(other.shape_)),
        strides_(detail::copied(other.strides_)),
        data_(other.data_),
        keeper_(other.keeper_) {}
  constexpr view(view&& other) noexcept
      : shape_(detail::copied(other.shape_)),
        strides_(detail::copied(other.strides_)),
        data_(other.data_),
        keeper_(std::move(other.keeper_)) {}

  /// The first element, the extents, and the strides in elements, as of a tensor. A view has size(), dimension() and
  /// item(), too, as every formula. Errors: of shape(axis) an axis_error where there is no such axis.
  constexpr T* data() const { return data_; }
  constexpr const index_list<Rank>& shape() const { return shape_; }
  constexpr const index_list<Rank>& strides() const { return strides_; }
  constexpr index shape(index axis) const { return shape_[normalize_axis(axis, shape_.size(), "shape")]; }
  /// What keeps the memory alive, where it is owned.
  constexpr const Keeper& keeper() const { return keeper_; }
  /// Asks whether the tensor that this looks at is there. Errors: in a checked build a lifetime_error where it is gone.
  constexpr void require_alive() const {
    if (keeper_.gone())
      throw lifetime_error("an expression uses " + std::string(dtype_name<std::remove_const_t<T>>()) +
                           " elements of shape " + to_string(shape_) +
                           " whose tensor has been destroyed, moved from or reallocated");
  }
  /// Whether the elements stand in row-major order without gaps.
  constexpr bool is_contiguous() const { return tutti::is_contiguous(shape_, strides_); }

  /// An element; negative indices count from the end. Errors: an index_error where the rank is known at run time only
  /// and the indices are not as many, and, in a checked build only (see at()), where one is outside its extent;
  /// elsewhere that is undefined. Cost: a multiply-add for each axis.
  template <std::integral... Ints>
    requires(sizeof...(Ints) > 0 || Rank == 0 || Rank == dynamic_rank)
  constexpr T& operator()(Ints... indices) const {
    static_assert(
        Rank == dynamic_rank || static_cast<index>(sizeof...(Ints)) == Rank,
        "tutti: wrong number of indices: an element needs one index per axis; write x(i, ellipsis) for a view");
    if constexpr (TUTTI_CHECKED) return at(indices...);
    if constexpr (Rank == dynamic_rank) require_one_per_axis(sizeof...(Ints));
    index offset = 0, axis = 0;
    ((offset +=
      (static_cast<index>(indices) < 0 ? static_cast<index>(indices) + shape_[axis] : static_cast<index>(indices)) *
      strides_[axis],
      ++axis),
     ...);
    return data_[offset];
  }

  /// A slice: all, range, newaxis, ellipsis and positions. Writes go through. Errors: an index_error where a position
  /// is outside its extent or there are more slices than axes; of a static rank the latter does not compile. Cost:
  /// none; no element is touched.
  template <slice... Slices>
    requires(sizeof...(Slices) > 0 && !(detail::position<Slices> && ...))
  constexpr auto operator()(const Slices&... slices) const { return sink(*this, slice_map(shape_, slices...)); }
  template <class... Others>
    requires(!(slice<Others> && ...))
  constexpr auto operator()(const Others&...) const { return detail::refuse_slices<view, Others...>(*this); }

#if defined(__cpp_multidimensional_subscript)
  template <slice... Slices>
  constexpr decltype(auto) operator[](const Slices&... slices) const { return (*this)(slices...); }
#endif

  /// An element, with bounds and rank checked in every build. Errors: an index_error where one is outside its extent,
  /// or they are not one for each axis. Cost: a comparison and a multiply-add for each axis.
  template <std::integral... Ints>
  constexpr T& at(Ints... indices) const {
    require_alive();
    require_one_per_axis(sizeof...(Ints));
    index offset = 0, axis = 0;
    ((offset += normalize_index(static_cast<index>(indices), shape_[axis], axis) * strides_[axis], ++axis), ...);
    return data_[offset];
  }

  /// Iterators over all elements, in row-major order however they stand in memory. Cost: a step to the next element; of
  /// a view with gaps it counts positions.
  constexpr auto begin() const {
    require_alive();
    return element_iterator<T, Rank>(data_, shape_, strides_, 0);
  }
  constexpr auto end() const { return element_iterator<T, Rank>(data_, shape_, strides_, this->size()); }

  /// Writes the elements of the right side, which must broadcast to this view's shape, through the view. Errors: a
  /// shape_error where it does not broadcast; nothing is written then. Cost: as the formula's, in one sweep; memory for
  /// the result only where the right side reads this view in another order.
  constexpr const view& operator=(const view& other) const
    requires(!std::is_const_v<T>)
  {
    assign(*this, other);
    return *this;
  }
  template <class Right>
    requires(!std::is_const_v<T> && (operand<Right> || scalar_value<Right>))
  constexpr const view& operator=(const Right& right) const {
    assign(*this, right);
    return *this;
  }

  template <class Right>
    requires(std::is_const_v<T>)
  constexpr const view& operator=(const Right&) const {
    static_assert(detail::always_false<Right>, "tutti: this view reads a const tensor and cannot be written");
    return *this;
  }

private:
  constexpr void require_one_per_axis(std::size_t given) const {
    if (static_cast<index>(given) != shape_.size()) detail::throw_wrong_count(static_cast<index>(given), shape_.size());
  }

  index_list<Rank> shape_;
  index_list<Rank> strides_;
  T* data_;
  TUTTI_EMPTY_MEMBER Keeper keeper_;
};

template <class T, index Rank>
view(T*, const index_list<Rank>&) -> view<T, Rank>;
template <class T, index Rank>
view(T*, const index_list<Rank>&, const index_list<Rank>&) -> view<T, Rank>;
template <class T, std::size_t Rank>
view(T*, const detail::any_integer (&)[Rank]) -> view<T, static_cast<index>(Rank)>;
template <class T, std::size_t Rank>
view(T*, const detail::any_integer (&)[Rank], const detail::any_integer (&)[Rank]) -> view<T, static_cast<index>(Rank)>;

namespace detail {
template <class View>
constexpr void exchange_elements(const View& a, const auto& b) {
  if (!(a.shape() == b.shape()))
    throw shape_error("cannot swap shapes " + to_string(a.shape()) + " and " + to_string(b.shape()));
  const auto before = evaluate(a);
  a = b;
  b = before;
}
} // namespace detail

/// Exchanges the elements of two views of one shape that share none: swap(x(0, all), x(1, all)). `std::swap` written in
/// full assigns instead, and leaves both views with the elements of the second.
///
/// Shapes: equal. Types: any, the same. Errors: a shape_error for two shapes.
/// Cost: three passes over the elements, by way of a tensor. NumPy: `a[:], b[:] = b.copy(), a.copy()`.
/// Example: `tensor x = array({1, 2, 3, 4}); swap(x(range(2)), x(range(2, none))); std::cout << x;` is `[3 4 1 2]`.
template <class T, index Rank, class Keeper>
  requires(!std::is_const_v<T>)
void swap(view<T, Rank, Keeper> a, view<T, Rank, Keeper> b) { detail::exchange_elements(a, b); }

template <class>
inline constexpr bool is_view = false;
template <class T, index Rank, class Keeper>
inline constexpr bool is_view<view<T, Rank, Keeper>> = true;

/// A view seen through a view_map: still a view, of the same memory.
template <class T, index Rank, class Keeper, index To>
constexpr auto sink(const view<T, Rank, Keeper>& leaf, const view_map<Rank, To>& map) {
  // Nothing may be added to the null pointer of an empty tensor.
  T* const data = leaf.data() == nullptr ? nullptr : leaf.data() + map.offset(leaf.strides());
  return view<T, To, Keeper>(data, map.shape(), map.strides(leaf.strides()), leaf.keeper());
}

/// A one-dimensional view of a vector's or a span's elements, which must outlive it. Cost: none. Shapes: one axis.
/// Types: T. Errors: none. NumPy: frombuffer, asarray.
/// Example: `std::vector<int> v{1, 2, 3}; as_view(v) *= 2; std::cout << as_view(v);` is `[2 4 6]`.
template <class T, std::size_t Extent>
auto as_view(std::span<T, Extent> elements) { return view<T, 1>(elements.data(), {elements.size()}); }
template <class T>
auto as_view(std::vector<T>& elements TUTTI_LIFETIMEBOUND) {
  static_assert(!std::same_as<T, bool>, "tutti: a std::vector<bool> holds bits, and nothing that a view can look at");
  return as_view(std::span<T>(elements));
}
template <class T>
auto as_view(const std::vector<T>& elements TUTTI_LIFETIMEBOUND) {
  static_assert(!std::same_as<T, bool>, "tutti: a std::vector<bool> holds bits, and nothing that a view can look at");
  return as_view(std::span<const T>(elements));
}

TUTTI_NAMESPACE_END

/// Iterators over borrowed elements outlive the view, so that std::ranges::sort(x(all, 0)) and the like take slices.
template <class T, tutti::index Rank>
inline constexpr bool std::ranges::enable_borrowed_range<tutti::view<T, Rank, tutti::borrowed>> = true;
