// SPDX-License-Identifier: MIT
#pragma once

// The operators of packs and masks, and select. Integers wrap around; nothing here is undefined for any value.

#include <tutti/kernel/simd/convert_lanes.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

namespace detail {

// Applies f to what packs hold, register by register.
template <class Result, class F, class... V>
TUTTI_INLINE Result apply(F f, const V&... v) {
  if constexpr (is_halves<Result>)
    return Result(apply<half_t<Result>>(f, v.lower...), apply<half_t<Result>>(f, v.upper...));
  else if constexpr (Result::size == 1) return Result(static_cast<typename Result::raw_type>(f(v.raw...)));
  else return Result(f(v.raw...));
}

template <class T, index N>
using mask_of = mask<static_cast<index>(sizeof(T)), N>;

// A comparison of vectors gives integers of its own choice, one of scalars a bool.
template <class F, class T, index N>
TUTTI_INLINE mask_of<T, N> compare(F f, const pack<T, N>& a, const pack<T, N>& b) {
  using result = mask_of<T, N>;
  if constexpr (too_wide<T, N>) return {compare(f, a.lower, b.lower), compare(f, a.upper, b.upper)};
  else if constexpr (N == 1) return result(static_cast<typename result::raw_type>(-static_cast<int>(f(a.raw, b.raw))));
  else return result(std::bit_cast<typename result::raw_type>(f(a.raw, b.raw)));
}

struct plus {
  TUTTI_INLINE auto operator()(const auto& a, const auto& b) const { return a + b; }
};
struct minus {
  TUTTI_INLINE auto operator()(const auto& a, const auto& b) const { return a - b; }
};
struct times {
  template <class R>
  TUTTI_INLINE auto operator()(const R& a, const R& b) const {
    if constexpr (std::integral<R>) return 1u * a * b; // never int: two uint16 could overflow one
    else return a * b;
  }
};
struct over {
  TUTTI_INLINE auto operator()(const auto& a, const auto& b) const { return a / b; }
};
struct negated {
  TUTTI_INLINE auto operator()(const auto& a) const { return -a; }
};
struct bit_and {
  TUTTI_INLINE auto operator()(const auto& a, const auto& b) const { return a & b; }
};
struct bit_or {
  TUTTI_INLINE auto operator()(const auto& a, const auto& b) const { return a | b; }
};
struct bit_xor {
  TUTTI_INLINE auto operator()(const auto& a, const auto& b) const { return a ^ b; }
};
struct bit_not {
  TUTTI_INLINE auto operator()(const auto& a) const { return ~a; }
};
struct shifted_left {
  TUTTI_INLINE auto operator()(const auto& a, const auto& b) const { return a << b; }
};
struct shifted_right {
  TUTTI_INLINE auto operator()(const auto& a, const auto& b) const { return a >> b; }
};
struct equal {
  TUTTI_INLINE auto operator()(const auto& a, const auto& b) const { return a == b; }
};
struct unequal {
  TUTTI_INLINE auto operator()(const auto& a, const auto& b) const { return a != b; }
};
struct less {
  TUTTI_INLINE auto operator()(const auto& a, const auto& b) const { return a < b; }
};
struct less_equal {
  TUTTI_INLINE auto operator()(const auto& a, const auto& b) const { return a <= b; }
};
struct chosen {
  TUTTI_INLINE auto operator()(const auto& m, const auto& a, const auto& b) const { return m ? a : b; }
};

// The unsigned integers of the same bits: signed ones may not wrap around.
template <integer_lane T, index N>
TUTTI_INLINE auto as_unsigned(const pack<T, N>& v) { return reinterpret<pack<unsigned_like<T>, N>>(v); }

} // namespace detail

// ---- arithmetic ----

