// SPDX-License-Identifier: MIT
// Tests include/tutti/expr/rounding.hpp.

#include <support/catch.hpp>
#include <support/values.hpp>

#include <tutti/expr/rounding.hpp>

namespace {

using test::differences, test::differences_of, test::inf, test::NaN;
using tutti::tensor, tutti::value_t;

template <class T>
using of = tensor<T, 1>&;

static_assert(std::same_as<value_t<decltype(floor(std::declval<of<float>>()))>, float>);
static_assert(std::same_as<value_t<decltype(round(std::declval<of<std::uint8_t>>()))>, std::uint8_t>);
static_assert(std::same_as<value_t<decltype(trunc(std::declval<of<bool>>()))>, bool>);
static_assert(std::same_as<decltype(tutti::ceil(1.5f)), float>);
static_assert(std::same_as<value_t<decltype(fmod(std::declval<of<int>>(), std::declval<of<std::uint8_t>>()))>, int>);
static_assert(std::same_as<value_t<decltype(remainder(std::declval<of<int>>(), 2.5))>, double>);
// Rounding what is whole makes no node.
static_assert(std::same_as<decltype(floor(std::declval<of<int>>())), tutti::node_t<of<int>>>);

} // namespace

TEMPLATE_TEST_CASE("rounding", "", float, double) {
  using T = TestType;
  const T i = static_cast<T>(inf), n = static_cast<T>(NaN), o = T(-0.0);
  const T odd = sizeof(T) == 4 ? T(0x1p23) + 1 : T(0x1p52) + 1; // no fraction fits beside it
  const std::vector<T> x{-2.5, -1.5, T(-0.5), T(-0.25), o, 0, T(0.5), 1.5, 2.5, T(2.75), 7, odd, -odd, i, -i, n};
  CHECK(differences_of<T>([](const auto& v) { return tutti::floor(v); }, x,
                          {-3, -2, -1, -1, o, 0, 0, 1, 2, 2, 7, odd, -odd, i, -i, n}) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::ceil(v); }, x,
                          {-2, -1, o, o, o, 0, 1, 2, 3, 3, 7, odd, -odd, i, -i, n}) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::trunc(v); }, x,
                          {-2, -1, o, o, o, 0, 0, 1, 2, 2, 7, odd, -odd, i, -i, n}) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::round(v); }, x,
                          {-2, -2, o, o, o, 0, 0, 2, 2, 3, 7, odd, -odd, i, -i, n}) == "");
}

TEST_CASE("rounding of what is whole") {
  CHECK(differences(floor(tensor<std::int64_t, 1>({3}, {INT64_MIN, -1, INT64_MAX})), {INT64_MIN, -1, INT64_MAX}) == "");
  CHECK(differences(round(tensor<bool, 1>({2}, {true, false})), {true, false}) == "");
}

TEMPLATE_TEST_CASE("remainders of floating numbers", "", float, double) {
  using T = TestType;
  const T i = static_cast<T>(inf), n = static_cast<T>(NaN), o = T(-0.0);
  const tensor<T, 1> a({11}, {7, -7, 7, -7, T(5.5), 6, -6, 1, i, 3, n});
  const tensor<T, 1> b({11}, {3, 3, -3, -3, T(2.5), 3, 3, 0, 2, i, 1});
  CHECK(differences(fmod(a, b), {1, -1, 1, -1, T(0.5), 0, o, n, n, 3, n}) == "");
  CHECK(differences(remainder(a, b), {1, 2, -2, -1, T(0.5), 0, 0, n, n, 3, n}) == "");
  CHECK(tutti::fmod(T(-7), T(3)) == -1);
  CHECK(tutti::remainder(T(-7), T(3)) == 2);
}

TEST_CASE("remainders of integers") {
  const tensor<int, 1> a({8}, {7, -7, 7, -7, 5, INT32_MIN, INT32_MIN, 0});
  const tensor<int, 1> b({8}, {3, 3, -3, -3, 0, -1, 10, 4});
  CHECK(differences(fmod(a, b), {1, -1, 1, -1, 0, 0, -8, 0}) == "");
  CHECK(differences(remainder(a, b), {1, 2, -2, -1, 0, 0, 2, 0}) == "");
  CHECK(differences(fmod(tensor<std::int8_t, 1>({3}, {-128, -128, 127}), tensor<std::int8_t, 1>({3}, {-1, 7, -128})),
                    {0, -2, 127}) == "");
  CHECK(differences(fmod(tensor<std::uint8_t, 1>({2}, {250, 255}), 7), {5, 3}) == "");
  CHECK(differences(fmod(tensor<bool, 1>({2}, {true, true}), tensor<bool, 1>({2}, {true, false})), {0, 0}) == "");
}

TEST_CASE("shapes of remainders") {
  const tensor<int, 2> a({2, 3});
  const tensor<int, 1> b({2});
  CHECK_THROWS_WITH(fmod(a, b), "cannot take fmod of shapes (2, 3) and (2,): axis 1 is 3 and 2");
  CHECK_THROWS_WITH(remainder(a, b), "cannot mod shapes (2, 3) and (2,): axis 1 is 3 and 2");
}
