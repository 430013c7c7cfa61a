// SPDX-License-Identifier: MIT
#pragma once

// fixed: a small tensor whose shape is part of its type. Its elements stand in the object itself.

#include <bit>

#include <tutti/core/fixed_view.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {

// The greatest power of two that divides the size, so that nothing is padded and whole registers are aligned; at most a
// cache line.
template <class T>
constexpr std::size_t alignment_of_fixed(std::size_t count) {
  const std::size_t bytes = sizeof(T) * count;
  return std::max(alignof(T), std::min(storage_alignment, bytes & (~bytes + 1)));
}

// What may stand for one element between the braces: a number, or an expression with one value.
template <class V>
concept element_value = scalar_value<std::remove_cvref_t<V>> || (operand<V> && rank_of<V> == 0);

} // namespace detail

/// Elements of type T in row-major order, of a shape that the compiler knows: no heap, trivially copyable, usable in
/// constant expressions. Elementwise formulas over fixed tensors and numbers, products of matrices and reductions of all
/// elements are written out by the compiler; reductions along an axis, and formulas with tensors beside them, run as any
/// formula does.
/// Example: `fixed<float, 2, 2> m{{1, 2}, {3, 4}}; fixed<float, 2> v{5, 6}; fixed<float, 2> y = matmul(m, v) * 2;
/// std::cout << y;` is `[34. 78.]`.
template <class T, index... Extents>
class alignas(detail::alignment_of_fixed<T>(static_cast<std::size_t>((Extents * ... * 1)))) fixed : public operand_tag {
  static_assert(element<T>, "tutti: this is not an element type: bool, (u)int8 to (u)int64, float16, bfloat16, float, "
                            "double, complex<float>, complex<double>");
  static_assert(sizeof...(Extents) <= max_rank, "tutti: a tensor's rank is at most 8");
  static_assert(((Extents > 0) && ...), "tutti: the extents of a fixed tensor are at least 1");

public:
  using value_type = T;
  using shape_type = static_shape<Extents...>;
  static constexpr index rank = sizeof...(Extents);

  /// Errors: none. Cost: none; no element is touched.

  /// Zeros. Cost: a write of each element.
  constexpr fixed() : elements_{} {}

  /// The elements in row-major order; as many as the shape says, or it is a compile-time error. Cost: a write of each
  /// element.
  template <detail::element_value... Values>
    requires(sizeof...(Values) > 0 && !(sizeof...(Values) == 1 && (operand<Values> && ...)))
  constexpr explicit(sizeof...(Values) == 1) fixed(const Values&... values) : elements_{} {
    static_assert(sizeof...(Values) == shape_type::count,
                  "tutti: a fixed tensor is made of as many elements as its shape has");
    index at = 0;
    ((elements_[at++] = converted(values)), ...);
  }
  /// The rows of a matrix. Cost: a write of each element.
  template <std::size_t... Columns>
    requires(rank == 2 && sizeof...(Columns) > 0)
  constexpr fixed(const T (&... rows)[Columns]) : elements_{} {
    static_assert(((sizeof...(Columns) * Columns == shape_type::count) && ...),
                  "tutti: a fixed matrix is made of as many rows and columns as its shape has");
    T* to = elements_;
    ((to = std::copy(rows, rows + Columns, to)), ...);
  }

  /// Evaluates the expression, which must have this shape. Errors: a shape_error where it has another that is known at
  /// run time only; a static one does not compile. Cost: the formula's; over fixed tensors and numbers the compiler
  /// unrolls it.
  template <operand E>
    requires(!std::same_as<std::remove_cvref_t<E>, fixed>)
  TUTTI_INLINE constexpr fixed(E&& expression) : fixed() {
    if constexpr (statically_shaped<E>) {
      static_assert(std::same_as<shape_t<E>, shape_type>,
                    "tutti: the static shape of the expression is not that of the fixed tensor that it is to make");
    } else if (!(expression.shape() == shape())) {
      throw shape_error("a fixed tensor of shape " + to_string(shape()) + " cannot be made from shape " +
                        to_string(expression.shape()));
    }
    assign(writable(), std::forward<E>(expression));
  }

  constexpr fixed(const fixed&) = default;
  constexpr fixed& operator=(const fixed&) = default;

  /// Evaluates the expression, which must broadcast to this shape. Reading this tensor on the right is safe. Errors: a
  /// shape_error where it does not broadcast and the compiler did not know. Cost: the formula's; over fixed tensors and
  /// numbers the compiler unrolls it.
  template <class Right>
    requires(operand<Right> || scalar_value<std::remove_cvref_t<Right>>)
  TUTTI_INLINE constexpr fixed& operator=(Right&& right) {
    assign(writable(), std::forward<Right>(right));
    return *this;
  }

