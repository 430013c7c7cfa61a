// SPDX-License-Identifier: MIT
// Tests include/tutti/expr/selection.hpp.

#include <support/catch.hpp>
#include <support/values.hpp>

#include <tutti/expr/operators.hpp>
#include <tutti/expr/selection.hpp>

namespace {

using test::differences, test::differences_of, test::inf, test::NaN;
using tutti::tensor, tutti::value_t;

template <class T>
using of = tensor<T, 1>&;
template <class C, class A, class B>
using where_t = value_t<decltype(where(std::declval<C>(), std::declval<A>(), std::declval<B>()))>;

// The condition takes no part in the type of the result, and numbers take the tensor's.
static_assert(std::same_as<where_t<of<bool>, of<float>, of<float>>, float>);
static_assert(std::same_as<where_t<of<double>, of<std::int8_t>, of<std::uint8_t>>, std::int16_t>);
static_assert(std::same_as<where_t<of<double>, of<std::int8_t>, int>, std::int8_t>);
static_assert(std::same_as<where_t<of<bool>, of<float>, double>, float>);
static_assert(std::same_as<where_t<of<bool>, of<int>, double>, double>);
static_assert(std::same_as<where_t<of<bool>, int, int>, std::int64_t>);
static_assert(std::same_as<where_t<of<bool>, bool, bool>, bool>);
static_assert(std::same_as<where_t<bool, of<float>, of<double>>, double>);
static_assert(std::same_as<where_t<of<bool>, of<std::complex<float>>, of<float>>, std::complex<float>>);
static_assert(std::same_as<value_t<decltype(maximum(std::declval<of<float>>(), 0))>, float>);
static_assert(std::same_as<value_t<decltype(minimum(std::declval<of<int>>(), std::declval<of<float>>()))>, double>);
static_assert(std::same_as<value_t<decltype(clip(std::declval<of<std::uint8_t>>(), 16, 235))>, std::uint8_t>);
static_assert(std::same_as<value_t<decltype(clip(std::declval<of<int>>(), 0.5, 1.5))>, double>);
static_assert(std::same_as<value_t<decltype(fma(std::declval<of<float>>(), 2, 1.0))>, float>);
static_assert(std::same_as<decltype(tutti::maximum(1, 2.5)), double> && tutti::maximum(1, 2.5) == 2.5);
static_assert(tutti::where(true, 1, 2) == 1 && tutti::clip(9, 0, 5) == 5 && tutti::minimum(3, -1) == -1);

const float n = static_cast<float>(NaN), i = static_cast<float>(inf);

} // namespace

TEST_CASE("where") {
  const tensor<float, 1> x({5}, {1, -2, 0, n, -0.0f});
  CHECK(differences(where(x > 0, x, 0.5f * x), {1, -1, 0, n, -0.0f}) == "");
  CHECK(differences(where(x, 1, 0), {1, 1, 0, 1, 0}) == ""); // any number is a truth, NaN too
  CHECK(std::same_as<where_t<of<bool>, float, int>, float>);
  CHECK(differences(where(x > 0, true, false), {true, false, false, false, false}) == "");
  CHECK(differences(where(true, x, 7), {1, -2, 0, n, -0.0f}) == "");
  CHECK(differences(where(0, x, 7), {7, 7, 7, 7, 7}) == "");

  const tensor<std::complex<float>, 1> z({2}, {{1, 2}, {3, 4}});
  CHECK(differences(where(tensor<bool, 1>({2}, {false, true}), z, 0), {{0, 0}, {3, 4}}) == "");
  CHECK(differences(where(tensor<std::int64_t, 1>({2}, {0, std::int64_t{1} << 40}), std::int8_t{1},
                          tensor<std::int8_t, 1>({2}, {5, 6})),
                    {5, 1}) == "");
}

