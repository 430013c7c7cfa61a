// SPDX-License-Identifier: MIT
#pragma once

// Parts and magnitude of complex packs.

#include <tutti/kernel/simd/functions.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

template <class T, index N>
TUTTI_INLINE pack<T, N> real(const pack<std::complex<T>, N>& z) {
  return z.re;
}

template <class T, index N>
TUTTI_INLINE pack<T, N> imag(const pack<std::complex<T>, N>& z) {
  return z.im;
}

template <class T, index N>
TUTTI_INLINE pack<std::complex<T>, N> conj(const pack<std::complex<T>, N>& z) {
  return {z.re, -z.im};
}

template <lane T, index N>
TUTTI_INLINE pack<T, N> real(const pack<T, N>& v) {
  return v;
}

template <lane T, index N>
TUTTI_INLINE pack<T, N> imag(const pack<T, N>&) {
  return broadcast<T, N>(T(0));
}

template <lane T, index N>
TUTTI_INLINE pack<T, N> conj(const pack<T, N>& v) {
  return v;
}

/// sqrt(x^2 + y^2), infinite if either is. Floats are squared as doubles, doubles scaled by a power of two, so that no
/// square overflows or vanishes.
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> hypot(const pack<T, N>& x, const pack<T, N>& y) {
  const auto infinity = broadcast<T, N>(std::numeric_limits<T>::infinity());
  const auto ax = abs(x), ay = abs(y);
  const auto infinite = (ax == infinity) | (ay == infinity);
  if constexpr (std::same_as<T, float>) {
    const auto dx = convert<double>(x), dy = convert<double>(y);
    return select(infinite, infinity, convert<float>(sqrt(fma(dx, dx, dy * dy))));
  } else {
    const auto greater = fast_max(ax, ay);
    const auto great = greater > broadcast<T, N>(0x1p500), small = greater < broadcast<T, N>(0x1p-460);
    const auto one = broadcast<T, N>(1.0), up = broadcast<T, N>(0x1p600), down = broadcast<T, N>(0x1p-600);
    const auto scale = select(great, down, select(small, up, one)), back = select(great, up, select(small, down, one));
    const auto sx = x * scale, sy = y * scale;
    return select(infinite, infinity, sqrt(fma(sx, sx, sy * sy)) * back);
  }
}

template <class T, index N>
TUTTI_INLINE pack<T, N> abs(const pack<std::complex<T>, N>& z) {
  return hypot(z.re, z.im);
}

} // namespace simd

TUTTI_NAMESPACE_END
