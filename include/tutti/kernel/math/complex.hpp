// SPDX-License-Identifier: MIT
#pragma once

// Elementary functions of complex packs: one lane after the other through the standard library, but for arg and exp.

#include <tutti/core/scalar_math.hpp>
#include <tutti/kernel/math/exponential.hpp>
#include <tutti/kernel/math/inverse_trigonometric.hpp>
#include <tutti/kernel/math/trigonometric.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

namespace detail {

struct complex_exp {
  auto operator()(const auto& z) const { return std::exp(z); }
};
struct complex_log {
  auto operator()(const auto& z) const { return std::log(z); }
};
struct complex_log10 {
  auto operator()(const auto& z) const { return std::log10(z); }
};
struct complex_sqrt {
  auto operator()(const auto& z) const { return std::sqrt(z); }
};
struct complex_pow {
  auto operator()(const auto& z, const auto& w) const { return scalar_math::power(z, w); }
};
struct complex_sin {
  auto operator()(const auto& z) const { return std::sin(z); }
};
struct complex_cos {
  auto operator()(const auto& z) const { return std::cos(z); }
};
struct complex_tan {
  auto operator()(const auto& z) const { return std::tan(z); }
};
struct complex_asin {
  auto operator()(const auto& z) const { return std::asin(z); }
};
struct complex_acos {
  auto operator()(const auto& z) const { return std::acos(z); }
};
struct complex_atan {
  auto operator()(const auto& z) const { return std::atan(z); }
};
struct complex_sinh {
  auto operator()(const auto& z) const { return std::sinh(z); }
};
struct complex_cosh {
  auto operator()(const auto& z) const { return std::cosh(z); }
};
struct complex_tanh {
  auto operator()(const auto& z) const { return std::tanh(z); }
};
struct complex_asinh {
  auto operator()(const auto& z) const { return std::asinh(z); }
};
struct complex_acosh {
  auto operator()(const auto& z) const { return std::acosh(z); }
};
struct complex_atanh {
  auto operator()(const auto& z) const { return std::atanh(z); }
};

} // namespace detail

/// The angle of z.
template <class T, index N>
TUTTI_INLINE pack<T, N> arg(const pack<std::complex<T>, N>& z) { return atan2(z.im, z.re); }

/// e^x (cos y + i sin y). What overflows, vanishes or is not finite goes one by one.
template <class T, index N>
TUTTI_INLINE pack<std::complex<T>, N> exp(const pack<std::complex<T>, N>& z) {
  using V = pack<T, N>;
  const V size = exp(z.re), re = size * cos(z.im), im = size * sin(z.im);
  const auto usual = (abs(z.re) < V(std::same_as<T, float> ? T(87) : T(708))) & isfinite(z.im);
  if (!all(usual)) [[unlikely]] {
    const auto exact = detail::by_lane(detail::complex_exp{}, z);
    return {select(usual, re, exact.re), select(usual, im, exact.im)};
  }
  return {re, im};
}
template <class T, index N>
TUTTI_INLINE auto log(const pack<std::complex<T>, N>& z) { return detail::by_lane(detail::complex_log{}, z); }
template <class T, index N>
TUTTI_INLINE auto log10(const pack<std::complex<T>, N>& z) { return detail::by_lane(detail::complex_log10{}, z); }
template <class T, index N>
TUTTI_INLINE auto sqrt(const pack<std::complex<T>, N>& z) { return detail::by_lane(detail::complex_sqrt{}, z); }
template <class T, index N>
TUTTI_INLINE auto pow(const pack<std::complex<T>, N>& z, const pack<std::complex<T>, N>& w) {
  return detail::by_lane(detail::complex_pow{}, z, w);
}
template <class T, index N>
TUTTI_INLINE auto sin(const pack<std::complex<T>, N>& z) { return detail::by_lane(detail::complex_sin{}, z); }
template <class T, index N>
TUTTI_INLINE auto cos(const pack<std::complex<T>, N>& z) { return detail::by_lane(detail::complex_cos{}, z); }
template <class T, index N>
TUTTI_INLINE auto tan(const pack<std::complex<T>, N>& z) { return detail::by_lane(detail::complex_tan{}, z); }
template <class T, index N>
TUTTI_INLINE auto asin(const pack<std::complex<T>, N>& z) { return detail::by_lane(detail::complex_asin{}, z); }
template <class T, index N>
TUTTI_INLINE auto acos(const pack<std::complex<T>, N>& z) { return detail::by_lane(detail::complex_acos{}, z); }
template <class T, index N>
TUTTI_INLINE auto atan(const pack<std::complex<T>, N>& z) { return detail::by_lane(detail::complex_atan{}, z); }
template <class T, index N>
TUTTI_INLINE auto sinh(const pack<std::complex<T>, N>& z) { return detail::by_lane(detail::complex_sinh{}, z); }
template <class T, index N>
TUTTI_INLINE auto cosh(const pack<std::complex<T>, N>& z) { return detail::by_lane(detail::complex_cosh{}, z); }
template <class T, index N>
TUTTI_INLINE auto tanh(const pack<std::complex<T>, N>& z) { return detail::by_lane(detail::complex_tanh{}, z); }
template <class T, index N>
TUTTI_INLINE auto asinh(const pack<std::complex<T>, N>& z) { return detail::by_lane(detail::complex_asinh{}, z); }
template <class T, index N>
TUTTI_INLINE auto acosh(const pack<std::complex<T>, N>& z) { return detail::by_lane(detail::complex_acosh{}, z); }
template <class T, index N>
TUTTI_INLINE auto atanh(const pack<std::complex<T>, N>& z) { return detail::by_lane(detail::complex_atanh{}, z); }

} // namespace simd

TUTTI_NAMESPACE_END