TEST_CASE("where broadcasts its three operands") {
  const tensor<bool, 2> condition({2, 1}, {true, false});
  const tensor<int, 1> row({3}, {1, 2, 3});
  const tensor<int, 0> ten(tutti::index_list<0>{}, 10);
  CHECK(differences(where(condition, row, ten), {1, 2, 3, 10, 10, 10}) == "");
  CHECK_THROWS_WITH(where(condition, row, tensor<int, 1>({2})),
                    "cannot choose between shapes (2, 3) and (2,): axis 1 is 3 and 2");
  CHECK_THROWS_WITH(where(row > 1, tensor<int, 2>({2, 2}), 0),
                    "cannot choose between shapes (3,) and (2, 2): axis 1 is 3 and 2");
}

TEST_CASE("minimum and maximum") {
  const tensor<float, 1> a({7}, {1, -2, n, 3, i, n, -0.0f});
  const tensor<float, 1> b({7}, {2, -3, 1, n, 5, n, 1});
  CHECK(differences(minimum(a, b), {1, -3, n, n, 5, n, -0.0f}) == "");
  CHECK(differences(maximum(a, b), {2, -2, n, n, i, n, 1}) == "");
  CHECK(differences(fmin(a, b), {1, -3, 1, 3, 5, n, -0.0f}) == "");
  CHECK(differences(fmax(a, b), {2, -2, 1, 3, i, n, 1}) == "");
  CHECK(differences(maximum(a, 0)(tutti::range(0, 4)), {1, 0, n, 3}) == "");

  CHECK(differences(maximum(tensor<std::uint8_t, 1>({3}, {0, 128, 255}), std::uint8_t{127}), {127, 128, 255}) == "");
  CHECK(differences(minimum(tensor<std::int64_t, 1>({2}, {INT64_MIN, INT64_MAX}), 0), {INT64_MIN, 0}) == "");
  CHECK(differences(maximum(tensor<bool, 1>({2}, {true, false}), tensor<bool, 1>({2}, {false, false})),
                    {true, false}) == "");
  CHECK(differences(minimum(tensor<bool, 1>({2}, {true, false}), true), {true, false}) == "");
  CHECK_THROWS_WITH(maximum(a, tensor<float, 1>({2})),
                    "cannot take the maximum of shapes (7,) and (2,): axis 0 is 7 and 2");
}

TEST_CASE("clip") {
  const tensor<float, 1> x({6}, {-5, 0.5f, 5, n, i, -i});
  CHECK(differences(clip(x, -1, 1), {-1, 0.5f, 1, n, 1, -1}) == "");
  CHECK(differences(clip(x, 1, -1), {-1, -1, -1, n, -1, -1}) == ""); // as NumPy: the upper bound wins
  CHECK(differences(clip(x, n, 1), {n, n, n, n, n, n}) == "");
  CHECK(differences(clip(x, tensor<float, 2>({2, 1}, {0, 1}), 2), {0, 0.5f, 2, n, 2, 0, 1, 1, 2, n, 2, 1}) == "");
  CHECK(differences(clip(tensor<std::uint8_t, 1>({3}, {0, 100, 255}), 16, 235), {16, 100, 235}) == "");
  CHECK(differences(clip(tensor<int, 1>({3}, {0, 1, 2}), 0.5, 1.5), {0.5, 1, 1.5}) == "");
  CHECK_THROWS_WITH(clip(tensor<std::uint8_t, 1>({3}), 0, 300),
                    ContainsSubstring("the number 300 does not fit the element type uint8"));
}

TEST_CASE("fma") {
  const tensor<double, 1> a({3}, {2, -3, NaN}), b({3}, {4, 5, 1});
  CHECK(differences(fma(a, b, 1), {9, -14, NaN}) == "");
  CHECK(differences(fma(tensor<std::int8_t, 1>({2}, {100, -128}), std::int8_t{2}, std::int8_t{1}), {-55, 1}) == "");
  CHECK(differences(fma(tensor<std::complex<float>, 1>({1}, {{1, 2}}), 2, 1), {{3, 4}}) == "");
  CHECK(tutti::fma(2.0, 3.0, 4.0) == 10);
  CHECK_THROWS_WITH(fma(a, b, tensor<double, 1>({2})), "cannot fma shapes (3,) and (2,): axis 0 is 3 and 2");
}
