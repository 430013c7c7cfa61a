// SPDX-License-Identifier: MIT
// Tests include/tutti/expr/complex.hpp.

#include <support/catch.hpp>
#include <support/values.hpp>

#include <tutti/expr/complex.hpp>
#include <tutti/expr/operators.hpp>

namespace {

using test::differences, test::differences_of, test::inf, test::NaN;
using tutti::tensor, tutti::value_t;
using C = std::complex<float>;

static_assert(std::same_as<value_t<decltype(real(std::declval<tensor<C, 2>&>()))>, float>);
static_assert(std::same_as<value_t<decltype(imag(std::declval<tensor<std::complex<double>, 2>&>()))>, double>);
static_assert(std::same_as<value_t<decltype(conj(std::declval<tensor<C, 2>&>()))>, C>);
static_assert(std::same_as<value_t<decltype(arg(std::declval<tensor<C, 2>&>()))>, float>);
static_assert(std::same_as<value_t<decltype(arg(std::declval<tensor<int, 2>&>()))>, double>);
static_assert(std::same_as<value_t<decltype(real(std::declval<tensor<int, 2>&>()))>, int>);
static_assert(std::same_as<value_t<decltype(imag(std::declval<tensor<int, 2>&>()))>, int>);
// Views of what lies in memory; what is real is itself.
static_assert(tutti::is_view<decltype(real(std::declval<tensor<C, 2>&>()))>);
static_assert(tutti::is_view<decltype(real(std::declval<tensor<C, 2>>()))>);
static_assert(!tutti::is_view<decltype(real(std::declval<tensor<C, 2>&>() + 1))>);
static_assert(std::same_as<decltype(conj(std::declval<tensor<int, 2>&>())), tutti::node_t<tensor<int, 2>&>>);

} // namespace

TEST_CASE("parts of complex numbers") {
  const tensor<C, 2> z({2, 2}, {{1, 2}, {-3, 0.5f}, {0.25f, -1}, {0, 0}});
  CHECK(differences(real(z), {1, -3, 0.25f, 0}) == "");
  CHECK(differences(imag(z), {2, 0.5f, -1, 0}) == "");
  CHECK(differences(real(z + 1), {2, -2, 1.25f, 1}) == "");
  CHECK(differences(imag(z * C(0, 1)), {1, -3, 0.25f, 0}) == "");
  CHECK(differences(conj(z), {{1, -2}, {-3, -0.5f}, {0.25f, 1}, {0, -0.0f}}) == "");
  CHECK(differences(arg(z), {1.1071487177940905f, 2.9764439761751664f, -1.3258176636680325f, 0}, 4) == "");
  CHECK(differences(arg(z * 2), {1.1071487177940905f, 2.9764439761751664f, -1.3258176636680325f, 0}, 4) == "");
  CHECK(differences(abs(z), {2.2360679774997897f, 3.0413812651491098f, 1.0307764064044151f, 0}, 2) == "");
}

TEST_CASE("parts of slices") {
  const tensor<C, 2> z({2, 3}, {{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}, {11, 12}});
  CHECK(differences(imag(z(tutti::all_t{}, tutti::range(tutti::none, tutti::none, -2))), {6, 2, 12, 8}) == "");
  CHECK(differences(real(z)(1, tutti::all_t{}), {7, 9, 11}) == "");
}

TEST_CASE("parts of a temporary live as long as the expression") {
  const auto make = [] { return tensor<C, 1>({2}, {{1, 2}, {3, 4}}); };
  const auto part = imag(make());
  CHECK(differences(part, {2, 4}) == "");
}

TEST_CASE("parts can be written") {
  tensor<C, 1> z({3}, {{1, 2}, {3, 4}, {5, 6}});
  real(z) = tensor<float, 1>({3}, {10, 20, 30});
  CHECK(differences(z, {{10, 2}, {20, 4}, {30, 6}}) == "");
  imag(z) = 0;
  CHECK(differences(z, {{10, 0}, {20, 0}, {30, 0}}) == "");
  imag(z(tutti::range(1, 3))) = real(z(tutti::range(0, 2)));
  CHECK(differences(z, {{10, 0}, {20, 10}, {30, 20}}) == "");
  CHECK_THROWS_AS((real(z) = tensor<float, 1>({2})), tutti::shape_error);
}

TEST_CASE("parts of nothing") {
  const tensor<C, 2> z({0, 3});
  CHECK(real(z).size() == 0);
  CHECK(imag(z).shape() == tutti::index_list<2>(0, 3));
  CHECK(differences(imag(z), {}) == "");
}

TEST_CASE("parts of real numbers") {
  const tensor<double, 1> x({5}, {1, -2, 0, -0.0, NaN});
  CHECK(differences(real(x), {1, -2, 0, -0.0, NaN}) == "");
  CHECK(differences(imag(x), {0, 0, 0, 0, 0}) == "");
  CHECK(differences(conj(x), {1, -2, 0, -0.0, NaN}) == "");
  CHECK(differences(arg(x), {0, 3.14159265358979323846, 0, 3.14159265358979323846, NaN}, 1) == "");
}

TEST_CASE("parts of one complex number") {
  const std::complex<double> z(3, -4);
  CHECK(tutti::real(z) == 3);
  CHECK(tutti::imag(z) == -4);
  CHECK(tutti::conj(z) == std::complex<double>(3, 4));
  CHECK(tutti::arg(z) == std::arg(z));
}
