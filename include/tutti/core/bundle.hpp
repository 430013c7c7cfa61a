// SPDX-License-Identifier: MIT
#pragma once

// Values of different types side by side, as std::tuple has them: but formulas are made of hundreds of these, and each of
// std::tuple's constructors, gets and applies is a handful of functions to the compiler. One is made with braces, bundle<A, B>{a, b}.

#include <cstddef>
#include <utility>

#include <tutti/core/config.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {

template <class... Ts>
struct bundle;

template <>
struct bundle<> {
  template <class F>
  TUTTI_INLINE constexpr decltype(auto) apply(const F& f) const { return f(); }
};

template <class A>
struct bundle<A> {
  A a;

  /// f(all elements...).
  template <class F>
  TUTTI_INLINE constexpr decltype(auto) apply(const F& f) { return f(a); }
  template <class F>
  TUTTI_INLINE constexpr decltype(auto) apply(const F& f) const { return f(a); }
};

template <class A, class B>
struct bundle<A, B> {
  A a;
  B b;

  template <class F>
  TUTTI_INLINE constexpr decltype(auto) apply(const F& f) { return f(a, b); }
  template <class F>
  TUTTI_INLINE constexpr decltype(auto) apply(const F& f) const { return f(a, b); }
};

template <class A, class B, class... Rest>
struct bundle<A, B, Rest...> {
  A a;
  B b;
  bundle<Rest...> rest;

  template <class First, class Second, class... Others>
    requires(sizeof...(Others) == sizeof...(Rest))
  constexpr bundle(First&& first, Second&& second, Others&&... others)
      : a(std::forward<First>(first)),
        b(std::forward<Second>(second)),
        rest{static_cast<Rest>(std::forward<Others>(others))...} {}
  template <class F>
  TUTTI_INLINE constexpr decltype(auto) apply(const F& f) {
    return rest.apply([&](auto&... x) -> decltype(auto) { return f(a, b, x...); });
  }
  template <class F>
  TUTTI_INLINE constexpr decltype(auto) apply(const F& f) const {
    return rest.apply([&](const auto&... x) -> decltype(auto) { return f(a, b, x...); });
  }
};

/// Element I of a bundle.
template <std::size_t I, class... Ts>
TUTTI_INLINE constexpr auto& get(bundle<Ts...>& x) {
  if constexpr (I == 0) return x.a;
  else if constexpr (I == 1) return x.b;
  else return get<I - 2>(x.rest);
}
template <std::size_t I, class... Ts>
TUTTI_INLINE constexpr auto& get(const bundle<Ts...>& x) {
  if constexpr (I == 0) return x.a;
  else if constexpr (I == 1) return x.b;
  else return get<I - 2>(x.rest);
}

} // namespace detail

using detail::bundle;

TUTTI_NAMESPACE_END
