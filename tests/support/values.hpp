// SPDX-License-Identifier: MIT
#pragma once

// Comparing what an expression evaluates to with what it should be. The functions here give "" where all is well and
// otherwise say what is wrong, so that CHECK(differences(...) == "") prints it.

#include <cmath>
#include <complex>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <tutti/tensor.hpp>

namespace test {

inline constexpr double NaN = std::numeric_limits<double>::quiet_NaN();
inline constexpr double inf = std::numeric_limits<double>::infinity();

/// The same but for `epsilons` times the precision of T at the wanted value; for 0 of them the same in its sign too.
template <class T>
bool agree(const T& got, const T& wanted, double epsilons) {
  if constexpr (tutti::is_complex<T>) {
    using real = typename T::value_type;
    if (epsilons == 0) return agree(got.real(), wanted.real(), 0) && agree(got.imag(), wanted.imag(), 0);
    return static_cast<double>(std::abs(got - wanted)) <=
           epsilons * std::numeric_limits<real>::epsilon() * static_cast<double>(std::abs(wanted));
  } else if constexpr (std::floating_point<T>) {
    if (wanted != wanted) return got != got;
    if (got == wanted) return std::signbit(got) == std::signbit(wanted);
    const double unit =
        std::max(static_cast<double>(std::numeric_limits<T>::epsilon()) * std::abs(static_cast<double>(wanted)),
                 static_cast<double>(std::numeric_limits<T>::denorm_min()));
    return std::abs(static_cast<double>(got) - static_cast<double>(wanted)) <= epsilons * unit;
  } else {
    return got == wanted;
  }
}

template <class T>
std::string differences(const std::vector<T>& got, const std::vector<T>& wanted, double epsilons) {
  std::ostringstream text;
  text.precision(std::numeric_limits<double>::max_digits10);
  const auto print = [&](const T& value) -> std::ostream& {
    if constexpr (std::is_arithmetic_v<T>) return text << +value; // int8 as a number
    else return text << value;
  };
  if (got.size() != wanted.size()) text << got.size() << " elements instead of " << wanted.size() << "; ";
  for (std::size_t i = 0; i < std::min(got.size(), wanted.size()); ++i)
    if (!agree<T>(got[i], wanted[i], epsilons)) {
      text << "[" << i << "] is ";
      print(got[i]) << " and should be ";
      print(wanted[i]) << "; ";
    }
  return text.str();
}

/// The elements of an expression in row-major order.
template <tutti::operand E>
auto values(E&& expression) {
  const tutti::tensor<tutti::value_t<E>, tutti::rank_of<E>> y = std::forward<E>(expression);
  return std::vector<tutti::value_t<E>>(y.begin(), y.end());
}

/// How the elements of an expression differ from these.
template <tutti::operand E>
std::string differences(E&& expression, const std::vector<tutti::value_t<E>>& wanted, double epsilons = 0) {
  return differences<tutti::value_t<E>>(values(std::forward<E>(expression)), wanted, epsilons);
}

template <class T>
tutti::tensor<T, 1> as_tensor(const std::vector<T>& elements) {
  tutti::tensor<T, 1> x(tutti::index_list<1>{elements.size()});
  std::copy(elements.begin(), elements.end(), x.begin());
  return x;
}

/// How f(x) differs from the wanted elements: of a tensor, of the odd elements of a longer one, and of the numbers
/// one by one.
template <class T, class F, class R = std::vector<tutti::value_t<std::invoke_result_t<F, const tutti::tensor<T, 1>&>>>>
std::string differences_of(F f, const std::vector<T>& x, const std::type_identity_t<R>& wanted, double epsilons = 0) {
  std::string text = differences(f(as_tensor(x)), wanted, epsilons);
  tutti::tensor<T, 2> strided(tutti::index_list<2>(x.size(), 2));
  for (std::size_t i = 0; i < x.size(); ++i) strided(i, 1) = x[i];
  text += differences(f(strided(tutti::all_t{}, 1)), wanted, epsilons);
  if constexpr (tutti::kind_of<T> >= tutti::kind::real) {
    R numbers;
    for (const T& v : x) numbers.push_back(f(v));
    text += differences<typename R::value_type>(numbers, wanted, epsilons);
  }
  return text;
}

} // namespace test
