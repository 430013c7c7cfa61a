// SPDX-License-Identifier: MIT
#pragma once

// Packs and masks: fixed numbers of lanes that are computed with at once. What fits a register is a GNU vector; what
// does not is two halves, so that no compiler ever sees a vector type wider than the machine's; one lane is a scalar.

#include <bit>
#include <complex>
#include <concepts>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <tutti/core/dtype.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

/// The bytes of the widest register of the target.
inline constexpr index register_bytes = TUTTI_REGISTER_BYTES;

/// The lanes of a full register of T as it is computed with: float for the half types, one byte for bool. A complex
/// pack holds two registers.
template <class T>
inline constexpr index lanes = register_bytes / static_cast<index>(sizeof(real_t<compute_t<T>>));

/// The arithmetic types that a lane can hold.
template <class T>
concept lane = std::is_arithmetic_v<T> && !std::same_as<T, bool>;

template <class T>
concept integer_lane = lane<T> && std::integral<T>;

template <class T>
concept float_lane = std::same_as<T, float> || std::same_as<T, double>;

namespace detail {

template <index Bytes>
using signed_of = typename tutti::detail::integer_of<true, static_cast<std::size_t>(Bytes)>::type;
template <class T>
using unsigned_like = typename tutti::detail::integer_of<false, sizeof(T)>::type;
template <class T>
using signed_like = typename tutti::detail::integer_of<true, sizeof(T)>::type;

template <class T, index N>
struct raw_vector {
  static_assert(N > 0 && std::has_single_bit(static_cast<std::size_t>(N)), "a pack has a power of two of lanes");
  typedef T type __attribute__((vector_size(sizeof(T) * static_cast<std::size_t>(N))));
};
template <class T>
struct raw_vector<T, 1> {
  using type = T;
};

/// What a pack holds: a GNU vector, or a plain T if there is one lane.
template <class T, index N>
using raw_t = typename raw_vector<T, N>::type;

// One lane is never too wide, so that halving always ends.
template <class T, index N>
inline constexpr bool too_wide = N > 1 && static_cast<index>(sizeof(T)) * N > register_bytes;

} // namespace detail

/// N lanes of T.
template <class T, index N>
struct pack {
  using value_type = T;
  using raw_type = detail::raw_t<T, N>;
  static constexpr index size = N;

  raw_type raw;

  pack() = default;
  TUTTI_INLINE pack(const raw_type& r) : raw(r) {}
  // Not defaulted: g++ 12 copies trivial classes by 32 bytes through memory, even where all else is in registers.
  TUTTI_INLINE pack(const pack& other) : raw(other.raw) {}
  TUTTI_INLINE pack& operator=(const pack& other) {
    raw = other.raw;
    return *this;
  }
  // x - 0 is x for every x, -0 and NaN included; both compilers make it one broadcast.
  TUTTI_INLINE explicit pack(T value)
    requires(N > 1)
      : raw(value - raw_type{}) {}

  TUTTI_INLINE T operator[](index i) const {
    if constexpr (N == 1) return static_cast<void>(i), raw;
    else return raw[i];
  }
};

/// A pack that needs several registers.
template <class T, index N>
  requires(lane<T> && detail::too_wide<T, N>)
struct pack<T, N> {
  using value_type = T;
  static constexpr index size = N;

  pack<T, N / 2> lower, upper;

  pack() = default;
  TUTTI_INLINE pack(const pack<T, N / 2>& l, const pack<T, N / 2>& u) : lower(l), upper(u) {}
  TUTTI_INLINE explicit pack(T value) : lower(value), upper(value) {}

  TUTTI_INLINE T operator[](index i) const { return i < N / 2 ? lower[i] : upper[i - N / 2]; }
};

/// N complex numbers: their real and their imaginary parts apart.
template <class T, index N>
struct pack<std::complex<T>, N> {
  using value_type = std::complex<T>;
  static constexpr index size = N;

  pack<T, N> re, im;

