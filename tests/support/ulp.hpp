// SPDX-License-Identifier: MIT
#pragma once

// The distance of a result from the exact one, and the list of elementary functions that are held against the C library.

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <tutti/kernel/math.hpp>

namespace accuracy {

/// The type in which the exact result of a function of T is computed.
template <class T>
using wider = std::conditional_t<std::same_as<T, float>, double, long double>;

/// |result - exact| in units of the last place of T at exact; infinite where the one is NaN or zero of another sign.
template <class T>
double ulp_error(T result, wider<T> exact) {
  using limits = std::numeric_limits<T>;
  constexpr double wrong = std::numeric_limits<double>::infinity();
  if (exact != exact || result != result) return exact != exact && result != result ? 0 : wrong;
  if (exact == 0) return result == 0 && std::signbit(result) == std::signbit(exact) ? 0 : wrong;
  const auto beyond = std::ldexp(wider<T>(1), limits::max_exponent); // what infinity rounds from
  auto value = wider<T>(result);
  if (std::isinf(result)) value = std::copysign(beyond, value);
  if (std::abs(exact) > beyond) exact = std::copysign(beyond, exact);
  const int exponent = std::max(std::ilogb(exact), limits::min_exponent - 1);
  return static_cast<double>(std::abs(value - exact) / std::ldexp(wider<T>(1), exponent - limits::digits + 1));
}

/// Numbers at which functions turn special, with their neighbours and negatives.
template <class T>
std::vector<T> edges() {
  using limits = std::numeric_limits<T>;
  std::vector<T> v;
  for (const T x : {T(0),
                    limits::denorm_min(),
                    limits::min(),
                    T(0.25),
                    T(0.5),
                    T(1),
                    T(1.5),
                    T(2),
                    T(3),
                    T(4),
                    T(10),
                    T(88),
                    T(104),
                    T(709),
                    T(745),
                    T(1e6),
                    T(0x1p20),
                    T(0x1p28),
                    limits::max(),
                    limits::infinity(),
                    limits::quiet_NaN()})
    for (const T y : {x, std::nextafter(x, T(0)), std::nextafter(x, limits::infinity())}) {
      v.push_back(y);
      v.push_back(-y);
    }
  while (v.size() % 64 != 0) v.push_back(T(1));
  return v;
}

/// Calls visit(name, function, reference, low, high) for each function of one argument; typical arguments lie between low and
/// high. The same text names the pack's function by argument-dependent lookup and the scalar's in std.
template <class Visit>
void for_each_unary(Visit visit) {
  const auto same = [&](const char* name, double low, double high, auto f) { visit(name, f, f, low, high); };
  same("sqrt", 0, 10, [](const auto& x) {
    using std::sqrt;
    return sqrt(x);
  });
  same("exp", -10, 10, [](const auto& x) {
    using std::exp;
    return exp(x);
  });
  same("exp2", -10, 10, [](const auto& x) {
    using std::exp2;
    return exp2(x);
  });
  same("expm1", -3, 3, [](const auto& x) {
    using std::expm1;
    return expm1(x);
  });
  same("log", 0, 10, [](const auto& x) {
    using std::log;
    return log(x);
  });
  same("log2", 0, 10, [](const auto& x) {
    using std::log2;
    return log2(x);
  });
  same("log10", 0, 10, [](const auto& x) {
    using std::log10;
    return log10(x);
  });
  same("log1p", -0.9, 10, [](const auto& x) {
    using std::log1p;
    return log1p(x);
  });
  same("sin", -10, 10, [](const auto& x) {
    using std::sin;
    return sin(x);
  });
  same("cos", -10, 10, [](const auto& x) {
    using std::cos;
    return cos(x);
  });
  same("tan", -10, 10, [](const auto& x) {
    using std::tan;
    return tan(x);
  });
  same("asin", -1, 1, [](const auto& x) {
    using std::asin;
    return asin(x);
  });
  same("acos", -1, 1, [](const auto& x) {
    using std::acos;
    return acos(x);
  });
  same("atan", -10, 10, [](const auto& x) {
    using std::atan;
    return atan(x);
  });
  same("sinh", -3, 3, [](const auto& x) {
    using std::sinh;
    return sinh(x);
  });
  same("cosh", -3, 3, [](const auto& x) {
    using std::cosh;
    return cosh(x);
  });
  same("tanh", -3, 3, [](const auto& x) {
    using std::tanh;
    return tanh(x);
  });
  same("asinh", -10, 10, [](const auto& x) {
    using std::asinh;
    return asinh(x);
  });
  same("acosh", 1, 10, [](const auto& x) {
    using std::acosh;
    return acosh(x);
  });
  same("atanh", -1, 1, [](const auto& x) {
    using std::atanh;
    return atanh(x);
  });
  same("erf", -3, 3, [](const auto& x) {
    using std::erf;
    return erf(x);
  });
  same("erfc", -3, 3, [](const auto& x) {
    using std::erfc;
    return erfc(x);
  });
  same("tgamma", 0, 10, [](const auto& x) {
    using std::tgamma;
    return tgamma(x);
  });
  same("lgamma", 0, 10, [](const auto& x) {
    using std::lgamma;
    return lgamma(x);
  });
  same("cbrt", -10, 10, [](const auto& x) {
    using std::cbrt;
    return cbrt(x);
  });
  visit("rsqrt", [](const auto& x) { return rsqrt(x); }, [](auto x) { return 1 / std::sqrt(x); }, 0., 10.);
}

/// The same for functions of two arguments.
template <class Visit>
void for_each_binary(Visit visit) {
  const auto same = [&](const char* name, double low, double high, auto f) { visit(name, f, f, low, high); };
  same("pow", 0, 10, [](const auto& x, const auto& y) {
    using std::pow;
    return pow(x, y);
  });
  same("atan2", -10, 10, [](const auto& x, const auto& y) {
    using std::atan2;
    return atan2(x, y);
  });
  same("hypot", -10, 10, [](const auto& x, const auto& y) {
    using std::hypot;
    return hypot(x, y);
  });
  same("fmod", -10, 10, [](const auto& x, const auto& y) {
    using std::fmod;
    return fmod(x, y);
  });
  same("mod", -10, 10, [](const auto& x, const auto& y) {
    using tutti::scalar_math::mod;
    return mod(x, y);
  });
}

} // namespace accuracy
