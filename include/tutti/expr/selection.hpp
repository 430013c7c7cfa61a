// SPDX-License-Identifier: MIT
#pragma once

// Choosing between elements: by a condition, the lesser, the greater, the nearest within bounds; and fma.

#include <tutti/expr/math.hpp>

TUTTI_NAMESPACE_BEGIN

struct where_op {
  static constexpr std::string_view name = "where", verb = "choose between";
  static constexpr double cost = 1;
  template <std::size_t I, class, class A, class B>
  using in = std::conditional_t<I == 0, bool, promote_t<A, B>>;
  template <class In>
  using out = In;
  template <class C, class V>
  static constexpr auto apply(const C& condition, const V& a, const V& b) {
    using scalar_math::select;
    return select(condition, a, b);
  }
};
struct minimum_op : detail::real_promoting {
  static constexpr std::string_view name = "minimum", verb = "take the minimum of";
  static constexpr double cost = 2;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) {
    using scalar_math::minimum;
    return minimum(a, b);
  }
};
struct maximum_op : detail::real_promoting {
  static constexpr std::string_view name = "maximum", verb = "take the maximum of";
  static constexpr double cost = 2;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) {
    using scalar_math::maximum;
    return maximum(a, b);
  }
};
struct fmin_op : detail::real_promoting {
  static constexpr std::string_view name = "fmin", verb = "take the minimum of";
  static constexpr double cost = 3;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) {
    using scalar_math::select;
    return select(a != a, b, select(b != b, a, minimum_op::apply(a, b)));
  }
};
struct fmax_op : detail::real_promoting {
  static constexpr std::string_view name = "fmax", verb = "take the maximum of";
  static constexpr double cost = 3;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) {
    using scalar_math::select;
    return select(a != a, b, select(b != b, a, maximum_op::apply(a, b)));
  }
};
struct clip_op : detail::real_promoting {
  static constexpr std::string_view name = "clip";
  static constexpr double cost = 4;
  template <class V>
  static constexpr auto apply(const V& x, const V& low, const V& high) {
    return minimum_op::apply(maximum_op::apply(x, low), high);
  }
};
struct fma_op : detail::arithmetic {
  static constexpr std::string_view name = "fma";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a, const V& b, const V& c) {
    using scalar_math::fma;
    return fma(a, b, c);
  }
};

namespace detail {

template <argument C>
constexpr auto as_condition(C&& condition) {
  if constexpr (operand<C>) return as_node(std::forward<C>(condition));
  else return scalar<bool>(convert_element<bool>(condition));
}

} // namespace detail

/// Shapes, errors and cost as elementwise's. Types: the operands' common one.

/// a where the condition is true (not 0), b elsewhere. Both are computed. Types: the common one of a and b; a number
/// takes the other's type unless its kind is higher, and two numbers give theirs (two integers int64). NumPy: where.
/// Example: `where(array({1, 0}), array({5., 6.}), 0)` is `[5. 0.]`.
template <argument C, argument A, argument B>
constexpr auto where(C&& condition, A&& a, B&& b) {
  using T = common_t<A, B>;
  if constexpr (arguments<C, A, B>)
    return elementwise(where_op{}, detail::as_condition(std::forward<C>(condition)),
                       detail::as_operand<T>(std::forward<A>(a)), detail::as_operand<T>(std::forward<B>(b)));
  else return elementwise(where_op{}, condition, convert_element<T>(a), convert_element<T>(b));
}

/// The lesser and the greater of two. NaN if either is NaN. Real numbers only. NumPy: minimum, maximum. (min and max
/// are the reductions.)
/// Example: `minimum(array({1, 5}), array({3, 3}))` is `[1 3]`; `maximum(array({1., std::nan("")}), 3)` is `[ 3. nan]`.
template <argument A, argument B>
constexpr auto minimum(A&& a, B&& b) { return elementwise(minimum_op{}, std::forward<A>(a), std::forward<B>(b)); }
template <argument A, argument B>
constexpr auto maximum(A&& a, B&& b) { return elementwise(maximum_op{}, std::forward<A>(a), std::forward<B>(b)); }
/// The same, but a NaN gives way to a number: NaN only if both are NaN. NumPy: fmin, fmax.
/// Example: `fmin(array({1., std::nan("")}), 3)` is `[1. 3.]`; `fmax(array({1., std::nan("")}), 3)` is `[3. 3.]`.
template <class A, class B>
  requires function_arguments<A, B>
constexpr auto fmin(A&& a, B&& b) { return elementwise(fmin_op{}, std::forward<A>(a), std::forward<B>(b)); }
template <class A, class B>
  requires function_arguments<A, B>
constexpr auto fmax(A&& a, B&& b) { return elementwise(fmax_op{}, std::forward<A>(a), std::forward<B>(b)); }

/// x, but at least `low` and at most `high`, which may be numbers or tensors: minimum(maximum(x, low), high). NaN where
/// one of the three is NaN; `high` where low > high. Real numbers only. NumPy: clip; PyTorch: clamp.
/// Example: `clip(arange(5), 1, 3)` is `[1 1 2 3 3]`.
template <argument X, argument Low, argument High>
constexpr auto clip(X&& x, Low&& low, High&& high) {
  return elementwise(clip_op{}, std::forward<X>(x), std::forward<Low>(low), std::forward<High>(high));
}

/// a * b + c, rounded once where the hardware has the instruction. Types: the operands' common one, in which integers
/// wrap; int8 of bools. C++: std::fma.
/// Example: `fma(array({1., 2.}), 10, array({3., 4.}))` is `[13. 24.]`.
template <class A, class B, class C>
  requires function_arguments<A, B, C>
constexpr auto fma(A&& a, B&& b, C&& c) {
  return elementwise(fma_op{}, std::forward<A>(a), std::forward<B>(b), std::forward<C>(c));
}

TUTTI_NAMESPACE_END
