// SPDX-License-Identifier: MIT
#pragma once

// Formulas over fixed tensors and numbers alone. They have no loops and no plan: the compiler writes out every element,
// in packs where the shape fills them. First what a tree reduces or multiplies is settled, innermost first, so that
// leaves and maps are left; then all elements are computed, and only then stored: `y = transpose(y)` needs no care.

#include <tutti/core/fixed.hpp>
#include <tutti/expr/contract.hpp>
#include <tutti/plan/assign.hpp>
#include <tutti/plan/unroll_elements.hpp>
#include <tutti/plan/unroll_product.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// What unrolling does with a node; specialised for each kind that it knows. `most` is the number of elements, or of
/// multiply-adds, that the largest node of the tree would write out.
template <class E>
struct unrolling {
  static constexpr bool possible = false;
};

/// A tree that can be unrolled.
template <class E>
concept unrollable = expression<E> && unrolling<std::remove_cvref_t<E>>::possible;

/// Whether an assignment of E to that many elements is written out. In a constant expression everything is, by loops.
template <class E, class Shape>
inline constexpr bool unrolls = false;
template <unrollable E, class Shape>
inline constexpr bool unrolls<E, Shape> = std::max(unrolling<E>::most, Shape::count) <= most_unrolled;

template <class T, class Shape, class Strides, class Memory>
struct unrolling<fixed_view<T, Shape, Strides, Memory>> {
  static constexpr bool possible = true;
  static constexpr index most = Shape::count;
  TUTTI_INLINE static constexpr auto settle(const fixed_view<T, Shape, Strides, Memory>& leaf) {
    return fixed_view<const T, Shape, Strides>(pointed<const T>{leaf.data()});
  }
};

template <class T>
struct unrolling<scalar<T>> {
  static constexpr bool possible = true;
  static constexpr index most = 1;
  TUTTI_INLINE static constexpr scalar<T> settle(const scalar<T>& s) { return s; }
};

template <class Op, class... Es>
  requires(unrollable<Es> && ...)
struct unrolling<map<Op, Es...>> {
  static constexpr bool possible = true;
  static constexpr index most = std::max({shape_t<map<Op, Es...>>::count, unrolling<Es>::most...});
  TUTTI_INLINE static constexpr auto settle(const map<Op, Es...>& m) {
    return settle_each(m, std::index_sequence_for<Es...>{});
  }

private:
  template <std::size_t... I>
  TUTTI_INLINE static constexpr auto settle_each(const map<Op, Es...>& m, std::index_sequence<I...>) {
    return map<Op, decltype(unrolling<Es>::settle(std::get<I>(m.operands())))...>(
        m.op(), unrolling<Es>::settle(std::get<I>(m.operands()))...);
  }
};

template <class Op, class E, bool Keep>
  requires(unrollable<E> && requires(const Op& op, typename Op::template in<value_t<E>> x) { op.combine(x, x); })
struct unrolling<reduction<Op, E, tutti::detail::all_axes, Keep>> {
  using node_type = reduction<Op, E, tutti::detail::all_axes, Keep>;
  static constexpr bool possible = true;
  static constexpr index most = unrolling<E>::most;
  TUTTI_INLINE static constexpr auto settle(const node_type& r) {
    using in = typename node_type::in;
    using out = value_t<node_type>;
    const in folded = fold_elements<shape_t<E>, in>(unrolling<E>::settle(r.operand()), r.op());
    return scalar<out>(convert_element<out>(r.op().finish(folded, shape_t<E>::count)));
  }
};

template <class A, class B>
  requires(unrollable<A> && unrollable<B>)
struct unrolling<matmul_node<A, B>> {
  using T = value_t<matmul_node<A, B>>;
  using shape = shape_t<matmul_node<A, B>>;
  static constexpr bool possible = true;
  static constexpr index most =
      std::max({shape::count * shape_t<A>::list().back(), unrolling<A>::most, unrolling<B>::most});
  TUTTI_INLINE static constexpr auto settle(const matmul_node<A, B>& product) {
    return multiply_fixed<T, shape>(in_memory<shape_t<A>>(unrolling<A>::settle(product.a())),
                                    in_memory<shape_t<B>>(unrolling<B>::settle(product.b())));
  }

private:
  // Each element is read many times: what has to be computed is computed first.
  template <class Shape, class U, class Strides, class Memory>
  TUTTI_INLINE static constexpr auto in_memory(const fixed_view<U, Shape, Strides, Memory>& leaf) {
    return leaf;
  }
  template <class Shape, class E>
  TUTTI_INLINE static constexpr auto in_memory(const E& e) {
    return computed<value_t<E>, Shape>(e);
  }
};

} // namespace plan

/// Writes the elements of the right side to a fixed tensor or a static slice of one, to whose shape it must broadcast.
template <class T, class Shape, class Strides, class Memory, class Right>
constexpr void assign(const fixed_view<T, Shape, Strides, Memory>& to, Right&& right) {
  if constexpr (scalar_value<std::remove_cvref_t<Right>>) {
    assign(to, scalar<T>(detail::fit_scalar<T>(right)));
  } else {
    const auto e = as_node(std::forward<Right>(right));
    using E = std::remove_const_t<decltype(e)>;
    static_assert(convertible_element<value_t<E>, T>,
                  "tutti: complex numbers cannot be assigned to real ones: take real(x), imag(x) or abs(x)");
    if constexpr (statically_shaped<E>)
      static_assert(std::same_as<broadcast_shape_t<shape_t<E>, Shape>, Shape>,
                    "tutti: the static shape of the expression does not broadcast to that of the fixed tensor");
    if constexpr (plan::unrolls<E, Shape>) {
      plan::store_to(to, plan::unrolling<E>::settle(e));
    } else {
      if constexpr (plan::unrollable<E>)
        if (std::is_constant_evaluated()) return plan::store_to(to, plan::unrolling<E>::settle(e));
      assign(as_view(to), e);
    }
  }
}

/// The value of a rank-0 expression of fixed tensors.
template <plan::unrollable E>
constexpr value_t<E> evaluate_scalar(const E& e) {
  using T = value_t<E>;
  T value{};
  assign(fixed_view<T, static_shape<>>(pointed<T>{&value}), e);
  return value;
}

/// The one value of an expression of fixed tensors with one element.
template <plan::unrollable E>
constexpr value_t<E> evaluate_item(const E& e) {
  static_assert(shape_t<E>::count == 1, "tutti: item: this expression has not one element");
  using T = value_t<E>;
  T value{};
  assign(fixed_view<T, shape_t<E>>(pointed<T>{&value}), e);
  return value;
}

namespace detail {

template <class T, class Shape>
struct fixed_of;
template <class T, index... Extents>
struct fixed_of<T, static_shape<Extents...>> {
  using type = fixed<T, Extents...>;
};

} // namespace detail

/// The value of an expression of fixed tensors: a fixed tensor.
template <operand E>
  requires plan::unrollable<node_t<E>>
constexpr auto evaluate(E&& e) {
  return typename detail::fixed_of<value_t<E>, shape_t<E>>::type(std::forward<E>(e));
}

TUTTI_NAMESPACE_END