template <lane T, index N>
TUTTI_INLINE pack<T, N> operator+(const pack<T, N>& a, const pack<T, N>& b) {
  if constexpr (std::signed_integral<T>)
    return detail::reinterpret<pack<T, N>>(detail::as_unsigned(a) + detail::as_unsigned(b));
  else return detail::apply<pack<T, N>>(detail::plus{}, a, b);
}

template <lane T, index N>
TUTTI_INLINE pack<T, N> operator-(const pack<T, N>& a, const pack<T, N>& b) {
  if constexpr (std::signed_integral<T>)
    return detail::reinterpret<pack<T, N>>(detail::as_unsigned(a) - detail::as_unsigned(b));
  else return detail::apply<pack<T, N>>(detail::minus{}, a, b);
}

template <lane T, index N>
TUTTI_INLINE pack<T, N> operator*(const pack<T, N>& a, const pack<T, N>& b) {
  if constexpr (std::signed_integral<T>)
    return detail::reinterpret<pack<T, N>>(detail::as_unsigned(a) * detail::as_unsigned(b));
  else return detail::apply<pack<T, N>>(detail::times{}, a, b);
}

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> operator/(const pack<T, N>& a, const pack<T, N>& b) {
  return detail::apply<pack<T, N>>(detail::over{}, a, b);
}

template <lane T, index N>
TUTTI_INLINE pack<T, N> operator-(const pack<T, N>& a) {
  if constexpr (std::integral<T>)
    return detail::reinterpret<pack<T, N>>(detail::as_unsigned(broadcast<T, N>(0)) - detail::as_unsigned(a));
  else return detail::apply<pack<T, N>>(detail::negated{}, a);
}

template <class T, index N>
TUTTI_INLINE pack<T, N> operator+(const pack<T, N>& a) { return a; }

// ---- bits ----

template <integer_lane T, index N>
TUTTI_INLINE pack<T, N> operator&(const pack<T, N>& a, const pack<T, N>& b) {
  return detail::apply<pack<T, N>>(detail::bit_and{}, a, b);
}

template <integer_lane T, index N>
TUTTI_INLINE pack<T, N> operator|(const pack<T, N>& a, const pack<T, N>& b) {
  return detail::apply<pack<T, N>>(detail::bit_or{}, a, b);
}

template <integer_lane T, index N>
TUTTI_INLINE pack<T, N> operator^(const pack<T, N>& a, const pack<T, N>& b) {
  return detail::apply<pack<T, N>>(detail::bit_xor{}, a, b);
}

template <integer_lane T, index N>
TUTTI_INLINE pack<T, N> operator~(const pack<T, N>& a) { return detail::apply<pack<T, N>>(detail::bit_not{}, a); }

// ---- comparisons: false where a lane is NaN, but for != ----

template <lane T, index N>
TUTTI_INLINE auto operator==(const pack<T, N>& a, const pack<T, N>& b) {
  return detail::compare(detail::equal{}, a, b);
}

template <lane T, index N>
TUTTI_INLINE auto operator!=(const pack<T, N>& a, const pack<T, N>& b) {
  return detail::compare(detail::unequal{}, a, b);
}

template <lane T, index N>
TUTTI_INLINE auto operator<(const pack<T, N>& a, const pack<T, N>& b) { return detail::compare(detail::less{}, a, b); }

template <lane T, index N>
TUTTI_INLINE auto operator<=(const pack<T, N>& a, const pack<T, N>& b) {
  return detail::compare(detail::less_equal{}, a, b);
}

template <lane T, index N>
TUTTI_INLINE auto operator>(const pack<T, N>& a, const pack<T, N>& b) { return detail::compare(detail::less{}, b, a); }

template <lane T, index N>
TUTTI_INLINE auto operator>=(const pack<T, N>& a, const pack<T, N>& b) {
  return detail::compare(detail::less_equal{}, b, a);
}

// ---- masks ----

