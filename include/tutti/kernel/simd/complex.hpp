// SPDX-License-Identifier: MIT
#pragma once

// Parts and magnitude of complex packs.

#include <tutti/kernel/simd/functions.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

template <class T, index N>
TUTTI_INLINE pack<T, N> real(const pack<std::complex<T>, N>& z) { return z.re; }

template <class T, index N>
TUTTI_INLINE pack<T, N> imag(const pack<std::complex<T>, N>& z) { return z.im; }

template <class T, index N>
TUTTI_INLINE pack<std::complex<T>, N> conj(const pack<std::complex<T>, N>& z) { return {z.re, -z.im}; }

template <lane T, index N>
TUTTI_INLINE pack<T, N> real(const pack<T, N>& v) { return v; }

template <lane T, index N>
TUTTI_INLINE pack<T, N> imag(const pack<T, N>&) { return broadcast<T, N>(T(0)); }

template <lane T, index N>
TUTTI_INLINE pack<T, N> conj(const pack<T, N>& v) { return v; }

/// sqrt(x^2 + y^2), infinite if either is. Great and small numbers are scaled by a power of two, so that no square
/// overflows or vanishes.
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> hypot(const pack<T, N>& x, const pack<T, N>& y) {
  constexpr bool single = std::same_as<T, float>;
  const auto number = [](double f, double d)
                          __attribute__((always_inline)) { return broadcast<T, N>(static_cast<T>(single ? f : d)); };
  const auto infinity = broadcast<T, N>(std::numeric_limits<T>::infinity());
  const auto ax = abs(x), ay = abs(y);
  const auto greater = fast_max(ax, ay);
  const auto great = greater > number(0x1p60, 0x1p500), small = greater < number(0x1p-50, 0x1p-460);
  const auto up = number(0x1p90, 0x1p600), down = number(0x1p-70, 0x1p-600), one = number(1, 1);
  const auto scale = select(great, down, select(small, up, one));
  const auto back = select(great, number(0x1p70, 0x1p600), select(small, number(0x1p-90, 0x1p-600), one));
  const auto sx = x * scale, sy = y * scale;
  const auto infinite = (ax == infinity) | (ay == infinity);
  return select(infinite, infinity, sqrt(fma(sx, sx, sy * sy)) * back);
}

template <class T, index N>
TUTTI_INLINE pack<T, N> abs(const pack<std::complex<T>, N>& z) { return hypot(z.re, z.im); }

} // namespace simd

TUTTI_NAMESPACE_END
