// SPDX-License-Identifier: MIT
#pragma once

// Division with a whole quotient and its remainder, as NumPy has them: rounded down, the remainder of the divisor's
// sign. An integer divided by 0 is 0, and so is its remainder.

#include <tutti/core/scalar_math.hpp>
#include <tutti/kernel/simd/functions.hpp>
#include <tutti/kernel/simd/lanes.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

namespace detail {

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
  else return detail::by_lane([](T x, T y) { return scalar_math::floor_divide(x, y); }, a, b);
}

/// numpy.mod: the remainder of floor_divide.
template <lane T, index N>
TUTTI_INLINE pack<T, N> mod(const pack<T, N>& a, const pack<T, N>& b) {
  if constexpr (std::integral<T> && sizeof(T) <= 4) {
    const auto zero = broadcast<T, N>(0);
    return select(b == zero, zero, a - floor_divide(a, b) * b);
  } else {
    return detail::by_lane([](T x, T y) { return scalar_math::mod(x, y); }, a, b);
  }
}

} // namespace simd

TUTTI_NAMESPACE_END
