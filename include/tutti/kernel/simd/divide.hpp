// SPDX-License-Identifier: MIT
#pragma once

// Division with a whole quotient and its remainder, as NumPy has them: rounded down, the remainder of the divisor's
// sign. An integer divided by 0 is 0, and so is its remainder. And C's fmod, from which floats have theirs.

#include <tutti/core/scalar_math.hpp>
#include <tutti/kernel/simd/functions.hpp>
#include <tutti/kernel/simd/lanes.hpp>
#include <tutti/kernel/simd/reduce.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

namespace detail {

// floor(a / b) of integers of at most 32 bits, none of which is 0 or too great, by the reciprocal of b: where many are divided
// by one number, its reciprocal is computed once. (a + 1/2) / |b| for a positive quotient is off the next whole number by
// 1 / (2 |b|) at least, and rounding moves it by less than 2^31 / |b| * 2^-51 (of 16 bits, in float, 2^16 / |b| * 2^-22).
template <integer_lane T, index N>
TUTTI_INLINE pack<T, N> divide_by_reciprocal(const pack<T, N>& a, const pack<T, N>& b) {
  using real = std::conditional_t<sizeof(T) < 4, float, double>;
  const auto reciprocal = broadcast<real, N>(1) / convert<real>(b);
  return convert<T>(floor(fma(convert<real>(a), reciprocal, broadcast<real, N>(real(0.5)) * abs(reciprocal))));
}

// The divisor, or 1 in the place of those by which a quotient may not fit T.
template <integer_lane T, index N>
TUTTI_INLINE pack<T, N> usual_divisor(const pack<T, N>& b) {
  const auto one = broadcast<T, N>(1);
  const auto by_zero = b == broadcast<T, N>(0);
  if constexpr (std::unsigned_integral<T>) return select(by_zero, one, b);
  else return select(by_zero | (b == -one), one, b);
}

template <integer_lane T, index N>
TUTTI_INLINE pack<T, N> divide_small(const pack<T, N>& a, const pack<T, N>& b) {
  const auto zero = broadcast<T, N>(0);
  const auto quotient = divide_by_reciprocal(a, usual_divisor(b));
  if constexpr (std::unsigned_integral<T>) return select(b == zero, zero, quotient);
  else return select(b == zero, zero, select(b == ~zero, -a, quotient));
}

// (Every number is a multiple of 1.)
template <integer_lane T, index N>
TUTTI_INLINE pack<T, N> mod_small(const pack<T, N>& a, const pack<T, N>& b) {
  const auto divisor = usual_divisor(b);
  return a - divide_by_reciprocal(a, divisor) * divisor;
}

struct scalar_fmod {
  template <class T>
  T operator()(T x, T y) const { return std::fmod(x, y); }
};

// fmod from q, the whole part of the rounded x / y, which is that of the quotient or, where that was rounded up to a whole
// number, one more; `rest_of` is x - q * y, which has no more bits than x and y and so is exact. Quotients too great to
// be told from their neighbours go one by one, with what is not finite.
template <float_lane T, index N, class Rest>
TUTTI_INLINE pack<T, N> fmod_from(const pack<T, N>& x, const pack<T, N>& y, const pack<T, N>& q, const Rest& rest_of) {
  using V = pack<T, N>;
  const V rest = flipsign(rest_of(q), x), positive = select(rest < V(T(0)), rest + abs(y), rest);
  const V result = copysign(positive, x);
  const auto usual =
      (abs(q) < V(T(1) / std::numeric_limits<T>::epsilon())) & (abs(y) < V(std::numeric_limits<T>::infinity()));
  return all(usual) ? result : select(usual, result, by_lane(scalar_fmod{}, x, y));
}

template <float_lane T, index N>
TUTTI_INLINE auto signs_differ(const pack<T, N>& a, const pack<T, N>& b) { return signbit(flipsign(a, b)); }

} // namespace detail

/// The exact remainder of the sign of x (C's fmod; mod has the sign of y).
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> fmod(const pack<T, N>& x, const pack<T, N>& y) {
  if constexpr (has_fma) {
    return detail::fmod_from(x, y, trunc(x / y), [&](const auto& q) { return fma(-q, y, x); });
  } else if constexpr (sizeof(T) < sizeof(double)) { // whose products are exact
    const auto a = convert<double>(x), b = convert<double>(y), whole = trunc(a / b);
    return detail::fmod_from(x, y, convert<T>(whole), [&](const auto&) { return convert<T>(a - whole * b); });
  } else {
    return detail::by_lane(detail::scalar_fmod{}, x, y);
  }
}

/// numpy.floor_divide. Of floats npy_divmod of NumPy's npy_math, as scalar_math's.
template <lane T, index N>
TUTTI_INLINE pack<T, N> floor_divide(const pack<T, N>& a, const pack<T, N>& b) {
  if constexpr (float_lane<T>) {
    const pack<T, N> zero(T(0)), one(T(1)), plain = a / b, rest = fmod(a, b);
    pack<T, N> quotient = (a - rest) / b; // whole but for rounding
    quotient = select((rest != zero) & detail::signs_differ(rest, b), quotient - one, quotient);
    const auto down = floor(quotient);
    const auto whole = select(quotient - down > pack<T, N>(T(0.5)), down + one, down);
    const auto result = select(quotient == zero, copysign(zero, plain), whole);
    return select(b == zero, plain, select(rest != rest, rest, result));
  } else if constexpr (sizeof(T) <= 4) {
    return detail::divide_small(a, b);
  } else {
    return detail::by_lane([](T x, T y) { return scalar_math::floor_divide(x, y); }, a, b);
  }
}

/// numpy.mod: the remainder of floor_divide.
template <lane T, index N>
TUTTI_INLINE pack<T, N> mod(const pack<T, N>& a, const pack<T, N>& b) {
  if constexpr (float_lane<T>) {
    const auto rest = fmod(a, b), zero = broadcast<T, N>(0);
    return select(rest == zero, copysign(zero, b), select(detail::signs_differ(rest, b), rest + b, rest));
  } else if constexpr (sizeof(T) <= 4) {
    return detail::mod_small(a, b);
  } else {
    return detail::by_lane([](T x, T y) { return scalar_math::mod(x, y); }, a, b);
  }
}

} // namespace simd

TUTTI_NAMESPACE_END
