// SPDX-License-Identifier: MIT
#pragma once

// map: the one node of all elementwise functions, over n operands. An operation is one small struct that says
//
//   name, verb            how a plan and an error message speak of it ("exp"; "add" as in "cannot add shapes ...")
//   cost                  the work on one element, in flops of a multiply-add's price; the planner weighs threads by it
//   in<I, Ts...>          the type to which operand I is converted, for operands of types Ts
//   out<In>               the type of the result
//   apply(operands...)    its value, on packs and on plain numbers alike

#include <algorithm>
#include <string_view>

#include <tutti/core/bundle.hpp>
#include <tutti/core/static_shape.hpp>
#include <tutti/core/view.hpp>

TUTTI_NAMESPACE_BEGIN

/// A plain number in a formula, already in the type that its partners give it.
template <class T>
class scalar : public node<scalar<T>, T, 0> {
public:
  using shape_type = static_shape<>;
  constexpr explicit scalar(T value) : value_(value) {}
  constexpr T value() const { return value_; }
  static constexpr index_list<0> shape() { return {}; }

private:
  T value_;
};

template <class T, index From, index To>
constexpr auto sink(const scalar<T>& s, const view_map<From, To>&) { return s; }

namespace detail {

/// Type rules that many operations share, to inherit from.
struct promoting {
  template <std::size_t, class... Ts>
  using in = promote_t<Ts...>;
  template <class In>
  using out = In;
};
struct real_promoting : promoting {
  template <std::size_t, class... Ts>
  using in = typename real_number<promote_t<Ts...>>::type;
};
struct floating : promoting {
  template <std::size_t, class... Ts>
  using in = floating_t<promote_t<Ts...>>;
};
struct predicate : promoting {
  template <class>
  using out = bool;
};
// Arithmetic that has no meaning for truths reads bools as int8, as NumPy does.
template <class T>
using number_t = std::conditional_t<std::same_as<T, bool>, std::int8_t, T>;
struct arithmetic : promoting {
  template <std::size_t, class... Ts>
  using in = number_t<promote_t<Ts...>>;
};

template <class Op, class... Ts>
struct operation_types {
  template <std::size_t I>
  using in = typename Op::template in<I, Ts...>;
  using out = typename Op::template out<in<sizeof...(Ts) - 1>>;
};

template <class Op>
constexpr std::string_view verb_of(const Op&) {
  if constexpr (requires { Op::verb; }) return Op::verb;
  else return Op::name;
}

} // namespace detail

/// An operation applied to elements of the operands, which broadcast.
template <class Op, expression... Es>
class map : public node<map<Op, Es...>, typename detail::operation_types<Op, value_t<Es>...>::out,
                        broadcast_rank<Es::rank...>> {
public:
  using operation = Op;
  using base = node<map, typename detail::operation_types<Op, value_t<Es>...>::out, broadcast_rank<Es::rank...>>;
  using base::operator=; // says why an expression cannot be assigned to
  template <std::size_t I>
  using in = typename Op::template in<I, value_t<Es>...>;
  using shape_type = broadcast_shape_t<shape_t<Es>...>;

  template <class... Xs>
    requires(std::same_as<std::remove_cvref_t<Xs>, Es> && ...)
  constexpr explicit map(Op op, Xs&&... operands) : op_(std::move(op)), operands_{std::forward<Xs>(operands)...} {
    if constexpr (!is_static_shape<shape_type>)
      shape_ = kept_shape(operands_.apply([&](const auto&... e) { return broadcast_all(e.shape()...); }));
  }

  constexpr const Op& op() const { return op_; }
  constexpr const bundle<Es...>& operands() const { return operands_; }
  constexpr decltype(auto) shape() const { return shape_.list(); }

private:
  template <index Rank>
  constexpr index_list<Rank> broadcast_all(const index_list<Rank>& only) const { return only; }
  template <index A, index B, class... Rest>
  constexpr auto broadcast_all(const index_list<A>& a, const index_list<B>& b, const Rest&... rest) const {
    return broadcast_all(broadcast_shapes(detail::verb_of(op_), a, b), rest...);
  }

  TUTTI_EMPTY_MEMBER Op op_;
  bundle<Es...> operands_;
  TUTTI_EMPTY_MEMBER kept_shape<shape_type> shape_;
};

template <class Op, class... Es, index From, index To>
constexpr auto sink(const map<Op, Es...>& m, const view_map<From, To>& view) {
  return m.operands().apply([&](const auto&... e) {
    const auto sunk = [&](const auto& one) { return sink(one, map_for_operand(view, m.shape(), one.shape())); };
    return map<Op, decltype(sunk(e))...>(m.op(), sunk(e)...);
  });
}

/// Conversion to an element type, as an operation.
template <element To>
struct cast_op {
  static constexpr std::string_view name = "cast";
  static constexpr double cost = 1;
  template <std::size_t, class T>
  using in = compute_t<T>;
  template <class>
  using out = To;
  template <class V>
  static constexpr auto apply(const V& x) {
    if constexpr (scalar_value<V>) return convert_element<To>(x);
    else return x; // what loads a pack converts it to the operation's type
  }
};

