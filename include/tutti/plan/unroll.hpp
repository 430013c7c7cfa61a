// SPDX-License-Identifier: MIT
#pragma once

// Formulas over fixed tensors and numbers alone. They have no loops and no plan: the compiler writes out every element,
// in packs where the shape fills them. First what a tree reduces or multiplies is settled, innermost first, so that
// leaves and maps are left; then all elements are computed, and only then stored: `y = transpose(y)` needs no care.

#include <tutti/core/fixed.hpp>
#include <tutti/expr/contract.hpp>
#include <tutti/expr/named.hpp>
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

// settle(e, use) calls `use` with the settled tree. Results on the way stand in this function's memory: were they
// handed up by value, compilers would copy them.

template <class T, class Shape, class Strides, class Memory>
struct unrolling<fixed_view<T, Shape, Strides, Memory>> {
  static constexpr bool possible = true;
  static constexpr index most = Shape::count;
  template <class Use>
  TUTTI_INLINE static constexpr auto settle(const fixed_view<T, Shape, Strides, Memory>& leaf, const Use& use) {
    return use(fixed_view<const T, Shape, Strides>(pointed<const T>{leaf.data()}));
  }
};

template <unrollable View>
struct unrolling<named_leaf<View>> : unrolling<View> {
  template <class Use>
  TUTTI_INLINE static constexpr auto settle(const named_leaf<View>& n, const Use& use) {
    return unrolling<View>::settle(n.leaf(), use);
  }
};

template <class T>
struct unrolling<scalar<T>> {
  static constexpr bool possible = true;
  static constexpr index most = 1;
  template <class Use>
  TUTTI_INLINE static constexpr auto settle(const scalar<T>& s, const Use& use) { return use(s); }
};

template <class Op, class... Es>
  requires(unrollable<Es> && ...)
struct unrolling<map<Op, Es...>> {
  static constexpr bool possible = true;
  static constexpr index most = std::max({shape_t<map<Op, Es...>>::count, unrolling<Es>::most...});
  template <class Use, class... Settled>
  TUTTI_INLINE static constexpr auto settle(const map<Op, Es...>& m, const Use& use, const Settled&... before) {
    if constexpr (sizeof...(Settled) == sizeof...(Es)) {
      return use(map<Op, Settled...>(m.op(), before...));
    } else {
      using next = std::tuple_element_t<sizeof...(Settled), std::tuple<Es...>>;
      return unrolling<next>::settle(get<sizeof...(Settled)>(m.operands()),
                                     [&](const auto& settled)
                                         __attribute__((always_inline)) { return settle(m, use, before..., settled); });
    }
  }
};

template <class Op, class E, bool Keep>
  requires(unrollable<E> && requires(const Op& op, typename Op::template in<value_t<E>> x) { op.combine(x, x); })
struct unrolling<reduction<Op, E, tutti::detail::all_axes, Keep>> {
  using node_type = reduction<Op, E, tutti::detail::all_axes, Keep>;
  static constexpr bool possible = true;
  static constexpr index most = unrolling<E>::most;
  template <class Use>
  TUTTI_INLINE static constexpr auto settle(const node_type& r, const Use& use) {
    using in = typename node_type::in;
    using out = value_t<node_type>;
    return unrolling<E>::settle(r.operand(), [&](const auto& e) __attribute__((always_inline)) {
      const in folded = fold_elements<shape_t<E>, in>(e, r.op());
      return use(scalar<out>(convert_element<out>(r.op().finish(folded, shape_t<E>::count))));
    });
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
  template <class Use>
  TUTTI_INLINE static constexpr auto settle(const matmul_node<A, B>& product, const Use& use) {
    return with_product(product, [&](const auto& p) __attribute__((always_inline)) { return p.with_leaf(use); });
  }

  /// Writes the product to memory, as if it read everything before.
  template <class To>
  TUTTI_INLINE static constexpr void store(To* to, const matmul_node<A, B>& product) {
    with_product(product, [&](const auto& p) __attribute__((always_inline)) { p.store(to); });
  }

private:
  template <class Use>
  TUTTI_INLINE static constexpr auto with_product(const matmul_node<A, B>& product, const Use& use) {
    return with_leaf<A>(product.a(), [&]<class LeafA>(const LeafA& a) __attribute__((always_inline)) {
      return with_leaf<B>(product.b(), [&]<class LeafB>(const LeafB& b) __attribute__((always_inline)) {
        return use(fixed_product<shape, LeafA, LeafB>(a, b));
      });
    });
  }

  // Each element is read many times: what has to be computed is computed first.
  template <class E, class Use>
  TUTTI_INLINE static constexpr auto with_leaf(const E& e, const Use& use) {
    return unrolling<E>::settle(e, [&]<class S>(const S& settled) __attribute__((always_inline)) {
      if constexpr (requires { settled.data(); }) return use(settled);
      else return with_computed<value_t<E>, shape_t<E>>(settled, use);
    });
  }
};

template <class E, class Shape>
inline constexpr bool stores_itself = false;
template <class A, class B, class Shape>
inline constexpr bool stores_itself<matmul_node<A, B>, Shape> = std::same_as<shape_t<matmul_node<A, B>>, Shape>;

/// Evaluates an unrollable tree, all of it before anything is written.
template <class T, class Shape, class Strides, class Memory, class E>
TUTTI_INLINE constexpr void unroll(const fixed_view<T, Shape, Strides, Memory>& to, const E& e) {
  if constexpr (stores_itself<E, Shape> && std::same_as<Strides, row_major_strides<Shape>>)
    unrolling<E>::store(to.data(), e);
  else unrolling<E>::settle(e, [&](const auto& settled) __attribute__((always_inline)) { store_to(to, settled); });
}

} // namespace plan

/// Writes the elements of the right side to a fixed tensor or a static slice of one, to whose shape it must broadcast.
template <class T, class Shape, class Strides, class Memory, expression E>
TUTTI_INLINE constexpr void assign(const fixed_view<T, Shape, Strides, Memory>& to, const E& e) {
  static_assert(convertible_element<value_t<E>, T>,
                "tutti: complex numbers cannot be assigned to real ones: take real(x), imag(x) or abs(x)");
  if constexpr (statically_shaped<E>)
    static_assert(detail::fits_into<shape_t<E>, Shape>,
                  "tutti: the static shape of the expression does not broadcast to that of the fixed tensor");
  if constexpr (plan::unrolls<E, Shape>) {
    plan::unroll(to, e);
  } else {
    if constexpr (plan::unrollable<E>)
      if (std::is_constant_evaluated()) return plan::unroll(to, e);
    assign(as_view(to), e);
  }
}
template <class T, class Shape, class Strides, class Memory, class Right>
  requires(!expression<Right>)
TUTTI_INLINE constexpr void assign(const fixed_view<T, Shape, Strides, Memory>& to, Right&& right) {
  if constexpr (scalar_value<std::remove_cvref_t<Right>>) assign(to, scalar<T>(detail::fit_scalar<T>(right)));
  else assign(to, as_node(std::forward<Right>(right)));
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
constexpr auto evaluate(E&& e) { return typename detail::fixed_of<value_t<E>, shape_t<E>>::type(std::forward<E>(e)); }

TUTTI_NAMESPACE_END
