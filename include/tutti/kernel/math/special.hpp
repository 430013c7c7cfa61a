// SPDX-License-Identifier: MIT
#pragma once

// erf, erfc, tgamma, lgamma.

#include <tutti/kernel/math/exponential.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

namespace detail {

// The C library's erfc, tgamma and lgamma of double are off by up to 10 units in the last place; those of a wider type
// have the bits that are lost.
struct scalar_erf {
  double operator()(double x) const { return std::erf(x); }
};
struct scalar_erfc {
  double operator()(double x) const { return static_cast<double>(std::erfc(static_cast<long double>(x))); }
  float operator()(float x) const { return static_cast<float>(std::erfc(static_cast<double>(x))); }
};
struct scalar_tgamma {
  double operator()(double x) const { return static_cast<double>(std::tgamma(static_cast<long double>(x))); }
  float operator()(float x) const { return static_cast<float>(std::tgamma(static_cast<double>(x))); }
};
struct scalar_lgamma {
  // lgamma writes the global signgam, which threads must not.
#if defined(__GLIBC__)
  double operator()(double x) const {
    int sign = 0;
    return static_cast<double>(::lgammal_r(static_cast<long double>(x), &sign));
  }
  float operator()(float x) const {
    int sign = 0;
    return static_cast<float>(::lgamma_r(static_cast<double>(x), &sign));
  }
#else
  double operator()(double x) const { return static_cast<double>(std::lgamma(static_cast<long double>(x))); }
  float operator()(float x) const { return static_cast<float>(std::lgamma(static_cast<double>(x))); }
#endif
};

} // namespace detail

/// The error function. float: N. Juffa's erff (stackoverflow.com/a/35148199), 1 ulp.
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> erf(const pack<T, N>& x) {
  if constexpr (std::same_as<T, float>) {
    using V = pack<T, N>;
    const V a = abs(x), s = x * x;
    const V near_zero = fma(detail::horner(s, -5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1,
                                           -3.76125336e-1, 1.28379166e-1),
                            x, x);
    // 1 - e^p
    const V bounded = fast_min(a, detail::constant<V>(4));
    const V p = fma(detail::horner(bounded, -1.72853470e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2,
                                   -1.06777877e-1, -6.34846687e-1, -1.28717512e-1),
                    bounded, -bounded);
    const V far = copysign(detail::constant<V>(1) - exp(p), x);
    return select(a > detail::constant<V>(0.927734375), far, select(x == detail::constant<V>(0), x, near_zero));
  } else {
    return detail::by_lane(detail::scalar_erf{}, x);
  }
}

/// 1 - erf(x), exact for great x too.
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> erfc(const pack<T, N>& x) {
  return detail::by_lane(detail::scalar_erfc{}, x);
}

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> tgamma(const pack<T, N>& x) {
  return detail::by_lane(detail::scalar_tgamma{}, x);
}

/// log |gamma(x)|.
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> lgamma(const pack<T, N>& x) {
  return detail::by_lane(detail::scalar_lgamma{}, x);
}

} // namespace simd

TUTTI_NAMESPACE_END