namespace detail {

/// The same truth values in lanes of another width.
template <index To, index From, index N>
TUTTI_INLINE mask<To, N> resize(const mask<From, N>& m) {
  if constexpr (To == From) return m;
  else if constexpr (N == 1) return mask<To, N>(static_cast<signed_of<To>>(m.raw));
  else if constexpr (too_wide<signed_of<From>, N> || too_wide<signed_of<To>, N>)
    return join(resize<To>(lower_half(m)), resize<To>(upper_half(m)));
  else return mask<To, N>(convert_lanes<signed_of<To>>(pack<signed_of<From>, N>(m.raw)).raw);
}

} // namespace detail

template <index A, index B, index N>
TUTTI_INLINE auto operator&(const mask<A, N>& a, const mask<B, N>& b) {
  constexpr index narrower = A < B ? A : B;
  return detail::apply<mask<narrower, N>>(detail::bit_and{}, detail::resize<narrower>(a), detail::resize<narrower>(b));
}

template <index A, index B, index N>
TUTTI_INLINE auto operator|(const mask<A, N>& a, const mask<B, N>& b) {
  constexpr index narrower = A < B ? A : B;
  return detail::apply<mask<narrower, N>>(detail::bit_or{}, detail::resize<narrower>(a), detail::resize<narrower>(b));
}

template <index A, index B, index N>
TUTTI_INLINE auto operator^(const mask<A, N>& a, const mask<B, N>& b) {
  constexpr index narrower = A < B ? A : B;
  return detail::apply<mask<narrower, N>>(detail::bit_xor{}, detail::resize<narrower>(a), detail::resize<narrower>(b));
}

template <index Bytes, index N>
TUTTI_INLINE mask<Bytes, N> operator~(const mask<Bytes, N>& m) {
  return detail::apply<mask<Bytes, N>>(detail::bit_not{}, m);
}

template <index Bytes, index N>
TUTTI_INLINE mask<Bytes, N> operator!(const mask<Bytes, N>& m) { return ~m; }

template <index A, index B, index N>
TUTTI_INLINE auto operator==(const mask<A, N>& a, const mask<B, N>& b) { return ~(a ^ b); }

template <index A, index B, index N>
TUTTI_INLINE auto operator!=(const mask<A, N>& a, const mask<B, N>& b) { return a ^ b; }

// False comes before true.
template <index A, index B, index N>
TUTTI_INLINE auto operator<(const mask<A, N>& a, const mask<B, N>& b) { return ~a & b; }

template <index A, index B, index N>
TUTTI_INLINE auto operator<=(const mask<A, N>& a, const mask<B, N>& b) { return ~a | b; }

template <index A, index B, index N>
TUTTI_INLINE auto operator>(const mask<A, N>& a, const mask<B, N>& b) { return b < a; }

template <index A, index B, index N>
TUTTI_INLINE auto operator>=(const mask<A, N>& a, const mask<B, N>& b) { return b <= a; }

// ---- select ----

/// a where m is true, b elsewhere.
template <index Bytes, lane T, index N>
TUTTI_INLINE pack<T, N> select(const mask<Bytes, N>& m, const pack<T, N>& a, const pack<T, N>& b) {
  return detail::apply<pack<T, N>>(detail::chosen{}, detail::resize<static_cast<index>(sizeof(T))>(m), a, b);
}

template <index Bytes, class T, index N>
TUTTI_INLINE pack<std::complex<T>, N> select(const mask<Bytes, N>& m, const pack<std::complex<T>, N>& a,
                                             const pack<std::complex<T>, N>& b) {
  return {select(m, a.re, b.re), select(m, a.im, b.im)};
}

template <index Bytes, index A, index B, index N>
TUTTI_INLINE auto select(const mask<Bytes, N>& m, const mask<A, N>& a, const mask<B, N>& b) {
  return (m & a) | (~m & b);
}

// ---- shifts: a count of the type's width or more, or a negative one, shifts everything out, as in NumPy ----

