// SPDX-License-Identifier: MIT
#pragma once

// The library's vocabulary for reference arrays, so that one generic lambda says a formula for both. Real numbers are
// double here, whatever the library computes in; integers and bools have the types that NumPy gives them.

#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>

#include <reference/array.hpp>
#include <tutti/expr/reduce.hpp> // keepdims and axes(...), to name where a reduction goes

namespace reference {

template <class T>
concept number = std::is_arithmetic_v<T> || std::is_same_v<T, std::complex<double>>;
template <class T>
inline constexpr bool is_integer = std::is_integral_v<T> && !std::is_same_v<T, bool>;

namespace detail {

template <class A, class B>
auto common() {
  using C = std::complex<double>;
  if constexpr (std::is_same_v<A, B>) return A{};
  else if constexpr (std::is_same_v<A, C> || std::is_same_v<B, C>) return C{};
  else if constexpr (std::is_floating_point_v<A> || std::is_floating_point_v<B>) return double{};
  else if constexpr (std::is_same_v<A, bool>) return B{};
  else if constexpr (std::is_same_v<B, bool>) return A{};
  else if constexpr (std::is_signed_v<A> == std::is_signed_v<B>)
    return std::conditional_t<(sizeof(A) > sizeof(B)), A, B>{};
  else {
    constexpr std::size_t u = std::is_signed_v<A> ? sizeof(B) : sizeof(A),
                          s = std::is_signed_v<A> ? sizeof(A) : sizeof(B);
    if constexpr (u == 8) return double{};
    else if constexpr (s > u) return std::conditional_t<std::is_signed_v<A>, A, B>{};
    else if constexpr (u == 1) return std::int16_t{};
    else if constexpr (u == 2) return std::int32_t{};
    else return std::int64_t{};
  }
}

// A plain number beside an array keeps the array's type unless it is of a higher kind.
template <class T, class S>
auto beside() {
  if constexpr (is_integer<T> && (is_integer<S> || std::is_same_v<S, bool>)) return T{};
  else if constexpr (std::is_same_v<T, bool> && is_integer<S>) return std::int64_t{};
  else return common<T, std::conditional_t<std::is_floating_point_v<S>, double, S>>();
}

template <class A>
array<A> lifted(const array<A>& x) { return x; }
template <number S>
array<S> lifted(S value) { return array<S>({}, value); }

template <class To, class From>
To to(From x) {
  if constexpr (std::is_same_v<To, bool>) return x != From{};
  else return static_cast<To>(x);
}

template <class A, class B>
struct pair_type;
template <class A, class B>
struct pair_type<array<A>, array<B>> {
  using type = decltype(common<A, B>());
};
template <class A, number S>
struct pair_type<array<A>, S> {
  using type = decltype(beside<A, S>());
};
template <number S, class B>
struct pair_type<S, array<B>> {
  using type = decltype(beside<B, S>());
};

template <class T>
auto wide(T x) {
  if constexpr (is_integer<T>) return static_cast<std::uint64_t>(x); // wraps
  else return x;
}

template <class A, class B, class F>
auto combine(const A& a, const B& b, F f) {
  using T = typename pair_type<A, B>::type;
  return elementwise([&](auto x, auto y) { return f(to<T>(x), to<T>(y)); }, lifted(a), lifted(b));
}

} // namespace detail

template <class T>
concept operand = is_array<T> || number<T>;
template <class A, class B>
concept operands = operand<A> && operand<B> && (is_array<A> || is_array<B>);

template <class A, class B>
  requires operands<A, B>
auto operator+(const A& a, const B& b) {
  return detail::combine(a, b,
                         [](auto x, auto y) { return static_cast<decltype(x)>(detail::wide(x) + detail::wide(y)); });
}
template <class A, class B>
  requires operands<A, B>
auto operator-(const A& a, const B& b) {
  return detail::combine(a, b,
                         [](auto x, auto y) { return static_cast<decltype(x)>(detail::wide(x) - detail::wide(y)); });
}
template <class A, class B>
  requires operands<A, B>
auto operator*(const A& a, const B& b) {
  return detail::combine(a, b,
                         [](auto x, auto y) { return static_cast<decltype(x)>(detail::wide(x) * detail::wide(y)); });
}
template <class A, class B>
  requires operands<A, B>
auto operator/(const A& a, const B& b) {
  return detail::combine(a, b, [](auto x, auto y) {
    if constexpr (std::is_integral_v<decltype(x)>) return static_cast<double>(x) / static_cast<double>(y);
    else return x / y;
  });
}
template <class T>
auto operator-(const array<T>& x) { return elementwise([](T v) { return static_cast<T>(T{} - v); }, x); }
template <class A, class B>
  requires operands<A, B>
auto operator<(const A& a, const B& b) { return detail::combine(a, b, [](auto x, auto y) { return x < y; }); }
template <class A, class B>
  requires operands<A, B>
auto operator>(const A& a, const B& b) { return detail::combine(a, b, [](auto x, auto y) { return x > y; }); }
template <class A, class B>
  requires operands<A, B>
auto operator<=(const A& a, const B& b) { return detail::combine(a, b, [](auto x, auto y) { return x <= y; }); }
template <class A, class B>
  requires operands<A, B>
auto operator==(const A& a, const B& b) { return detail::combine(a, b, [](auto x, auto y) { return x == y; }); }
template <class A, class B>
  requires operands<A, B>
auto operator&&(const A& a, const B& b) {
  return elementwise([](auto x, auto y) { return detail::to<bool>(x) && detail::to<bool>(y); }, detail::lifted(a),
                     detail::lifted(b));
}
template <class T>
auto operator!(const array<T>& x) { return elementwise([](T v) { return !detail::to<bool>(v); }, x); }
template <class C, class A, class B>
  requires operands<A, B>
auto where(const array<C>& condition, const A& a, const B& b) {
  using T = typename detail::pair_type<A, B>::type;
  return elementwise([](C c, auto x, auto y) { return detail::to<bool>(c) ? detail::to<T>(x) : detail::to<T>(y); },
                     condition, detail::lifted(a), detail::lifted(b));
}
template <class A, class B>
  requires operands<A, B>
auto maximum(const A& a, const B& b) {
  return detail::combine(a, b, [](auto x, auto y) { return x != x ? x : y != y ? y : std::max(x, y); });
}
template <class A, class B>
  requires operands<A, B>
auto minimum(const A& a, const B& b) {
  return detail::combine(a, b, [](auto x, auto y) { return x != x ? x : y != y ? y : std::min(x, y); });
}
template <class To, class T>
auto cast(const array<T>& x) { return elementwise([](T v) { return detail::to<To>(v); }, x); }

template <class T>
auto square(const array<T>& x) { return x * x; }
template <class T>
auto sqrt(const array<T>& x) { return elementwise([](T v) { return std::sqrt(v); }, x); }
template <class T>
auto exp(const array<T>& x) { return elementwise([](T v) { return std::exp(v); }, x); }
template <class T>
auto log(const array<T>& x) { return elementwise([](T v) { return std::log(v); }, x); }
template <class T>
auto abs(const array<T>& x) {
  return elementwise(
      [](T v) {
        if constexpr (std::is_unsigned_v<T>) return v;
        else if constexpr (is_integer<T>) return static_cast<T>(v < 0 ? -v : v);
        else return std::abs(v);
      },
      x);
}

// ---- where a reduction goes --------------------------------------------------------------------------------------

inline axes_t along() { return {}; }
inline axes_t along(tutti::keepdims_t) { return {}; }
template <std::integral I, class... Keep>
axes_t along(I axis, Keep...) { return {false, {static_cast<index>(axis)}}; }
template <index Rank, class... Keep>
axes_t along(const tutti::index_list<Rank>& axes, Keep...) { return {false, shape_t(axes.begin(), axes.end())}; }

template <class... Where>
constexpr bool keeps = (std::is_same_v<Where, tutti::keepdims_t> || ...);

namespace detail {
template <class T>
using total_t = std::conditional_t<
    std::is_integral_v<T>,
    std::conditional_t<std::is_unsigned_v<T> && !std::is_same_v<T, bool>, std::uint64_t, std::int64_t>, T>;
// What sums are accumulated in.
template <class T>
using accumulator_t = std::conditional_t<std::is_integral_v<T>, std::uint64_t,
                                         std::conditional_t<std::is_floating_point_v<T>, long double, T>>;
} // namespace detail

template <class T, class... Where>
auto sum(const array<T>& x, Where... where) {
  using A = detail::accumulator_t<T>;
  return fold(
      x, along(where...), keeps<Where...>, A{}, [](A a, T v) { return a + static_cast<A>(v); },
      [](A a, index) { return static_cast<detail::total_t<T>>(a); });
}
template <class T, class... Where>
auto prod(const array<T>& x, Where... where) {
  using A = detail::accumulator_t<T>;
  return fold(
      x, along(where...), keeps<Where...>, A(1), [](A a, T v) { return a * static_cast<A>(v); },
      [](A a, index) { return static_cast<detail::total_t<T>>(a); });
}
template <class T, class... Where>
auto mean(const array<T>& x, Where... where) {
  using A = std::conditional_t<std::is_integral_v<T>, long double, detail::accumulator_t<T>>;
  using Out = std::conditional_t<std::is_integral_v<T>, double, T>;
  return fold(
      x, along(where...), keeps<Where...>, A{}, [](A a, T v) { return a + static_cast<A>(v); },
      [](A a, index n) { return static_cast<Out>(a / static_cast<A>(static_cast<double>(n))); });
}
namespace detail {
template <class T, class Better, class... Where>
auto best(const array<T>& x, Better better, Where... where) {
  struct state {
    T value;
    bool any;
  };
  return fold(
      x, along(where...), keeps<Where...>, state{{}, false},
      [&](state s, T v) {
        return !s.any || (s.value == s.value && (v != v || better(v, s.value))) ? state{v, true} : s;
      },
      [](state s, index) {
        if (!s.any) throw nothing_to_reduce();
        return s.value;
      });
}
} // namespace detail
template <class T, class... Where>
auto max(const array<T>& x, Where... where) { return detail::best(x, [](T a, T b) { return a > b; }, where...); }
template <class T, class... Where>
auto min(const array<T>& x, Where... where) { return detail::best(x, [](T a, T b) { return a < b; }, where...); }

} // namespace reference
