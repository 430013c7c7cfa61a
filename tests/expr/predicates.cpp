// SPDX-License-Identifier: MIT
// Tests include/tutti/expr/predicates.hpp.

#include <support/catch.hpp>
#include <support/values.hpp>

#include <tutti/expr/predicates.hpp>

namespace {

using test::differences, test::differences_of, test::inf, test::NaN;
using tutti::tensor, tutti::value_t;

static_assert(std::same_as<value_t<decltype(isnan(std::declval<tensor<float, 2>&>()))>, bool>);
static_assert(std::same_as<value_t<decltype(isfinite(std::declval<tensor<int, 2>&>()))>, bool>);
static_assert(std::same_as<decltype(tutti::isnan(1.0)), bool>);
static_assert(std::same_as<decltype(tutti::isclose(1.0, 1)), bool>);
static_assert(std::same_as<value_t<decltype(isclose(std::declval<tensor<int, 1>&>(), 1.0f))>, bool>);

} // namespace

TEMPLATE_TEST_CASE("isnan, isinf, isfinite and signbit", "", float, double) {
  using T = TestType;
  const std::vector<T> x{1,
                         T(-0.0),
                         T(inf),
                         T(-inf),
                         T(NaN),
                         std::numeric_limits<T>::max(),
                         std::numeric_limits<T>::denorm_min(),
                         -std::numeric_limits<T>::max()};
  using bools = std::vector<bool>;
  CHECK(differences_of<T>([](const auto& v) { return tutti::isnan(v); }, x, bools{0, 0, 0, 0, 1, 0, 0, 0}) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::isinf(v); }, x, bools{0, 0, 1, 1, 0, 0, 0, 0}) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::isfinite(v); }, x, bools{1, 1, 0, 0, 0, 1, 1, 1}) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::signbit(v); }, x,
                          bools{0, 1, 0, 1, std::signbit(T(NaN)), 0, 0, 1}) == "");
}

TEST_CASE("predicates of complex numbers look at both parts") {
  const std::vector<std::complex<double>> z{{1, 2}, {NaN, 0}, {0, NaN}, {inf, NaN}, {NaN, -inf}, {inf, 1}};
  using bools = std::vector<bool>;
  using C = std::complex<double>;
  CHECK(differences_of<C>([](const auto& v) { return tutti::isnan(v); }, z, bools{0, 1, 1, 1, 1, 0}) == "");
  CHECK(differences_of<C>([](const auto& v) { return tutti::isinf(v); }, z, bools{0, 0, 0, 1, 1, 1}) == "");
  CHECK(differences_of<C>([](const auto& v) { return tutti::isfinite(v); }, z, bools{1, 0, 0, 0, 0, 0}) == "");
}

TEST_CASE("integers and bools are finite") {
  const tensor<int, 2> x({1, 3}, {INT32_MIN, 0, INT32_MAX});
  CHECK(differences(isnan(x), {false, false, false}) == "");
  CHECK(differences(isinf(x), {false, false, false}) == "");
  CHECK(differences(isfinite(x), {true, true, true}) == "");
  CHECK(isnan(x).shape() == tutti::index_list<2>(1, 3));
  CHECK(differences(signbit(x), {true, false, false}) == "");
  CHECK(differences(signbit(tensor<std::uint8_t, 1>({2}, {0, 255})), {false, false}) == "");
  CHECK(differences(isfinite(tensor<bool, 1>({2}, {true, false})), {true, true}) == "");
}

TEST_CASE("isclose") {
  const tensor<double, 1> a({8}, {1, 1, 1e-9, 0, inf, inf, NaN, 1});
  const tensor<double, 1> b({8}, {1 + 1e-6, 1.001, 0, 1e-7, inf, -inf, NaN, inf});
  CHECK(differences(isclose(a, b), {true, false, true, false, true, false, false, false}) == "");
  CHECK(differences(isclose(a, b, 1e-2, 1e-6, true), {true, true, true, true, true, false, true, false}) == "");
  CHECK(differences(isclose(a, b, 0, 0), {false, false, false, false, true, false, false, false}) == "");
  CHECK(tutti::isclose(1.0, 1 + 1e-6));
  CHECK(!tutti::isclose(1, 2));
  CHECK(tutti::isclose(1, 2.0, 1.0));
  CHECK(tutti::isclose(NaN, NaN, 0, 0, true));
  // Unsigned integers do not wrap, and b is the reference.
  CHECK(
      differences(isclose(tensor<std::uint8_t, 1>({3}, {1, 2, 255}), tensor<std::uint8_t, 1>({3}, {2, 1, 255}), 0.6, 0),
                  {true, false, true}) == "");
  CHECK(differences(isclose(tensor<std::complex<double>, 1>({2}, {{1, 1}, {NaN, 0}}),
                            tensor<std::complex<double>, 1>({2}, {{1, 1 + 1e-9}, {NaN, 0}})),
                    {true, false}) == "");
  CHECK(differences(isclose(a(tutti::range(0, 2)), 1), {true, true}) == "");
  CHECK_THROWS_AS(isclose(a, tensor<double, 1>({3})), tutti::shape_error);
}