template <integer_lane T, index N>
TUTTI_INLINE pack<T, N> operator<<(const pack<T, N>& a, const pack<T, N>& b) {
  using bits = pack<detail::unsigned_like<T>, N>;
  const auto width = broadcast<detail::unsigned_like<T>, N>(8 * sizeof(T));
  const bits count = detail::as_unsigned(b);
  const bits in_range = count & broadcast<detail::unsigned_like<T>, N>(8 * sizeof(T) - 1);
  const bits shifted = detail::apply<bits>(detail::shifted_left{}, detail::as_unsigned(a), in_range);
  return detail::reinterpret<pack<T, N>>(select(count < width, shifted, bits(0)));
}

template <integer_lane T, index N>
TUTTI_INLINE pack<T, N> operator>>(const pack<T, N>& a, const pack<T, N>& b) {
  using bits = pack<detail::unsigned_like<T>, N>;
  const auto most = broadcast<detail::unsigned_like<T>, N>(8 * sizeof(T) - 1);
  const bits count = detail::as_unsigned(b);
  if constexpr (std::signed_integral<T>) {
    // Beyond the width the sign stays: as after a shift by all bits but one.
    const bits in_range = select(count < most, count, most);
    return detail::apply<pack<T, N>>(detail::shifted_right{}, a, detail::reinterpret<pack<T, N>>(in_range));
  } else {
    return select(count <= most, detail::apply<bits>(detail::shifted_right{}, a, count & most), bits(0));
  }
}

// ---- complex numbers ----

template <class T, index N>
TUTTI_INLINE pack<std::complex<T>, N> operator+(const pack<std::complex<T>, N>& a, const pack<std::complex<T>, N>& b) {
  return {a.re + b.re, a.im + b.im};
}

template <class T, index N>
TUTTI_INLINE pack<std::complex<T>, N> operator-(const pack<std::complex<T>, N>& a, const pack<std::complex<T>, N>& b) {
  return {a.re - b.re, a.im - b.im};
}

template <class T, index N>
TUTTI_INLINE pack<std::complex<T>, N> operator*(const pack<std::complex<T>, N>& a, const pack<std::complex<T>, N>& b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

template <class T, index N>
TUTTI_INLINE pack<std::complex<T>, N> operator-(const pack<std::complex<T>, N>& a) { return {-a.re, -a.im}; }

/// Smith's method (R. L. Smith, Algorithm 116, CACM 5, 1962), as in NumPy: the divisor is scaled by its greater part,
/// so that its square is never formed. Division by zero divides both parts by zero.
template <class T, index N>
TUTTI_INLINE pack<std::complex<T>, N> operator/(const pack<std::complex<T>, N>& a, const pack<std::complex<T>, N>& b) {
  using real = pack<T, N>;
  const real zero = broadcast<T, N>(T(0));
  const auto magnitude = [&](const real& x) __attribute__((always_inline)) { return select(x < zero, -x, x); };
  const auto swap = magnitude(b.re) < magnitude(b.im);
  const real great = select(swap, b.im, b.re), small = select(swap, b.re, b.im);
  const real x = select(swap, a.im, a.re), y = select(swap, a.re, a.im);
  const auto by_zero = great == zero;
  const real ratio = select(by_zero, zero, small / great);
  const real divisor = select(by_zero, zero, great + small * ratio);
  const real across = x * ratio; // the same difference either way round: negating it would turn the sign of a zero
  return {(x + y * ratio) / divisor, select(swap, across - y, y - across) / divisor};
}

template <class T, index N>
TUTTI_INLINE auto operator==(const pack<std::complex<T>, N>& a, const pack<std::complex<T>, N>& b) {
  return (a.re == b.re) & (a.im == b.im);
}

template <class T, index N>
TUTTI_INLINE auto operator!=(const pack<std::complex<T>, N>& a, const pack<std::complex<T>, N>& b) {
  return (a.re != b.re) | (a.im != b.im);
}

} // namespace simd

TUTTI_NAMESPACE_END
