// SPDX-License-Identifier: MIT
#pragma once

// Division with a whole quotient and its remainder, as NumPy has them: rounded down, the remainder of the divisor's
// sign. An integer divided by 0 is 0, and so is its remainder.

#include <tutti/kernel/simd/functions.hpp>
#include <tutti/kernel/simd/lanes.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

namespace detail {

template <class T>
constexpr bool negative(T x) {
  if constexpr (std::unsigned_integral<T>) return false;
  else return x < 0;
}

struct divided_down {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::integral<T>) {
      if (b == 0) return 0;
      if constexpr (std::signed_integral<T>)
        if (b == -1) return static_cast<T>(unsigned_like<T>(0) - static_cast<unsigned_like<T>>(a));
      const T quotient = static_cast<T>(a / b);
      return static_cast<T>(quotient - ((a % b != 0 && negative(a) != negative(b)) ? 1 : 0));
    } else {
      // npy_divmod of NumPy's npy_math: a - mod is a multiple of b but for rounding.
      if (b == 0) return a / b;
      const T mod = std::fmod(a, b);
      if (mod != mod) return mod;
      T quotient = (a - mod) / b;
      if (mod != 0 && negative(b) != negative(mod)) quotient -= 1;
      if (quotient == 0) return std::copysign(T(0), a / b);
      const T down = std::floor(quotient);
      return quotient - down > T(0.5) ? down + 1 : down;
    }
  }
};

struct modulo {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::integral<T>) {
      if (b == 0) return 0;
      if constexpr (std::signed_integral<T>)
        if (b == -1) return 0;
      const T rest = static_cast<T>(a % b);
      return rest != 0 && negative(rest) != negative(b) ? static_cast<T>(rest + b) : rest;
    } else {
      const T rest = std::fmod(a, b);
      if (rest == 0) return std::copysign(T(0), b);
      return negative(b) != negative(rest) ? rest + b : rest;
    }
  }
};

// Quotients of at most 32 bits are exact in double before they are rounded down: one that is not whole differs from the
// next whole number by 2^-32 at least.
template <integer_lane T, index N>
TUTTI_INLINE pack<T, N> divide_small(const pack<T, N>& a, const pack<T, N>& b) {
  using real = std::conditional_t<sizeof(T) < 4, float, double>; // 16 bits: float does
  const auto zero = broadcast<T, N>(0), one = broadcast<T, N>(1);
  // Divisors whose quotient may not fit T are set apart.
  const auto by_zero = b == zero;
  if constexpr (std::unsigned_integral<T>) {
    const auto divisor = select(by_zero, one, b);
    return select(by_zero, zero, convert<T>(floor(convert<real>(a) / convert<real>(divisor))));
  } else {
    const auto by_minus_one = b == ~zero;
    const auto divisor = select(by_zero | by_minus_one, one, b);
    const auto quotient = convert<T>(floor(convert<real>(a) / convert<real>(divisor)));
    return select(by_zero, zero, select(by_minus_one, -a, quotient));
  }
}

} // namespace detail

/// numpy.floor_divide.
template <lane T, index N>
TUTTI_INLINE pack<T, N> floor_divide(const pack<T, N>& a, const pack<T, N>& b) {
  if constexpr (std::integral<T> && sizeof(T) <= 4) return detail::divide_small(a, b);
  else return detail::by_lane(detail::divided_down{}, a, b);
}

/// numpy.mod: the remainder of floor_divide.
template <lane T, index N>
TUTTI_INLINE pack<T, N> mod(const pack<T, N>& a, const pack<T, N>& b) {
  if constexpr (std::integral<T> && sizeof(T) <= 4) {
    const auto zero = broadcast<T, N>(0);
    return select(b == zero, zero, a - floor_divide(a, b) * b);
  } else {
    return detail::by_lane(detail::modulo{}, a, b);
  }
}

} // namespace simd

TUTTI_NAMESPACE_END