  pack() = default;
  TUTTI_INLINE pack(const pack<T, N>& real, const pack<T, N>& imag) : re(real), im(imag) {}
  TUTTI_INLINE explicit pack(const std::complex<T>& value) : re(value.real()), im(value.imag()) {}

  TUTTI_INLINE std::complex<T> operator[](index i) const { return {re[i], im[i]}; }
};

/// N truth values, each in a lane of Bytes bytes whose bits are all ones or all zeros.
template <index Bytes, index N>
struct mask {
  using value_type = bool;
  using raw_type = detail::raw_t<detail::signed_of<Bytes>, N>;
  static constexpr index size = N;
  static constexpr index lane_bytes = Bytes;

  raw_type raw;

  mask() = default;
  TUTTI_INLINE mask(const raw_type& r) : raw(r) {
#if defined(__SSE2__) && !defined(__SSE4_2__) && !defined(__clang__)
    // SSE2 does not compare 64-bit integers, and g++ 12 breaks down where it has to tell whether a lane of a mask is not 0
    // that it has seen the comparison of: it must not see it.
    if constexpr (Bytes == 8 && N == 2) asm("" : "+x"(raw));
#endif
  }
  TUTTI_INLINE mask(const mask& other) : raw(other.raw) {}
  TUTTI_INLINE mask& operator=(const mask& other) {
    raw = other.raw;
    return *this;
  }
  template <std::same_as<bool> Bool>
  TUTTI_INLINE explicit mask(Bool value) : raw(static_cast<detail::signed_of<Bytes>>(-value) - raw_type{}) {}

  TUTTI_INLINE bool operator[](index i) const {
    if constexpr (N == 1) return static_cast<void>(i), raw != 0;
    else return raw[i] != 0;
  }
};

template <index Bytes, index N>
  requires(detail::too_wide<detail::signed_of<Bytes>, N>)
struct mask<Bytes, N> {
  using value_type = bool;
  static constexpr index size = N;
  static constexpr index lane_bytes = Bytes;

  mask<Bytes, N / 2> lower, upper;

  mask() = default;
  TUTTI_INLINE mask(const mask<Bytes, N / 2>& l, const mask<Bytes, N / 2>& u) : lower(l), upper(u) {}
  template <std::same_as<bool> Bool>
  TUTTI_INLINE explicit mask(Bool value) : lower(value), upper(value) {}

  TUTTI_INLINE bool operator[](index i) const { return i < N / 2 ? lower[i] : upper[i - N / 2]; }
};

template <class V>
inline constexpr bool is_pack = false;
template <class T, index N>
inline constexpr bool is_pack<pack<T, N>> = true;

template <class V>
inline constexpr bool is_mask = false;
template <index Bytes, index N>
inline constexpr bool is_mask<mask<Bytes, N>> = true;

/// A pack or a mask.
template <class V>
concept lanewise = is_pack<V> || is_mask<V>;

/// What N elements of type T are once they are loaded.
template <class T, index N>
using loaded_t = std::conditional_t<std::same_as<T, bool>, mask<1, N>, pack<compute_t<T>, N>>;

