// SPDX-License-Identifier: MIT
#pragma once

// Arithmetic, comparison, logical and bitwise operators.

#include <tutti/core/scalar_math.hpp>
#include <tutti/expr/map.hpp>

TUTTI_NAMESPACE_BEGIN

struct add_op : detail::promoting {
  static constexpr std::string_view name = "add", symbol = "+";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) {
    return scalar_math::wrap(a, b, [](auto x, auto y) { return x + y; });
  }
};
struct subtract_op : detail::promoting {
  static constexpr std::string_view name = "subtract", symbol = "-";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) {
    return scalar_math::wrap(a, b, [](auto x, auto y) { return x - y; });
  }
};
struct multiply_op : detail::promoting {
  static constexpr std::string_view name = "multiply", symbol = "*";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) {
    return scalar_math::wrap(a, b, [](auto x, auto y) { return x * y; });
  }
};
struct divide_op : detail::floating {
  static constexpr std::string_view name = "divide", symbol = "/";
  static constexpr double cost = 8;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) { return a / b; }
};
struct floor_divide_op : detail::real_promoting {
  static constexpr std::string_view name = "floor_divide";
  static constexpr double cost = 10;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) {
    using scalar_math::floor_divide;
    return floor_divide(a, b);
  }
};
struct mod_op : detail::real_promoting {
  static constexpr std::string_view name = "mod", symbol = "%";
  static constexpr double cost = 12;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) {
    using scalar_math::mod;
    return mod(a, b);
  }
};
struct negative_op : detail::promoting {
  static constexpr std::string_view name = "negative", symbol = "-";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& x) { return scalar_math::wrap(x, x, [](auto v, auto) { return -v; }); }
};

struct equal_op : detail::predicate {
  static constexpr std::string_view name = "equal", verb = "compare", symbol = "==";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) { return a == b; }
};
struct not_equal_op : detail::predicate {
  static constexpr std::string_view name = "not_equal", verb = "compare", symbol = "!=";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) { return a != b; }
};
namespace detail {
struct order : predicate {
  template <std::size_t, class... Ts>
  using in = typename real_number<promote_t<Ts...>>::type;
};
} // namespace detail

struct less_op : detail::order {
  static constexpr std::string_view name = "less", verb = "compare", symbol = "<";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) { return a < b; }
};
struct less_equal_op : detail::order {
  static constexpr std::string_view name = "less_equal", verb = "compare", symbol = "<=";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) { return a <= b; }
};
struct greater_op : detail::order {
  static constexpr std::string_view name = "greater", verb = "compare", symbol = ">";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) { return a > b; }
};
struct greater_equal_op : detail::order {
  static constexpr std::string_view name = "greater_equal", verb = "compare", symbol = ">=";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) { return a >= b; }
};

// Logical operations read every operand as a truth: not 0.
struct truths : detail::predicate {
  template <std::size_t, class...>
  using in = bool;
};
struct logical_and_op : truths {
  static constexpr std::string_view name = "logical_and", symbol = "&&";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) { return a & b; }
};
struct logical_or_op : truths {
  static constexpr std::string_view name = "logical_or", symbol = "||";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) { return a | b; }
};
struct logical_xor_op : truths {
  static constexpr std::string_view name = "logical_xor";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) { return a ^ b; }
};
struct logical_not_op : truths {
  static constexpr std::string_view name = "logical_not", symbol = "!";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a) { return !a; }
};

struct bitwise_and_op : detail::promoting {
  static constexpr std::string_view name = "bitwise_and", symbol = "&";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) { return a & b; }
};
struct bitwise_or_op : detail::promoting {
  static constexpr std::string_view name = "bitwise_or", symbol = "|";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) { return a | b; }
};
struct bitwise_xor_op : detail::promoting {
  static constexpr std::string_view name = "bitwise_xor", symbol = "^";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) { return a ^ b; }
};
struct invert_op : detail::promoting {
  static constexpr std::string_view name = "invert", symbol = "~";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a) {
    if constexpr (std::same_as<V, bool>) return !a;
    else return ~a;
  }
};
struct left_shift_op : detail::arithmetic {
  static constexpr std::string_view name = "left_shift", symbol = "<<";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) {
    if constexpr (scalar_value<V>) return scalar_math::left_shift(a, b);
    else return a << b;
  }
};
struct right_shift_op : detail::arithmetic {
  static constexpr std::string_view name = "right_shift", symbol = ">>";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& a, const V& b) {
    if constexpr (scalar_value<V>) return scalar_math::right_shift(a, b);
    else return a >> b;
  }
};

