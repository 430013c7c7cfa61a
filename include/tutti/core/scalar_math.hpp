// SPDX-License-Identifier: MIT
#pragma once

// Elementwise functions on plain numbers where <cmath> has none or other rules: the scalar side of the operations whose
// pack side the kernels' simd layer supplies. All are constexpr where the standard allows it.

#include <cmath>
#include <limits>
#include <type_traits>

#include <tutti/core/dtype.hpp>

TUTTI_NAMESPACE_BEGIN

namespace scalar_math {

template <class T>
concept integer = std::integral<T> && !std::same_as<T, bool>;

/// Applies `f` to two numbers so that integers wrap instead of overflowing; packs wrap by themselves.
template <class V, class F>
constexpr auto wrap(const V& a, const V& b, F f) {
  if constexpr (integer<V>) {
    // Small unsigned types would be promoted to int and could overflow there.
    using U = std::common_type_t<std::make_unsigned_t<V>, unsigned>;
    return static_cast<V>(f(static_cast<U>(a), static_cast<U>(b)));
  } else if constexpr (std::same_as<V, bool>) {
    return static_cast<bool>(f(static_cast<int>(a), static_cast<int>(b)));
  } else {
    return f(a, b);
  }
}

template <integer T>
constexpr T floor_divide(T a, T b) {
  if (b == 0) return 0;
  if constexpr (std::is_signed_v<T>) {
    if (b == -1) return wrap(a, a, [](auto x, auto) { return -x; });
    return static_cast<T>(a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0));
  } else {
    return static_cast<T>(a / b);
  }
}
/// npy_divmod of NumPy's npy_math, not floor(a / b): that quotient may be rounded up to a whole number.
template <std::floating_point T>
T floor_divide(T a, T b) {
  if (b == 0) return a / b;
  const T rest = std::fmod(a, b);
  if (rest != rest) return rest;
  T quotient = (a - rest) / b; // whole but for rounding
  if (rest != 0 && (rest < 0) != (b < 0)) quotient -= 1;
  if (quotient == 0) return std::copysign(T(0), a / b);
  const T down = std::floor(quotient);
  return quotient - down > T(0.5) ? down + 1 : down;
}

template <integer T>
constexpr T mod(T a, T b) {
  if (b == 0) return 0;
  if constexpr (std::is_signed_v<T>) {
    if (b == -1) return 0;
    const T r = static_cast<T>(a % b);
    return static_cast<T>(r != 0 && (r < 0) != (b < 0) ? r + b : r);
  } else {
    return static_cast<T>(a % b);
  }
}
template <std::floating_point T>
T mod(T a, T b) {
  const T r = std::fmod(a, b);
  if (r == 0) return std::copysign(r, b);
  return (r < 0) != (b < 0) ? r + b : r;
}

template <integer T>
constexpr T left_shift(T a, T b) {
  if (b < 0 || b >= std::numeric_limits<std::make_unsigned_t<T>>::digits) return 0;
  return static_cast<T>(static_cast<std::make_unsigned_t<T>>(a) << b);
}
template <integer T>
constexpr T right_shift(T a, T b) {
  if (b < 0 || b >= std::numeric_limits<std::make_unsigned_t<T>>::digits) return static_cast<T>(a < 0 ? -1 : 0);
  return static_cast<T>(a >> b);
}

/// The smaller of two; NaN if either is, as NumPy's. Of equals the first, as of packs: a zero keeps its sign.
template <class T>
  requires std::is_arithmetic_v<T>
constexpr T minimum(T a, T b) { return (b < a || b != b) ? b : a; }
template <class T>
  requires std::is_arithmetic_v<T>
constexpr T maximum(T a, T b) { return (b > a || b != b) ? b : a; }

template <class T>
  requires std::is_arithmetic_v<T>
constexpr T sign(T x) {
  if (x != x) return x;
  return static_cast<T>((T{} < x) - (x < T{}));
}

template <class T>
  requires scalar_value<T>
constexpr T square(T x) { return wrap(x, x, [](auto a, auto b) { return a * b; }); }

template <class T>
  requires std::is_arithmetic_v<T>
constexpr T abs(T x) {
  if constexpr (std::is_unsigned_v<T>) return x;
  else if constexpr (std::integral<T>) return x < 0 ? wrap(x, x, [](auto v, auto) { return -v; }) : x;
  else return x < 0 || (x == 0 && std::signbit(x)) ? -x : x;
}
template <class T>
real_t<std::complex<T>> abs(const std::complex<T>& x) { return std::abs(x); }

template <class T>
  requires scalar_value<T>
constexpr T select(bool condition, T a, T b) { return condition ? a : b; }

template <class T>
  requires scalar_value<T>
constexpr T fma(T a, T b, T c) {
  if constexpr (std::floating_point<T>) return std::fma(a, b, c);
  else if constexpr (integer<T>)
    return wrap(wrap(a, b, [](auto x, auto y) { return x * y; }), c, [](auto x, auto y) { return x + y; });
  else return a * b + c;
}

/// Whole exponents by repeated squaring, as NumPy does: exact where the product is. All others by the C library.
template <std::floating_point T>
std::complex<T> power(const std::complex<T>& z, const std::complex<T>& exponent) {
  const T n = exponent.real();
  if (exponent.imag() != 0 || !(std::abs(n) < 100) || n != std::trunc(n)) return std::pow(z, exponent);
  std::complex<T> result = 1, base = z;
  bool begun = false; // a product with 1 could lose the sign of a zero
  for (int rest = static_cast<int>(std::abs(n)); rest > 0; rest /= 2, base *= base)
    if (rest % 2 != 0) {
      result = begun ? result * base : base;
      begun = true;
    }
  return n < 0 ? T(1) / result : result;
}

template <std::floating_point T>
T rsqrt(T x) { return T{1} / std::sqrt(x); }

} // namespace scalar_math

TUTTI_NAMESPACE_END