  /// The first element, the extents, the strides, and how many elements and axes there are, as of a tensor. All but
  /// data() are known to the compiler. Errors: of shape(axis) an axis_error where there is no such axis.
  constexpr T* data() TUTTI_LIFETIMEBOUND { return elements_; }
  constexpr const T* data() const TUTTI_LIFETIMEBOUND { return elements_; }
  static constexpr auto shape() { return shape_type::list(); }
  static constexpr auto strides() { return row_major_strides<shape_type>::list(); }
  static constexpr index shape(index axis) { return shape()[normalize_axis(axis, rank, "shape")]; }
  static constexpr index size() { return shape_type::count; }
  static constexpr index dimension() { return rank; }

  /// An element; negative indices count from the end. Or a slice, through which writes go: positions, all, newaxis and
  /// ellipsis keep the shape static, ranges give an ordinary view. Errors: an index_error where a position in a slice
  /// is outside its extent, or, in a checked build only (see at()), an index; elsewhere that is undefined.
  template <slice... Slices>
  constexpr decltype(auto) operator()(const Slices&... slices) & TUTTI_LIFETIMEBOUND {
    return writable()(slices...);
  }
  template <slice... Slices>
  constexpr decltype(auto) operator()(const Slices&... slices) const& TUTTI_LIFETIMEBOUND {
    return leaf()(slices...);
  }
  template <slice... Slices>
  constexpr auto operator()(const Slices&... slices) && {
    return std::move(*this).leaf()(slices...);
  }
  template <slice... Slices>
  constexpr auto operator()(const Slices&... slices) const&& {
    return std::move(*this).leaf()(slices...);
  }

#if defined(__cpp_multidimensional_subscript)
  template <slice... Slices>
  constexpr decltype(auto) operator[](const Slices&... slices) & {
    return (*this)(slices...);
  }
  template <slice... Slices>
  constexpr decltype(auto) operator[](const Slices&... slices) const& {
    return (*this)(slices...);
  }
  template <slice... Slices>
  constexpr auto operator[](const Slices&... slices) && {
    return std::move(*this)(slices...);
  }
#endif

  /// An element, with bounds and rank checked in every build. Errors: an index_error where one is outside its extent.
  /// Cost: a comparison and a multiply-add for each axis.
  template <std::integral... Ints>
  constexpr T& at(Ints... indices) TUTTI_LIFETIMEBOUND {
    return writable().at(indices...);
  }
  template <std::integral... Ints>
  constexpr const T& at(Ints... indices) const TUTTI_LIFETIMEBOUND {
    return leaf().at(indices...);
  }

  /// The one value of a tensor with one element (PyTorch's item).
  constexpr T item() const {
    static_assert(shape_type::count == 1, "tutti: item: this fixed tensor has not one element");
    return elements_[0];
  }
  /// A rank-0 tensor converts to its value.
  constexpr operator T() const
    requires(rank == 0)
  {
    return elements_[0];
  }

  /// Iterators over all elements, in row-major order.
  constexpr T* begin() TUTTI_LIFETIMEBOUND { return elements_; }
  constexpr T* end() TUTTI_LIFETIMEBOUND { return elements_ + size(); }
  constexpr const T* begin() const TUTTI_LIFETIMEBOUND { return elements_; }
  constexpr const T* end() const TUTTI_LIFETIMEBOUND { return elements_ + size(); }

  /// The leaf that stands for this tensor in an expression: it refers to an lvalue, and holds an rvalue's elements.
  constexpr auto leaf() const& TUTTI_LIFETIMEBOUND {
    return fixed_view<const T, shape_type>(pointed<const T>{elements_});
  }
  /// The leaf through which this tensor can be written.
  constexpr auto writable() TUTTI_LIFETIMEBOUND { return fixed_view<T, shape_type>(pointed<T>{elements_}); }
  constexpr auto leaf() const&& { return fixed(*this).leaf(); }
  constexpr auto leaf() && {
    held<const T, shape_type::count> memory{};
    std::copy(begin(), end(), memory.elements);
    return fixed_view<const T, shape_type, row_major_strides<shape_type>, held<const T, shape_type::count>>(memory);
  }

private:
  template <class V>
  static constexpr T converted(const V& value) {
    if constexpr (operand<V>) return converted(static_cast<value_t<V>>(value));
    else {
      static_assert(convertible_element<V, T>,
                    "tutti: complex numbers cannot be assigned to real ones: take real(x), imag(x) or abs(x)");
      return convert_element<T>(value);
    }
  }

  T elements_[static_cast<std::size_t>(shape_type::count)];
};

TUTTI_NAMESPACE_END