namespace detail {

// Of two truths + is "or" and * is "and", as NumPy's; there is no difference, quotient or negative of truths.
template <class... Xs>
inline constexpr bool of_truths = std::same_as<common_t<Xs...>, bool>;
template <class... Xs>
constexpr void require_numbers() {
  static_assert(!of_truths<Xs...>,
                "tutti: this is not defined for bools: use logical_xor(a, b) or !a, or cast to an integer type");
}

template <class... Xs>
concept bitwise_arguments = arguments<Xs...> && kind_of<common_t<Xs...>> <= kind::integer;

} // namespace detail

/// Shapes, types, errors and cost as elementwise's.

/// Elementwise arithmetic. `/` is true division, as NumPy's (floor_divide stays with integers); `%` takes the sign of
/// the divisor, and is 0 for an integer divisor of 0, as NumPy's. A minus alone is NumPy's negative. Types: the
/// operands' common one, in which integers wrap; double where `/` has integers; `%` is for real numbers. Of bools + is
/// "or" and * is "and", the others do not compile. NumPy: add, subtract, multiply, divide, mod.
/// Example: `array({1, 2}) + array({{10}, {20}})` is `[[11 12] [21 22]]`; `array({1, 2}) / 2` is `[0.5 1. ]`;
/// `array({-7, 7}) % 3` is `[2 1]`.
template <class A, class B>
  requires arguments<A, B>
