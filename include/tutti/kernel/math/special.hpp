// SPDX-License-Identifier: MIT
#pragma once

// erf, erfc, tgamma, lgamma.

#include <tutti/kernel/math/exponential.hpp>
#include <tutti/kernel/math/logarithm.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

namespace detail {

// erf(x) for |x| <= 1: a Chebyshev fit of erf(x) / x - 1 in x^2, 7e-18.
template <index N>
TUTTI_INLINE pack<double, N> erf_near_zero(const pack<double, N>& x) {
  const auto q =
      horner(x * x, -7.79238777698008462e-10, 1.37182187620514555e-8, -1.62080657047222144e-7, 1.6447371314258485e-6,
             -0.000014924732685547571, 0.000120552946910196954, -0.000854832596845851491, 0.00522397760697688195,
             -0.0268661706432214518, 0.112837916709449089, -0.376126389031835382, 0.128379167095512566);
  return fma(x, q, x);
}

// erfc(a) for a >= 1/2: (1 + 2 a) e^(a^2) erfc(a) is a polynomial in (a - 4) / (a + 4), after M. M. Shepherd and J. G.
// Laframboise, Mathematics of Computation 36 (1981). A Chebyshev fit up to a = 28, 4e-18.
template <index N>
TUTTI_INLINE pack<double, N> erfc_far(const pack<double, N>& beyond_half) {
  using V = pack<double, N>;
  const V a = fast_min(beyond_half, constant<V>(28)); // erfc is 0 by then
  const V four = constant<V>(4), one = constant<V>(1);
  const V t = (a - four) / (a + four);
  const V p = horner(t, -1.04767186746683705e-8, -1.22240483031523882e-8, 1.05680251358209583e-7,
                     6.70245283372897066e-8, -8.22559563206072021e-7, 2.99557906855670772e-7, 5.70864280440481472e-6,
                     -0.0000112247322473501008, -0.000024398983809134552, 0.000150622495122647854,
                     -0.000199256713450407161, -0.000757773448676280794, 0.00503196997561381321, -0.0161977340382659201,
                     0.0371675155381889304, -0.0663303658136071312, 0.0937328349982875024, -0.101039066036253746,
                     0.0680970542546947968, 0.0153796521026190261, -0.139621116840562533, 1.23299511862555251);
  // What rounding a^2 loses matters to e^-a^2: e^-(square + lost) = e^-square (1 - lost).
  const V square = a * a;
  V lost;
  if constexpr (has_fma) {
    lost = fma(a, a, -square);
  } else {
    const V high = upper_bits(a), low = a - high; // T. J. Dekker, Numerische Mathematik 18 (1971)
    lost = ((high * high - square) + (high + high) * low) + low * low;
  }
  // q = p / (1 + 2 a), with a residual that makes up for the rounding of both the divisor and the quotient.
  const V divisor = fma(a, constant<V>(2), one);
  const V rough = p / divisor;
  const V q = fma(fnma(a, rough + rough, p) - rough, one / divisor, rough);
  const V scaled = q * shifted_exp<128>(-square); // subnormal results round at the end
  return fnma(scaled, lost, scaled) * constant<V>(0x1p-128);
}

struct erf_of_double {
  template <index N>
  TUTTI_INLINE pack<double, N> operator()(const pack<double, N>& x) const {
    using V = pack<double, N>;
    const V a = abs(x), one = constant<V>(1);
    const V far = copysign(one - erfc_far(a), x);
    return select(a > one, far, select(x == constant<V>(0), x, erf_near_zero(x)));
  }
};

struct erfc_of_double {
  template <index N>
  TUTTI_INLINE pack<double, N> operator()(const pack<double, N>& x) const {
    using V = pack<double, N>;
    const V a = abs(x), one = constant<V>(1);
    const V tail = erfc_far(a);
    const V far = select(x < constant<V>(0), constant<V>(2) - tail, tail);
    return select(a > constant<V>(0.5), far, one - erf_near_zero(x));
  }
};

// The C library's tgamma and lgamma of double are off by up to 10 units in the last place; those of a wider type have
// the bits that are lost.
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
    const V near_zero = fma(
        detail::horner(s, -5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1),
        x, x);
    // 1 - e^p
    const V bounded = fast_min(a, detail::constant<V>(4));
    const V p = fma(detail::horner(bounded, -1.72853470e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2,
                                   -1.06777877e-1, -6.34846687e-1, -1.28717512e-1),
                    bounded, -bounded);
    const V far = copysign(detail::constant<V>(1) - exp(p), x);
    return select(a > detail::constant<V>(0.927734375), far, select(x == detail::constant<V>(0), x, near_zero));
  } else {
    return detail::erf_of_double{}(x);
  }
}

/// 1 - erf(x), exact for great x too.
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> erfc(const pack<T, N>& x) {
  if constexpr (std::same_as<T, float>) return detail::by_way_of_double(detail::erfc_of_double{}, x);
  else return detail::erfc_of_double{}(x);
}

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> tgamma(const pack<T, N>& x) { return detail::by_lane(detail::scalar_tgamma{}, x); }

/// log |gamma(x)|.
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> lgamma(const pack<T, N>& x) { return detail::by_lane(detail::scalar_lgamma{}, x); }

} // namespace simd

TUTTI_NAMESPACE_END
