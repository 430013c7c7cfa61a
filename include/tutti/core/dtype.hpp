// SPDX-License-Identifier: MIT
#pragma once

// The element types and the one table of their promotion.

#include <complex>
#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <tutti/core/half.hpp>

TUTTI_NAMESPACE_BEGIN

template <class T>
inline constexpr bool is_complex = false;
template <class T>
inline constexpr bool is_complex<std::complex<T>> = true;

template <class T>
inline constexpr bool is_half = std::same_as<T, float16> || std::same_as<T, bfloat16>;

/// The real number type of T: float for complex<float>, T itself where it is real.
template <class T>
struct real_of {
  using type = T;
};
template <class T>
struct real_of<std::complex<T>> {
  using type = T;
};
template <class T>
using real_t = typename real_of<T>::type;

/// A type that a tensor can hold: bool, (u)int8 to (u)int64, float16, bfloat16, float, double, complex<float>,
/// complex<double>.
template <class T>
concept element = std::same_as<T, bool> || std::same_as<T, std::int8_t> || std::same_as<T, std::int16_t> ||
                  std::same_as<T, std::int32_t> || std::same_as<T, std::int64_t> || std::same_as<T, std::uint8_t> ||
                  std::same_as<T, std::uint16_t> || std::same_as<T, std::uint32_t> || std::same_as<T, std::uint64_t> ||
                  is_half<T> || std::same_as<T, float> || std::same_as<T, double> ||
                  std::same_as<T, std::complex<float>> || std::same_as<T, std::complex<double>>;

/// A plain C++ number, as it stands beside a tensor in a formula.
template <class T>
concept scalar_value = std::is_arithmetic_v<T> || is_complex<T> || is_half<T>;

/// The name of an element type. Errors: none. Cost: none; it is known to the compiler. NumPy: dtype.name.
/// Example: `dtype_name<float>()` is `float32`.
template <element T>
constexpr std::string_view dtype_name() {
  if constexpr (std::same_as<T, bool>) return "bool";
  else if constexpr (std::same_as<T, std::int8_t>) return "int8";
  else if constexpr (std::same_as<T, std::int16_t>) return "int16";
  else if constexpr (std::same_as<T, std::int32_t>) return "int32";
  else if constexpr (std::same_as<T, std::int64_t>) return "int64";
  else if constexpr (std::same_as<T, std::uint8_t>) return "uint8";
  else if constexpr (std::same_as<T, std::uint16_t>) return "uint16";
  else if constexpr (std::same_as<T, std::uint32_t>) return "uint32";
  else if constexpr (std::same_as<T, std::uint64_t>) return "uint64";
  else if constexpr (std::same_as<T, float16>) return "float16";
  else if constexpr (std::same_as<T, bfloat16>) return "bfloat16";
  else if constexpr (std::same_as<T, float>) return "float32";
  else if constexpr (std::same_as<T, double>) return "float64";
  else if constexpr (std::same_as<T, std::complex<float>>) return "complex64";
  else return "complex128";
}

// The kinds in the order in which they win: a boolean gives way to an integer, that to a real, that to a complex.
enum class kind { boolean, integer, real, complex };

template <class T>
inline constexpr kind kind_of = is_complex<T>                             ? kind::complex
                                : (std::floating_point<T> || is_half<T>)  ? kind::real
                                : std::same_as<std::remove_cv_t<T>, bool> ? kind::boolean
                                                                          : kind::integer;

/// The type that arithmetic on T is done in: float for the half types, T itself otherwise.
template <class T>
using compute_t = std::conditional_t<is_half<T>, float, T>;