constexpr auto operator+(A&& a, B&& b) {
  using op = std::conditional_t<detail::of_truths<A, B>, logical_or_op, add_op>;
  return make_map(op{}, std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
  requires arguments<A, B>
constexpr auto operator-(A&& a, B&& b) {
  detail::require_numbers<A, B>();
  return make_map(subtract_op{}, std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
  requires arguments<A, B>
constexpr auto operator*(A&& a, B&& b) {
  using op = std::conditional_t<detail::of_truths<A, B>, logical_and_op, multiply_op>;
  return make_map(op{}, std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
  requires arguments<A, B>
constexpr auto operator/(A&& a, B&& b) { return make_map(divide_op{}, std::forward<A>(a), std::forward<B>(b)); }
template <class A, class B>
  requires arguments<A, B>
constexpr auto operator%(A&& a, B&& b) {
  detail::require_numbers<A, B>();
  return make_map(mod_op{}, std::forward<A>(a), std::forward<B>(b));
}
template <operand X>
constexpr auto operator-(X&& x) {
  detail::require_numbers<X>();
  return make_map(negative_op{}, std::forward<X>(x));
}
template <operand X>
constexpr auto operator+(X&& x) { return as_node(std::forward<X>(x)); }

/// The quotient rounded down; an integer divisor of 0 gives 0. Types: the operands' common one, of real numbers; bools
/// do not compile. NumPy: floor_divide.
/// Example: `floor_divide(array({-7, 7}), 2)` is `[-4 3]`.
template <class A, class B>
  requires arguments<A, B>
constexpr auto floor_divide(A&& a, B&& b) {
  detail::require_numbers<A, B>();
  return make_map(floor_divide_op{}, std::forward<A>(a), std::forward<B>(b));
}
/// The remainder of floor_divide, with the sign of the divisor. Types as floor_divide's. NumPy: mod, `%`.
/// Example: `mod(array({-7, 7}), 3)` is `[2 1]`.
template <class A, class B>
  requires arguments<A, B>
constexpr auto mod(A&& a, B&& b) {
  detail::require_numbers<A, B>();
  return make_map(mod_op{}, std::forward<A>(a), std::forward<B>(b));
}

/// Elementwise comparisons. NaN is equal to nothing and unequal to everything. Types: bool, of operands of any types;
/// complex numbers are equal or not, and have no order. NumPy: equal, not_equal, less, less_equal, greater,
/// greater_equal.
/// Example: `array({1, 2, 3}) < 3` is `[ True True False]`.
template <class A, class B>
  requires arguments<A, B>
constexpr auto operator==(A&& a, B&& b) { return make_map(equal_op{}, std::forward<A>(a), std::forward<B>(b)); }
template <class A, class B>
  requires arguments<A, B>
constexpr auto operator!=(A&& a, B&& b) { return make_map(not_equal_op{}, std::forward<A>(a), std::forward<B>(b)); }
template <class A, class B>
  requires arguments<A, B>
constexpr auto operator<(A&& a, B&& b) { return make_map(less_op{}, std::forward<A>(a), std::forward<B>(b)); }
template <class A, class B>
  requires arguments<A, B>
constexpr auto operator<=(A&& a, B&& b) { return make_map(less_equal_op{}, std::forward<A>(a), std::forward<B>(b)); }
template <class A, class B>
  requires arguments<A, B>
constexpr auto operator>(A&& a, B&& b) { return make_map(greater_op{}, std::forward<A>(a), std::forward<B>(b)); }
template <class A, class B>
  requires arguments<A, B>
constexpr auto operator>=(A&& a, B&& b) { return make_map(greater_equal_op{}, std::forward<A>(a), std::forward<B>(b)); }

/// Elementwise logic on truths (not 0). Both sides are always evaluated. Types: bool. NumPy: logical_and, logical_or,
/// logical_xor, logical_not.
/// Example: `array({1, 2, 3}) > 1 && array({1, 2, 3}) < 3` is `[False True False]`.
template <class A, class B>
  requires arguments<A, B>
constexpr auto operator&&(A&& a, B&& b) { return make_map(logical_and_op{}, std::forward<A>(a), std::forward<B>(b)); }
template <class A, class B>
  requires arguments<A, B>
constexpr auto operator||(A&& a, B&& b) { return make_map(logical_or_op{}, std::forward<A>(a), std::forward<B>(b)); }
template <class A, class B>
  requires arguments<A, B>
constexpr auto logical_xor(A&& a, B&& b) { return make_map(logical_xor_op{}, std::forward<A>(a), std::forward<B>(b)); }
template <operand X>
constexpr auto operator!(X&& x) { return make_map(logical_not_op{}, std::forward<X>(x)); }

/// Elementwise operations on the bits of integers and on bools. A shift by the width or more gives 0 (or the sign).
/// Types: the common one of integers and bools; shifts of bools by bools are int8. NumPy: bitwise_and, bitwise_or,
/// bitwise_xor, left_shift, right_shift, invert.
/// Example: `array({6, 5}) & 3` is `[2 1]`; `array({1, 2}) << 4` is `[16 32]`.
template <class A, class B>
  requires detail::bitwise_arguments<A, B>
constexpr auto operator&(A&& a, B&& b) { return make_map(bitwise_and_op{}, std::forward<A>(a), std::forward<B>(b)); }
template <class A, class B>
  requires detail::bitwise_arguments<A, B>
constexpr auto operator|(A&& a, B&& b) { return make_map(bitwise_or_op{}, std::forward<A>(a), std::forward<B>(b)); }
template <class A, class B>
  requires detail::bitwise_arguments<A, B>
constexpr auto operator^(A&& a, B&& b) { return make_map(bitwise_xor_op{}, std::forward<A>(a), std::forward<B>(b)); }
template <class A, class B>
  requires detail::bitwise_arguments<A, B>
constexpr auto operator<<(A&& a, B&& b) { return make_map(left_shift_op{}, std::forward<A>(a), std::forward<B>(b)); }
template <class A, class B>
  requires detail::bitwise_arguments<A, B>
constexpr auto operator>>(A&& a, B&& b) { return make_map(right_shift_op{}, std::forward<A>(a), std::forward<B>(b)); }
template <operand X>
  requires(kind_of<value_t<X>> <= kind::integer)
constexpr auto operator~(X&& x) { return make_map(invert_op{}, std::forward<X>(x)); }

TUTTI_NAMESPACE_END
