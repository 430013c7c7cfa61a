// SPDX-License-Identifier: MIT
#pragma once

// pow, cbrt, rsqrt.

#include <tutti/kernel/math/exponential.hpp>
#include <tutti/kernel/math/logarithm.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

namespace detail {

struct scalar_pow {
  template <class T>
  T operator()(T x, T y) const { return std::pow(x, y); }
};

// |x|^y for floats in double: the logarithm to 2^-38, the power to 2^-28. What is too great or too small becomes
// infinity or 0 once it is a float.
struct power_of_float {
  template <index N>
  TUTTI_INLINE pack<double, N> operator()(const pack<double, N>& x, const pack<double, N>& y) const {
    using V = pack<double, N>;
    const V infinity = constant<V>(std::numeric_limits<double>::infinity());
    const V a = abs(x), one = constant<V>(1), zero = constant<V>(0);
    const auto [k, m] = split_normal(a);
    const V f = m - one;
    const V s = f / (f + constant<V>(2));
    const V z = s * s;
    // A Chebyshev fit of (log((1 + s) / (1 - s)) - 2 s) / s^3, 8e-12.
    const V series = horner(z, 0.193749711377719487, 0.221907637153924895, 0.285717646210211741, 0.399999987476956476,
                            0.666666666674117119);
    const V log_m = fma(s * z, series, s + s);
    const V finite = fma(log_m, constant<V>(1.44269504088896340736), k);
    const V log2_a = select(a == zero, -infinity, select(a < infinity, finite, a));
    const V exponent = clamp_exponent(y * log2_a, -300, 300);
    const auto n = nearest_multiple(exponent, 1);
    const V r = (exponent - n.real) * constant<V>(0.693147180559945309417);
    // A Chebyshev fit of (e^r - 1 - r) / r^2, 7e-8.
    const V p = horner(r, 0.00139261910562421376, 0.00836318503153322381, 0.0416665545723451375, 0.166665769537887704,
                       0.5, 1, 1);
    return p * power_of_two<double>(n.integer);
  }
};

// |x|^y for doubles, to 1.3 units in the last place. y log|x| may be 745, so that the logarithm has to have ten bits more
// than a double: it is a sum of two, after N. Shibata's and F. Petrogalli's SLEEF ("SLEEF: A Portable Vectorized
// Library of C Standard Mathematical Functions", 2019). What a product rounds off is what fma keeps of it.
struct power_of_double {
  template <index N>
  TUTTI_INLINE pack<double, N> operator()(const pack<double, N>& x, const pack<double, N>& y) const {
    using V = pack<double, N>;
    const V infinity = constant<V>(std::numeric_limits<double>::infinity());
    const V a = abs(x), one = constant<V>(1), zero = constant<V>(0);
    const auto [k, m] = split_exponent(a);
    // s = (m - 1) / (m + 1) with the rest of the division.
    const V f = m - one, d = m + one, inverse = one / d;
    const V s = f * inverse;
    const V s_low = fnma(s, m - (d - one), fnma(s, d, f)) * inverse;
    const V z = s * s;
    const V z_low = fma(s + s, s_low, fma(s, s, -z));
    // A Chebyshev fit of (log((1 + s) / (1 - s)) - 2 s - 2 s^3 / 3) / s^5, 3e-17. What precedes it, s (2 + z (2 / 3 + ..)),
    // is carried out in two parts.
    const V series = z * horner(z, 0.11723178623876518, 0.11706236339491206, 0.1333480469384731, 0.1538459496251843,
                                0.18181818335392802, 0.22222222221655885, 0.28571428571429364, 0.4);
    const V third = constant<V>(0x1.5555555555555p-1);
    const V t = third + series;
    const V t_low = ((third - t) + series) + constant<V>(0x1.5555555555555p-55);
    const V u = z * t;
    const V u_low = fma(z, t_low, fma(z_low, t, fma(z, t, -u)));
    const V v = s * u;
    const V v_low = fma(s, u_low, fma(s_low, u, fma(s, u, -v)));
    const V log_m = (s + s) + v;
    const V log_m_low = (((s + s) - log_m) + v) + ((s_low + s_low) + v_low);
    const V of_k = k * constant<V>(ln2_high); // exact
    const V sum = of_k + log_m;
    const V sum_low = ((of_k - sum) + log_m) + fma(k, constant<V>(ln2_low), log_m_low);
    const V log_a = sum + sum_low;
    const V log_a_low = (sum - log_a) + sum_low;

    const V log_of_all = select(a == zero, -infinity, select(a < infinity, log_a, a));
    const V exponent = y * log_of_all;
    const auto [n, r] = reduce_exponent(clamp_exponent(exponent, exp_low<double>, exp_high<double>));
    // Beyond these bounds there is nothing to correct, and no number to correct it with.
    const V rest = fma(y, log_a_low, fma(y, log_of_all, -exponent));
    const V exact = r + select(abs(exponent) < constant<V>(-exp_low<double>), rest, zero);
    return scale(fma(fma(exponential_tail(exact), exact, one), exact, one), n);
  }
};

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> any_power(const pack<T, N>& x, const pack<T, N>& y) {
  if constexpr (std::same_as<T, double> && !has_fma) {
    return by_lane(scalar_pow{}, x, y);
  } else {
    using V = pack<T, N>;
    const V infinity = V(std::numeric_limits<T>::infinity()), one = constant<V>(1), zero = constant<V>(0);
    const V half = constant<V>(0.5);
    V magnitude;
    if constexpr (std::same_as<T, float>) magnitude = by_way_of_double(power_of_float{}, x, y);
    else magnitude = power_of_double{}(x, y);
    const auto whole = rint(y) == y;
    const auto odd = whole & (rint(y * half) != y * half);
    const V with_sign = select(odd, copysign(magnitude, x), magnitude);
    const auto undefined = (x < zero) & (x > -infinity) & !whole & (abs(y) < infinity);
    const V defined = select(undefined, V(std::numeric_limits<T>::quiet_NaN()), with_sign);
    const auto is_one = (x == one) | (y == zero) | ((x == -one) & (abs(y) == infinity));
    return select(is_one, one, defined);
  }
}

// The cube root of the mantissa from a Chebyshev fit, one step of Halley's method and one of Newton's, whose residual a
// fused product keeps.
struct cbrt_of_double {
  template <index N>
  TUTTI_INLINE pack<double, N> operator()(const pack<double, N>& x) const {
    using V = pack<double, N>;
    using word = std::uint64_t;
    using bits = pack<word, N>;
    const V a = abs(x);
    const auto subnormal = a < constant<V>(std::numeric_limits<double>::min());
    const V normal = select(subnormal, a * constant<V>(0x1p54), a);
    const bits pattern = to_bits(normal);
    const V m = from_bits<double>((pattern & bits(0x000fffffffffffffu)) | bits(0x3ff0000000000000u)); // 1 <= m < 2
    // exponent = 3 third + rest with rest 0, 1 or 2; a sixth more keeps rounding away from whole thirds.
    const V great = constant<V>(0x1p52);
    const V biased = from_bits<double>(shift_right<52>(pattern) | to_bits(great)) - great;
    const V exponent = biased - select(subnormal, constant<V>(1023 + 54), constant<V>(1023));
    const V third = floor(fma(exponent, constant<V>(1. / 3), constant<V>(1. / 6)));
    const V rest = fma(third, constant<V>(-3), exponent);
    const V one = constant<V>(1), two = constant<V>(2);
    const V start = horner(m, 0.00507295332527749181, -0.0483183206816611397, 0.196654797013600777,
                           -0.460297726769620904, 0.831743144247930977, 0.47514693623890253); // to 2e-6
    const V factor = select(rest == one, constant<V>(1.25992104989487316477),
                            select(rest == two, constant<V>(1.58740105196819947475), one));
    const V v = m * select(rest == one, two, select(rest == two, constant<V>(4), one));
    const V y = start * factor;
    const V square = y * y;
    const V better = fma(y, fnma(square, y, v) / fma(square, y + y, v), y); // Halley: to 1e-17
    const V residual = fnma(better * better, better, v);
    const V best = fma(residual, one / (constant<V>(3) * better * better), better);
    const V power = power_of_two<double>(split_shifted(third + constant<V>(0x1.8p52)).integer);
    const auto regular = (a > constant<V>(0)) & (a < constant<V>(std::numeric_limits<double>::infinity()));
    return select(regular, copysign(best * power, x), x);
  }
};

} // namespace detail

/// x^y as C has it: 1 for y = 0 and for x = 1 whatever the other is, NaN for negative x and y that is not whole. The
/// squares, cubes and fourth powers that most are made of are products.
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> pow(const pack<T, N>& x, const pack<T, N>& y) {
  using V = pack<T, N>;
  const V square = x * x, two = V(T(2)), three = V(T(3));
  const V product = select(y == two, square, square * select(y == three, x, square));
  const auto of_products = (y == two) | (y == three) | (y == V(T(4)));
  if (all(of_products)) return product;
  return select(of_products, product, detail::any_power(x, y));
}

template <float_lane T, index N>
TUTTI_INLINE pack<T, N> cbrt(const pack<T, N>& x) {
  if constexpr (std::same_as<T, float>) return detail::by_way_of_double(detail::cbrt_of_double{}, x);
  else return detail::cbrt_of_double{}(x);
}

/// 1 / sqrt(x).
template <float_lane T, index N>
TUTTI_INLINE pack<T, N> rsqrt(const pack<T, N>& x) { return detail::constant<pack<T, N>>(1) / sqrt(x); }

} // namespace simd

TUTTI_NAMESPACE_END
