// SPDX-License-Identifier: MIT
#pragma once

// apply: a function of the user's own as an elementwise operation.

#include <tutti/expr/map.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {

// A number beside tensors stays what it was written as, in the element type of its size.
template <class S>
struct number_as_element {
  using type = compute_t<S>;
};
template <std::integral S>
  requires(!std::same_as<S, bool>)
struct number_as_element<S> : integer_of<std::is_signed_v<S>, sizeof(S)> {};
template <>
struct number_as_element<long double> {
  using type = double;
};

template <argument X>
constexpr auto as_argument(X&& x) {
  if constexpr (operand<X>) return as_node(std::forward<X>(x));
  else return scalar(convert_element<typename number_as_element<std::remove_cvref_t<X>>::type>(x));
}

// Without std::invoke, whose header costs as much to read as a tenth of the library.
template <class F, class... Ts>
concept callable = requires(const F& f, const Ts&... x) { f(x...); };

template <class F, class... Ts>
struct result_of {
  static_assert(callable<F, Ts...>,
                "tutti: the function given to apply cannot be called with one element of each argument");
  using type = void;
};
template <class F, class... Ts>
  requires callable<F, Ts...>
struct result_of<F, Ts...> {
  using type = std::remove_cvref_t<std::invoke_result_t<const F&, const Ts&...>>;
  static_assert(element<type>, "tutti: the function given to apply must return an element type: bool, (u)int8 to "
                               "(u)int64, float16, bfloat16, float, double, complex<float> or complex<double>");
};

} // namespace detail

/// A function that takes packs as well as numbers: see packed().
template <class F>
struct packed_function {
  TUTTI_EMPTY_MEMBER F function;
  template <class... V>
    requires detail::callable<F, V...>
  constexpr auto operator()(const V&... x) const { return function(x...); }
};

/// Says that f computes with packs as it does with numbers, so that apply(packed(f), ...) runs at full width. Its body
/// may use operators and, unqualified, the library's functions: `[](auto x) { using std::exp; return exp(x) * x; }`.
/// Nothing can find out by itself whether a generic function will do that: without this word it is called with one
/// element at a time. Errors: none. Cost: none. NumPy: no such function.
/// Example: `apply(packed([](auto x) { return x * x; }), array({1., 2., 3.}))` is `[1. 4. 9.]`.
template <class F>
constexpr auto packed(F f) { return packed_function<F>{std::move(f)}; }

namespace detail {

// The operation that calls f.
template <class F, class Result>
struct calling {
  static constexpr std::string_view name = "apply", verb = "apply a function to";
  static constexpr double cost = 10; // a guess at what nobody can see
  template <std::size_t I, class... Ts>
  using in = compute_t<std::tuple_element_t<I, std::tuple<Ts...>>>;
  template <class>
  using out = Result;

  TUTTI_EMPTY_MEMBER F function;
  template <class... V>
  constexpr auto apply(const V&... x) const { return function(x...); }
};

} // namespace detail

/// The operation that calls f with numbers, or, where it is a packed_function, with packs.
template <class F, class Result>
struct apply_op : detail::calling<F, Result> {
  static constexpr bool lanewise = true;
};
template <class F, class Result>
struct apply_op<packed_function<F>, Result> : detail::calling<packed_function<F>, Result> {};

namespace detail {

template <class F, expression... Es>
constexpr auto make_apply(F f, Es... operands) {
  using result = typename result_of<F, compute_t<value_t<Es>>...>::type;
  using op = apply_op<F, result>;
  return map<op, Es...>(op{{std::move(f)}}, std::move(operands)...);
}

} // namespace detail

/// The user's own function of one or more elements, elementwise: apply(f, x, y) is f(x[i], y[i]) for each i. f is
/// called from several threads at once and in no order, possibly more or less often than there are elements: it must be
/// a function in the sense of mathematics. Shapes as elementwise's. Types: each element comes in its tensor's own type
/// (half types as float), a plain number as it is written; the result is of what f returns, which must be an element
/// type. Errors: a shape_error where shapes do not broadcast; what f throws. Cost: a call of f for each element of the
/// result, one at a time unless f is packed(). NumPy: vectorize.
/// Example: `apply([](double v) { return v > 0 ? v : v / 10; }, array({-1., 2.}))` is `[-0.1 2. ]`.
template <class F, operand X>
constexpr auto apply(F&& f, X&& x) {
  return detail::make_apply(std::decay_t<F>(std::forward<F>(f)), as_node(std::forward<X>(x)));
}
template <class F, class A, class B, class... More>
  requires arguments<A, B, More...>
constexpr auto apply(F&& f, A&& a, B&& b, More&&... more) {
  return detail::make_apply(std::decay_t<F>(std::forward<F>(f)), detail::as_argument(std::forward<A>(a)),
                            detail::as_argument(std::forward<B>(b)), detail::as_argument(std::forward<More>(more))...);
}

TUTTI_NAMESPACE_END