namespace detail {

// A number that its partner's integer type cannot hold would give a wrong answer silently.
template <class To, class S>
constexpr To fit_scalar(S value) {
  if constexpr (kind_of<To> == kind::integer && kind_of<S> == kind::integer) {
    if (!std::in_range<To>(value))
      throw value_error("the number " + std::to_string(value) + " does not fit the element type " +
                        std::string(dtype_name<To>()) + " of the tensor beside it: cast the tensor to a wider type");
  }
  return convert_element<To>(value);
}

// What number type a scalar takes beside a tensor of Ts, and whether the tensor must be cast to meet it there.
template <class C, class X>
constexpr decltype(auto) as_operand(X&& x) {
  if constexpr (operand<X>) {
    if constexpr (std::same_as<promote_t<value_t<X>, C>, C>) return as_node(std::forward<X>(x));
    else return map<cast_op<C>, node_t<X>>({}, as_node(std::forward<X>(x)));
  } else {
    return scalar<C>(fit_scalar<C>(x));
  }
}

template <class X>
struct tensor_type {
  using type = bool; // a plain number takes no part: bool gives way to everything
};
template <operand X>
struct tensor_type<X> {
  using type = value_t<X>;
};

// The highest kind among the plain numbers.
template <class... Xs>
inline constexpr kind number_kind =
    std::max({kind::boolean, (operand<Xs> ? kind::boolean : kind_of<std::remove_cvref_t<Xs>>)...});

// What one argument adds to the common type: only the numbers of the highest kind count, and only where no tensor is of it.
template <kind Highest, class T, class X>
struct addition {
  using type = bool; // gives way to everything
};
template <kind Highest, class T, scalar_value X>
  requires(kind_of<X> == Highest)
struct addition<Highest, T, X> {
  using type = promote_scalar_t<T, X>;
};

// The common type of tensors and numbers: the tensors' promotion, unless a number is of a higher kind.
template <class... Xs>
constexpr auto common_tag() {
  using tensors = promote_t<typename tensor_type<Xs>::type...>;
  constexpr kind highest = number_kind<Xs...>;
  if constexpr (highest <= kind_of<tensors>) return std::type_identity<tensors>{};
  else return std::type_identity<promote_t<typename addition<highest, tensors, std::remove_cvref_t<Xs>>::type...>>{};
}

} // namespace detail

/// The type in which tensors and plain numbers meet in one operation.
template <class... Xs>
using common_t = typename decltype(detail::common_tag<Xs...>())::type;

/// A formula's argument: a tensor, an expression or a plain number; at least one argument is not a number.
template <class X>
concept argument = operand<X> || scalar_value<std::remove_cvref_t<X>>;

template <class... Xs>
concept arguments = (argument<Xs> && ...) && (operand<Xs> || ...);

/// Builds the node of an elementwise operation over tensors, expressions and numbers.
template <class Op, class... Xs>
  requires arguments<Xs...>
constexpr auto make_map(Op op, Xs&&... xs) {
  if constexpr ((operand<Xs> && ...)) {
    return map<Op, node_t<Xs>...>(std::move(op), as_node(std::forward<Xs>(xs))...);
  } else {
    using C = common_t<Xs...>;
    return map<Op, std::remove_cvref_t<decltype(detail::as_operand<C>(std::forward<Xs>(xs)))>...>(
        std::move(op), detail::as_operand<C>(std::forward<Xs>(xs))...);
  }
}

/// The elements converted to another type: cast<float>(image). Out-of-range values convert as the hardware does it. For
/// the real part of complex numbers take real(z), imag(z) or abs(z). Shapes and cost as sqrt's. Types: `To`; complex
/// numbers to real ones do not compile. Errors: none. NumPy: astype.
/// Example: `cast<int>(array({1.7, -1.7}))` is `[ 1 -1]`.
template <class To, operand X>
constexpr auto cast(X&& x) {
  static_assert(element<To>, "tutti: cast: this is not an element type: bool, (u)int8 to (u)int64, float16, bfloat16, "
                             "float, double, complex<float>, complex<double>");
  if constexpr (element<To>) return make_map(cast_op<To>{}, std::forward<X>(x));
}

namespace detail {

template <class... Xs>
inline constexpr bool of_one_real_type = false;
template <class X, class... Xs>
inline constexpr bool of_one_real_type<X, Xs...> =
    scalar_value<X> && kind_of<X> >= kind::real && (std::same_as<X, Xs> && ...);

} // namespace detail

/// What a function takes whose name the standard library has too: arguments, or numbers alone of one floating or
/// complex type. Other numbers alone are std's, so that nothing is ambiguous in a program that uses both namespaces.
template <class... Xs>
concept function_arguments = arguments<Xs...> || detail::of_one_real_type<std::remove_cvref_t<Xs>...>;
template <class X>
concept function_argument = function_arguments<X>;

/// An operation, by which the functions of the library are made, on tensors, formulas and numbers: a formula, or, of
/// numbers alone, its value at once. Shapes: one operand keeps its shape; several broadcast, aligned at their last
/// axes, where an extent of 1 stretches. Types: operands meet in their common type, and a plain number does not widen
/// the tensor beside it; the operation says what it makes of that. Errors: a shape_error where shapes do not broadcast,
/// a value_error where a plain integer does not fit the type of the integer tensor beside it; a type that the operation
/// does not have does not compile. Cost: the operation for each element of the result, in the loop of the formula that
/// it stands in; no memory for its own result. NumPy: all of its ufuncs.
/// Example: `elementwise(square_op{}, array({2, 3}))` is `[4 9]`.
template <class Op, argument... Xs>
constexpr auto elementwise(Op op, Xs&&... xs) {
  if constexpr (arguments<Xs...>) {
    return make_map(std::move(op), std::forward<Xs>(xs)...);
  } else {
    using types = detail::operation_types<Op, std::remove_cvref_t<Xs>...>;
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return convert_element<typename types::out>(op.apply(convert_element<typename types::template in<I>>(xs)...));
    }(std::index_sequence_for<Xs...>{});
  }
}

TUTTI_NAMESPACE_END
