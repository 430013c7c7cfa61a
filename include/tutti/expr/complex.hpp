// SPDX-License-Identifier: MIT
#pragma once

// The parts of complex numbers. Real numbers are taken as complex ones whose imaginary part is 0.

#include <tutti/expr/generate.hpp>
#include <tutti/expr/trigonometry.hpp>

TUTTI_NAMESPACE_BEGIN

struct real_op : detail::promoting {
  static constexpr std::string_view name = "real";
  static constexpr double cost = 0;
  template <class In>
  using out = real_t<In>;
  template <class V>
  static constexpr auto apply(const V& z) {
    using std::real;
    return real(z);
  }
};
struct imag_op : detail::promoting {
  static constexpr std::string_view name = "imag";
  static constexpr double cost = 0;
  template <class In>
  using out = real_t<In>;
  template <class V>
  static constexpr auto apply(const V& z) {
    using std::imag;
    return imag(z);
  }
};
struct conj_op : detail::promoting {
  static constexpr std::string_view name = "conj";
  static constexpr double cost = 1;
  template <class V>
  static constexpr auto apply(const V& z) {
    using std::conj;
    return conj(z);
  }
};

/// A tensor, an expression or a complex number. Plain real numbers are left to std::real and its kin.
template <class X>
concept complex_argument = operand<X> || is_complex<std::remove_cvref_t<X>>;

namespace detail {

// A complex number lies in memory as its real and then its imaginary part, by the standard ([complex.numbers]): the
// parts of a view are a view with twice the strides.
template <class C, index Rank, class Keeper>
constexpr auto part(const view<C, Rank, Keeper>& z, index which) {
  using real = real_t<std::remove_const_t<C>>;
  using T = std::conditional_t<std::is_const_v<C>, const real, real>;
  auto strides = z.strides();
  for (index& stride : strides) stride *= 2;
  // Nothing may be added to the null pointer of an empty tensor.
  T* const first = reinterpret_cast<T*>(z.data());
  return view<T, Rank, Keeper>(first == nullptr ? first : first + which, z.shape(), strides, z.keeper());
}

// Every element of the shape of x is the value.
template <class T, expression E>
constexpr auto everywhere(const E& x, T value) { return full<T, E::rank>(x.shape(), value); }

} // namespace detail

/// Shapes, errors and cost as sqrt's. Types: the real one of complex numbers; x's own of others.

/// The real part. Of a complex tensor or view it is a view of the real parts, and can be written: `real(z) = x;`. Of
/// something real it is that itself. Cost: as conj's; none of a tensor or view. NumPy: real.
/// Example: `real(array({std::complex(1., 2.), std::complex(3., 4.)}))` is `[1. 3.]`.
template <complex_argument X>
constexpr auto real(X&& z) {
  if constexpr (!operand<X>) return z.real();
  else if constexpr (!is_complex<value_t<X>>) return as_node(std::forward<X>(z));
  else if constexpr (is_view<node_t<X>>) return detail::part(detail::as_leaf(std::forward<X>(z)), 0);
  else return elementwise(real_op{}, std::forward<X>(z));
}
/// The imaginary part. Of a complex tensor or view it is a view of the imaginary parts, and can be written. Of
/// something real it is zeros. Cost: as conj's; none of a tensor or view. NumPy: imag.
/// Example: `imag(array({std::complex(1., 2.), std::complex(3., 4.)}))` is `[2. 4.]`.
template <complex_argument X>
constexpr auto imag(X&& z) {
  if constexpr (!operand<X>) return z.imag();
  else if constexpr (!is_complex<value_t<X>>) return detail::everywhere(as_node(std::forward<X>(z)), value_t<X>{});
  else if constexpr (is_view<node_t<X>>) return detail::part(detail::as_leaf(std::forward<X>(z)), 1);
  else return elementwise(imag_op{}, std::forward<X>(z));
}
/// The complex conjugate, real(z) - i imag(z). Of something real it is that itself. Types: x's own. NumPy: conj,
/// conjugate.
/// Example: `conj(array({std::complex(1., 2.)}))` is `[1.-2.j]`.
template <complex_argument X>
constexpr auto conj(X&& z) {
  if constexpr (operand<X> && !is_complex<detail::argument_t<X>>) return as_node(std::forward<X>(z));
  else return elementwise(conj_op{}, std::forward<X>(z));
}
/// The angle of z in the plane, in (-pi, pi]: atan2(imag(z), real(z)). Of something real it is 0, or pi where negative;
/// NaN of NaN. Types: the real one of complex numbers, x's own of floating ones, double of integers and bools. NumPy:
/// angle.
/// Example: `rad2deg(arg(array({std::complex(0., 2.)})))` is `[90.]`.
template <complex_argument X>
constexpr auto arg(X&& z) {
  if constexpr (operand<X>) {
    const auto e = as_node(std::forward<X>(z));
    return atan2(imag(e), real(e));
  } else {
    return std::arg(z);
  }
}

TUTTI_NAMESPACE_END