namespace detail {

template <bool Signed, std::size_t Bytes>
struct integer_of;
template <>
struct integer_of<true, 1> {
  using type = std::int8_t;
};
template <>
struct integer_of<true, 2> {
  using type = std::int16_t;
};
template <>
struct integer_of<true, 4> {
  using type = std::int32_t;
};
template <>
struct integer_of<true, 8> {
  using type = std::int64_t;
};
template <>
struct integer_of<false, 1> {
  using type = std::uint8_t;
};
template <>
struct integer_of<false, 2> {
  using type = std::uint16_t;
};
template <>
struct integer_of<false, 4> {
  using type = std::uint32_t;
};
template <>
struct integer_of<false, 8> {
  using type = std::uint64_t;
};
// No integer holds both int64 and uint64; NumPy takes float64.
template <>
struct integer_of<true, 16> {
  using type = double;
};

// The real type that holds T's values as well as NumPy's choice does: small integers fit a float.
template <class T>
using real_holding = std::conditional_t<
    std::same_as<T, float> || std::same_as<T, bool> || (kind_of<T> == kind::integer && sizeof(T) <= 2), float, double>;

template <class A, class B>
constexpr auto promote_tag() {
  if constexpr (std::same_as<A, B>) {
    return std::type_identity<A>{};
  } else if constexpr (kind_of<A> == kind::complex || kind_of<B> == kind::complex) {
    using real = decltype(promote_tag<real_holding<real_t<A>>, real_holding<real_t<B>>>());
    return std::type_identity<std::complex<typename real::type>>{};
  } else if constexpr (kind_of<A> == kind::real || kind_of<B> == kind::real) {
    constexpr bool fits = std::same_as<real_holding<A>, float> && std::same_as<real_holding<B>, float>;
    return std::type_identity<std::conditional_t<fits, float, double>>{};
  } else if constexpr (std::same_as<A, bool>) {
    return std::type_identity<B>{};
  } else if constexpr (std::same_as<B, bool>) {
    return std::type_identity<A>{};
  } else if constexpr (std::is_signed_v<A> == std::is_signed_v<B>) {
    return std::type_identity<std::conditional_t<(sizeof(A) > sizeof(B)), A, B>>{};
  } else {
    // A signed type that holds the unsigned one needs twice its bytes.
    constexpr std::size_t from_unsigned = 2 * (std::is_signed_v<A> ? sizeof(B) : sizeof(A));
    constexpr std::size_t from_signed = std::is_signed_v<A> ? sizeof(A) : sizeof(B);
    return integer_of<true, (from_unsigned > from_signed ? from_unsigned : from_signed)>{};
  }
}

template <class A, class... Rest>
struct promotion {
  using type = A;
};
template <class A, class B, class... Rest>
struct promotion<A, B, Rest...> : promotion<typename decltype(promote_tag<A, B>())::type, Rest...> {};

} // namespace detail

/// The type in which elements of types Ts meet: NumPy's table, but for the half types, which become float.
template <class... Ts>
using promote_t = typename detail::promotion<compute_t<Ts>...>::type;

/// The type in which a tensor of T meets a plain number of type S. A number never widens a tensor: it takes the
/// tensor's type unless its kind is higher (an integer tensor times 0.5f is float, times 0.5 double).
template <class T, class S>
using promote_scalar_t = std::conditional_t<
    (kind_of<S> <= kind_of<T>), compute_t<T>,
    std::conditional_t<
        kind_of<S> == kind::complex && kind_of<T> == kind::real, std::complex<real_t<compute_t<T>>>,
        std::conditional_t<kind_of<S> == kind::integer, typename detail::integer_of<true, 8>::type, compute_t<S>>>>;

namespace detail {

// A struct, because g++ 14 breaks down at the comparison where an alias is made of an alias, when it warns of tautologies.
template <class T>
struct floating_of {
  using type = std::conditional_t<(kind_of<T> >= kind::real), compute_t<T>, double>;
};

} // namespace detail

/// The type of exp, sqrt, ... of a T: T where it is real or complex, double for integers and booleans.
template <class T>
using floating_t = typename detail::floating_of<T>::type;

/// The type of a sum or product of T: 64 bits for integers, T's compute type otherwise.
template <class T>
using sum_t = std::conditional_t<
    (kind_of<T> >= kind::real), compute_t<T>,
    std::conditional_t<std::is_unsigned_v<T> && kind_of<T> == kind::integer, std::uint64_t, std::int64_t>>;

/// True where each value of From is a value of To's kind: real numbers cannot become complex ones' real part silently.
template <class From, class To>
inline constexpr bool convertible_element = kind_of<To> == kind::complex || kind_of<From> != kind::complex;

namespace detail {

// T, for what complex numbers do not have: an order, a sign, a floor.
template <class T>
struct real_number {
  static_assert(!is_complex<T>,
                "tutti: this function is for real numbers: take real(z), imag(z), abs(z) or arg(z) of a "
                "complex tensor first");
  using type = T;
};

} // namespace detail

/// Converts one element as assignment does: NaN and out-of-range values give what the hardware gives, never undefined
/// behaviour for bool and the half types. Errors: none; complex numbers to real ones do not compile. Cost: a
/// conversion. NumPy: a scalar's astype.
/// Example: `convert_element<int>(2.7f)` is `2`.
template <class To, class From>
constexpr To convert_element(const From& from) {
  if constexpr (std::same_as<To, From>) return from;
  else if constexpr (is_half<From>) return convert_element<To>(static_cast<float>(from));
  else if constexpr (is_half<To>) return To(static_cast<float>(from));
  else if constexpr (is_complex<To> && is_complex<From>)
    return To(static_cast<real_t<To>>(from.real()), static_cast<real_t<To>>(from.imag()));
  else if constexpr (is_complex<To>) return To(static_cast<real_t<To>>(from));
  else if constexpr (std::same_as<To, bool>) return from != From{};
  else return static_cast<To>(from);
}

TUTTI_NAMESPACE_END