namespace detail {

// Whether V is held as two halves.
template <class V>
inline constexpr bool is_halves = false;
template <class T, index N>
inline constexpr bool is_halves<pack<T, N>> = lane<T> && too_wide<T, N>;
template <index Bytes, index N>
inline constexpr bool is_halves<mask<Bytes, N>> = too_wide<signed_of<Bytes>, N>;

template <class V>
struct half_of;
template <class T, index N>
struct half_of<pack<T, N>> {
  using type = pack<T, N / 2>;
};
template <index Bytes, index N>
struct half_of<mask<Bytes, N>> {
  using type = mask<Bytes, N / 2>;
};
template <class V>
using half_t = typename half_of<V>::type;

template <class V>
struct double_of;
template <class T, index N>
struct double_of<pack<T, N>> {
  using type = pack<T, 2 * N>;
};
template <index Bytes, index N>
struct double_of<mask<Bytes, N>> {
  using type = mask<Bytes, 2 * N>;
};

// GNU vectors have no scalar at the end of halving; these bridge the gap.
template <index First, class V, index... I>
TUTTI_INLINE auto slice(const V& v, std::integer_sequence<index, I...>) {
  if constexpr (sizeof...(I) == 1) return v.raw[First];
  else return __builtin_shufflevector(v.raw, v.raw, static_cast<int>(First + I)...);
}

template <class R, class V, index... I>
TUTTI_INLINE R concatenate(const V& a, const V& b, std::integer_sequence<index, I...>) {
  if constexpr (V::size == 1) return R{a.raw, b.raw};
  else return __builtin_shufflevector(a.raw, b.raw, static_cast<int>(I)...);
}

/// Both of the same bits: U and V are packs or masks of the same size in bytes, neither complex.
template <class U, class V>
TUTTI_INLINE U reinterpret(const V& v) {
  if constexpr (std::same_as<U, V>) return v;
  else if constexpr (is_halves<V>) return {reinterpret<half_t<U>>(v.lower), reinterpret<half_t<U>>(v.upper)};
  else return std::bit_cast<typename U::raw_type>(v.raw);
}

} // namespace detail

/// The lanes of v below the middle.
template <lanewise V>
TUTTI_INLINE detail::half_t<V> lower_half(const V& v) {
  if constexpr (is_complex<typename V::value_type>) return {lower_half(v.re), lower_half(v.im)};
  else if constexpr (detail::is_halves<V>) return v.lower;
  else return detail::slice<0>(v, std::make_integer_sequence<index, V::size / 2>{});
}

/// The lanes of v from the middle on.
template <lanewise V>
TUTTI_INLINE detail::half_t<V> upper_half(const V& v) {
  if constexpr (is_complex<typename V::value_type>) return {upper_half(v.re), upper_half(v.im)};
  else if constexpr (detail::is_halves<V>) return v.upper;
  else return detail::slice<V::size / 2>(v, std::make_integer_sequence<index, V::size / 2>{});
}

/// The pack whose halves are l and u.
template <lanewise V>
TUTTI_INLINE auto join(const V& l, const V& u) {
  using joined = typename detail::double_of<V>::type;
  if constexpr (is_complex<typename V::value_type>) return joined(join(l.re, u.re), join(l.im, u.im));
  else if constexpr (detail::is_halves<joined>) return joined(l, u);
  else
    return joined(
        detail::concatenate<typename joined::raw_type>(l, u, std::make_integer_sequence<index, joined::size>{}));
}

/// N lanes of one value: a mask for bool, a pack otherwise (float for the half types).
template <class T, index N>
TUTTI_INLINE loaded_t<T, N> broadcast(T value) {
  if constexpr (N == 1 && lane<compute_t<T>>) return loaded_t<T, N>(typename loaded_t<T, N>::raw_type(value));
  else return loaded_t<T, N>(static_cast<compute_t<T>>(value));
}

namespace detail {
template <class T, index N, index... I>
TUTTI_INLINE pack<T, N> count_from(T first, std::integer_sequence<index, I...>) {
  if constexpr (N == 1) return pack<T, N>(first);
  else return pack<T, N>(typename pack<T, N>::raw_type{static_cast<T>(I)...} + pack<T, N>(first).raw);
}
template <class T, index N>
TUTTI_INLINE pack<T, N> count_up(index first) {
  if constexpr (too_wide<T, N>) return {count_up<T, N / 2>(first), count_up<T, N / 2>(first + N / 2)};
  else return count_from<T, N>(static_cast<T>(first), std::make_integer_sequence<index, N>{});
}
} // namespace detail

/// 0, 1, ..., N - 1.
template <class T, index N>
TUTTI_INLINE pack<T, N> iota() {
  if constexpr (is_complex<T>) return {iota<real_t<T>, N>(), broadcast<real_t<T>, N>(0)};
  else return detail::count_up<T, N>(0);
}

} // namespace simd

TUTTI_NAMESPACE_END
