// SPDX-License-Identifier: MIT
#pragma once

// The functions that are about as cheap as an operator: extremes, signs, rounding, classification.

#include <limits>

#include <tutti/kernel/simd/convert.hpp>
#include <tutti/kernel/simd/native.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

// ---- extremes ----

/// a < b ? b : a: the first where either is NaN.
template <lane T, index N>
TUTTI_INLINE pack<T, N> fast_max(const pack<T, N>& a, const pack<T, N>& b) {
  if constexpr (float_lane<T>) return detail::by_register(detail::extreme<true>{}, a, b);
  else return select(a < b, b, a);
}

/// b < a ? b : a: the first where either is NaN.
template <lane T, index N>
TUTTI_INLINE pack<T, N> fast_min(const pack<T, N>& a, const pack<T, N>& b) {
  if constexpr (float_lane<T>) return detail::by_register(detail::extreme<false>{}, a, b);
  else return select(b < a, b, a);
}

/// The greater; NaN where either is (numpy.maximum).
template <lane T, index N>
TUTTI_INLINE pack<T, N> maximum(const pack<T, N>& a, const pack<T, N>& b) {
  if constexpr (std::integral<T>) return fast_max(a, b);
  else return select(b != b, b, fast_max(a, b));
}

/// The lesser; NaN where either is (numpy.minimum).
template <lane T, index N>
TUTTI_INLINE pack<T, N> minimum(const pack<T, N>& a, const pack<T, N>& b) {
  if constexpr (std::integral<T>) return fast_min(a, b);
  else return select(b != b, b, fast_min(a, b));
}

template <index A, index B, index N>
TUTTI_INLINE auto maximum(const mask<A, N>& a, const mask<B, N>& b) { return a | b; }

template <index A, index B, index N>
TUTTI_INLINE auto minimum(const mask<A, N>& a, const mask<B, N>& b) { return a & b; }

// ---- signs ----

namespace detail {
template <float_lane T, index N>
TUTTI_INLINE auto sign_bits() { return reinterpret<pack<unsigned_like<T>, N>>(broadcast<T, N>(T(-0.0))); }

template <float_lane T, index N>
TUTTI_INLINE auto to_bits(const pack<T, N>& v) { return reinterpret<pack<unsigned_like<T>, N>>(v); }

template <float_lane T, integer_lane U, index N>
TUTTI_INLINE pack<T, N> from_bits(const pack<U, N>& v) { return reinterpret<pack<T, N>>(v); }
} // namespace detail

template <lane T, index N>
TUTTI_INLINE pack<T, N> abs(const pack<T, N>& v) {
  if constexpr (std::unsigned_integral<T>) return v;
  else if constexpr (std::integral<T>) return select(v < broadcast<T, N>(0), -v, v);
  else return detail::from_bits<T>(detail::to_bits(v) & ~detail::sign_bits<T, N>());
}

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> copysign(const pack<T, N>& magnitude, const pack<T, N>& sign) {
  const auto bit = detail::sign_bits<T, N>();
  return detail::from_bits<T>((detail::to_bits(magnitude) & ~bit) | (detail::to_bits(sign) & bit));
}

/// v, negated where `sign` is negative (-0 and negative NaN included).
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> flipsign(const pack<T, N>& v, const pack<T, N>& sign) {
  return detail::from_bits<T>(detail::to_bits(v) ^ (detail::to_bits(sign) & detail::sign_bits<T, N>()));
}

/// True where the sign bit is set, -0 and negative NaN included.
template <float_lane T, index N>
TUTTI_INLINE auto signbit(const pack<T, N>& v) {
  using bits = pack<detail::signed_like<T>, N>;
  return detail::reinterpret<bits>(v) < bits(0);
}

/// -1, 0 or 1; NaN stays (numpy.sign).
template <lane T, index N>
TUTTI_INLINE pack<T, N> sign(const pack<T, N>& v) {
  const auto zero = broadcast<T, N>(T(0)), one = broadcast<T, N>(T(1));
  const auto positive = select(v > zero, one, zero);
  if constexpr (std::unsigned_integral<T>) return positive;
  else if constexpr (std::integral<T>) return select(v < zero, -one, positive);
  else return select(v < zero, -one, select(v != v, v, positive));
}

template <class T, index N>
TUTTI_INLINE pack<T, N> square(const pack<T, N>& v) { return v * v; }

/// a * b + c, rounded once where the hardware can (has_fma).
template <class T, index N>
TUTTI_INLINE pack<T, N> fma(const pack<T, N>& a, const pack<T, N>& b, const pack<T, N>& c) {
  if constexpr (float_lane<T>) return detail::by_register(detail::multiplied_and_added{}, a, b, c);
  else return a * b + c;
}

// ---- roots and rounding ----

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> sqrt(const pack<T, N>& v) { return detail::by_register(detail::square_root{}, v); }

template <lane T, index N>
TUTTI_INLINE pack<T, N> floor(const pack<T, N>& v) {
  if constexpr (std::integral<T>) return v;
  else return detail::by_register(detail::rounded<detail::rounding::down>{}, v);
}

template <lane T, index N>
TUTTI_INLINE pack<T, N> ceil(const pack<T, N>& v) {
  if constexpr (std::integral<T>) return v;
  else return detail::by_register(detail::rounded<detail::rounding::up>{}, v);
}

template <lane T, index N>
TUTTI_INLINE pack<T, N> trunc(const pack<T, N>& v) {
  if constexpr (std::integral<T>) return v;
  else return detail::by_register(detail::rounded<detail::rounding::toward_zero>{}, v);
}

/// The nearest integer, the even one of two.
template <lane T, index N>
TUTTI_INLINE pack<T, N> rint(const pack<T, N>& v) {
  if constexpr (std::integral<T>) return v;
  else return detail::by_register(detail::rounded<detail::rounding::nearest>{}, v);
}

/// numpy.round: half to even, unlike std::round.
template <lane T, index N>
TUTTI_INLINE pack<T, N> round(const pack<T, N>& v) { return rint(v); }

// ---- kinds of numbers ----

template <class T, index N>
TUTTI_INLINE auto isnan(const pack<T, N>& v) { return v != v; }

template <lane T, index N>
TUTTI_INLINE auto isinf(const pack<T, N>& v) {
  if constexpr (std::integral<T>) return v != v;
  else return abs(v) == broadcast<T, N>(std::numeric_limits<T>::infinity());
}

template <lane T, index N>
TUTTI_INLINE auto isfinite(const pack<T, N>& v) {
  if constexpr (std::integral<T>) return v == v;
  else return abs(v) < broadcast<T, N>(std::numeric_limits<T>::infinity());
}

template <class T, index N>
TUTTI_INLINE auto isinf(const pack<std::complex<T>, N>& v) { return isinf(v.re) | isinf(v.im); }

template <class T, index N>
TUTTI_INLINE auto isfinite(const pack<std::complex<T>, N>& v) { return isfinite(v.re) & isfinite(v.im); }

} // namespace simd

TUTTI_NAMESPACE_END
