// SPDX-License-Identifier: MIT
#pragma once

// sinh, cosh, tanh and their inverses, from exp, expm1, log1p. Float by way of double, but for tanh.

#include <tutti/kernel/math/exponential.hpp>
#include <tutti/kernel/math/logarithm.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

namespace detail {

struct sinh_of_double {
  template <index N>
  TUTTI_INLINE pack<double, N> operator()(const pack<double, N>& x) const {
    using V = pack<double, N>;
    const V a = abs(x), z = x * x;
    // The Taylor series: its next term is 2e-20.
    const V series = fma(x * z,
                         horner(z, 1 / 121645100408832000., 1 / 355687428096000., 1 / 1307674368000., 1 / 6227020800.,
                                1 / 39916800., 1 / 362880., 1 / 5040., 1 / 120., 1 / 6.),
                         x);
    const V half = shifted_exp<-1>(a); // e^a / 2
    const V great = copysign(half - constant<V>(0.25) / half, x);
    return select(a < constant<V>(1), select(x == constant<V>(0), x, series), great);
  }
};

struct cosh_of_double {
  template <index N>
  TUTTI_INLINE pack<double, N> operator()(const pack<double, N>& x) const {
    const auto half = shifted_exp<-1>(abs(x));
    return half + constant<pack<double, N>>(0.25) / half;
  }
};

struct asinh_of_double {
  template <index N>
  TUTTI_INLINE pack<double, N> operator()(const pack<double, N>& x) const {
    using V = pack<double, N>;
    const V a = abs(x), one = constant<V>(1);
    // Where a^2 could overflow, asinh(a) = log(2 a).
    const auto great = a > constant<V>(0x1p500);
    const V y = select(great, a, a + a * a / (one + sqrt(fma(a, a, one))));
    const V result = log1p_of_double{}(y);
    return copysign(select(great, result + constant<V>(0.693147180559945309417), result), x);
  }
};

struct acosh_of_double {
  template <index N>
  TUTTI_INLINE pack<double, N> operator()(const pack<double, N>& x) const {
    using V = pack<double, N>;
    const V one = constant<V>(1), t = x - one;
    const auto great = x > constant<V>(0x1p500);
    const V y = select(great, x, t + sqrt(fma(t, t, t + t)));
    const V result = log1p_of_double{}(y);
    const V defined = select(great, result + constant<V>(0.693147180559945309417), result);
    return select(x < one, constant<V>(std::numeric_limits<double>::quiet_NaN()), defined);
  }
};

struct atanh_of_double {
  template <index N>
  TUTTI_INLINE pack<double, N> operator()(const pack<double, N>& x) const {
    using V = pack<double, N>;
    const V a = abs(x);
    return copysign(constant<V>(0.5) * log1p_of_double{}((a + a) / (constant<V>(1) - a)), x);
  }
};

} // namespace detail

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> sinh(const pack<T, N>& x) {
  if constexpr (std::same_as<T, float>) return detail::by_way_of_double(detail::sinh_of_double{}, x);
  else return detail::sinh_of_double{}(x);
}

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> cosh(const pack<T, N>& x) {
  if constexpr (std::same_as<T, float>) return detail::by_way_of_double(detail::cosh_of_double{}, x);
  else return detail::cosh_of_double{}(x);
}

/// (e^2a - 1) / (e^2a + 1), in the form that loses no bits: with e^-2a for small a, as 1 less something small for
/// great.
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> tanh(const pack<T, N>& x) {
  using V = pack<T, N>;
  const V a = abs(x), two = detail::constant<V>(2);
  const auto great = a > detail::constant<V>(0.55);
  const V twice = a + a;
  const V t = expm1(select(great, twice, -twice));
  const V quotient = select(great, two, -t) / (t + two);
  return copysign(select(great, detail::constant<V>(1) - quotient, quotient), x);
}

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> asinh(const pack<T, N>& x) {
  if constexpr (std::same_as<T, float>) return detail::by_way_of_double(detail::asinh_of_double{}, x);
  else return detail::asinh_of_double{}(x);
}

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> acosh(const pack<T, N>& x) {
  if constexpr (std::same_as<T, float>) return detail::by_way_of_double(detail::acosh_of_double{}, x);
  else return detail::acosh_of_double{}(x);
}

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> atanh(const pack<T, N>& x) {
  if constexpr (std::same_as<T, float>) return detail::by_way_of_double(detail::atanh_of_double{}, x);
  else return detail::atanh_of_double{}(x);
}

} // namespace simd

TUTTI_NAMESPACE_END
