// SPDX-License-Identifier: MIT
// Tests include/tutti/expr/operators.hpp.

#include <support/catch.hpp>
#include <support/values.hpp>

#include <tutti/expr/operators.hpp>

namespace {

using test::differences, test::inf, test::NaN;
using tutti::tensor, tutti::value_t;

template <class T>
using of = tensor<T, 1>&;
template <class A, class B>
using sum_of = value_t<decltype(std::declval<A>() + std::declval<B>())>;
template <class A, class B>
using quotient_of = value_t<decltype(std::declval<A>() / std::declval<B>())>;

// Two tensors meet in NumPy's type.
static_assert(std::same_as<sum_of<of<float>, of<float>>, float>);
static_assert(std::same_as<sum_of<of<float>, of<double>>, double>);
static_assert(std::same_as<sum_of<of<float>, of<int>>, double>);
static_assert(std::same_as<sum_of<of<float>, of<std::int16_t>>, float>);
static_assert(std::same_as<sum_of<of<std::int8_t>, of<std::uint8_t>>, std::int16_t>);
static_assert(std::same_as<sum_of<of<std::int64_t>, of<std::uint64_t>>, double>);
static_assert(std::same_as<sum_of<of<bool>, of<bool>>, bool>);
static_assert(std::same_as<sum_of<of<bool>, of<std::int8_t>>, std::int8_t>);
static_assert(std::same_as<sum_of<of<tutti::float16>, of<tutti::float16>>, float>);
static_assert(std::same_as<sum_of<of<std::complex<float>>, of<double>>, std::complex<double>>);
// A number never widens a tensor, unless its kind is higher.
static_assert(std::same_as<sum_of<of<float>, double>, float>);
static_assert(std::same_as<sum_of<double, of<float>>, float>);
static_assert(std::same_as<sum_of<of<std::uint8_t>, int>, std::uint8_t>);
static_assert(std::same_as<sum_of<of<int>, double>, double>);
static_assert(std::same_as<sum_of<of<bool>, int>, std::int64_t>);
static_assert(std::same_as<sum_of<of<float>, std::complex<double>>, std::complex<float>>);
// Division is true division.
static_assert(std::same_as<quotient_of<of<int>, of<int>>, double>);
static_assert(std::same_as<quotient_of<of<int>, int>, double>);
static_assert(std::same_as<quotient_of<of<float>, int>, float>);
// Comparisons and logic give bools; bits belong to integers.
static_assert(std::same_as<value_t<decltype(std::declval<of<float>>() < 1)>, bool>);
static_assert(std::same_as<value_t<decltype(std::declval<of<float>>() && true)>, bool>);
static_assert(std::same_as<value_t<decltype(~std::declval<of<std::uint16_t>>())>, std::uint16_t>);
static_assert(tutti::detail::bitwise_arguments<of<int>, of<bool>> && !tutti::detail::bitwise_arguments<of<float>, int>);
// Ranks stay static, or are found out at run time.
static_assert(tutti::rank_of<decltype(std::declval<tensor<int, 3>&>() + std::declval<of<int>>())> == 3);
static_assert(tutti::rank_of<decltype(std::declval<tensor<int>&>() + std::declval<of<int>>())> == tutti::dynamic_rank);

} // namespace

TEST_CASE("arithmetic") {
  const tensor<double, 1> a({4}, {1, -2, inf, 0}), b({4}, {4, 0.5, -inf, 0});
  CHECK(differences(a + b, {5, -1.5, NaN, 0}) == "");
  CHECK(differences(a - b, {-3, -2.5, inf, 0}) == "");
  CHECK(differences(a * b, {4, -1, -inf, 0}) == "");
  CHECK(differences(a / b, {0.25, -4, NaN, NaN}) == "");
  CHECK(differences(-a, {-1, 2, -inf, -0.0}) == "");
  CHECK(differences(+a, {1, -2, inf, 0}) == "");
  CHECK(differences(1 - a, {0, 3, -inf, 1}) == "");
  CHECK(differences(2 / b, {0.5, 4, -0.0, inf}) == "");
}

TEST_CASE("integers wrap") {
  const tensor<std::int8_t, 1> a({3}, {127, -128, 100});
  CHECK(differences(a + 1, {-128, -127, 101}) == "");
  CHECK(differences(a - 1, {126, 127, 99}) == "");
  CHECK(differences(a * 2, {-2, 0, -56}) == "");
  CHECK(differences(-a, {-127, -128, -100}) == "");
  const tensor<std::uint16_t, 1> u({2}, {65535, 0});
  CHECK(differences(u * u, {1, 0}) == "");
  CHECK(differences(u + 1, {0, 1}) == "");
  CHECK(differences(-u, {1, 0}) == "");
  const tensor<int, 1> i({2}, {INT32_MAX, INT32_MIN});
  CHECK(differences(i + i, {-2, 0}) == "");
  CHECK(differences(i * i, {1, 0}) == "");
  const tensor<std::int64_t, 1> l({2}, {INT64_MAX, INT64_MIN});
  CHECK(differences(l * 2, {-2, 0}) == "");
  CHECK(differences(-l, {-INT64_MAX, INT64_MIN}) == "");
}

TEST_CASE("a number that the tensor's type cannot hold is an error") {
  const tensor<std::uint8_t, 1> u({2}, {1, 2});
  CHECK_THROWS_AS(u + 300, tutti::value_error);
  CHECK_THROWS_WITH(u - (-1), "the number -1 does not fit the element type uint8 of the tensor beside it: cast the "
                              "tensor to a wider type");
  CHECK_NOTHROW(u + 255);
}

TEST_CASE("a float beside integers gives float, a double double") {
  CHECK(std::same_as<sum_of<of<int>, float>, float>);
  CHECK(std::same_as<sum_of<float, of<std::int64_t>>, float>);
  CHECK(std::same_as<sum_of<of<int>, double>, double>);
}

TEST_CASE("division of integers") {
  const tensor<int, 1> a({6}, {7, -7, 7, -7, INT32_MIN, 3}), b({6}, {2, 2, -2, -2, -1, 0});
  CHECK(differences(a / b, {3.5, -3.5, -3.5, 3.5, 2147483648.0, inf}) == "");
  CHECK(differences(floor_divide(a, b), {3, -4, -4, 3, INT32_MIN, 0}) == "");
  CHECK(differences(a % b, {1, 1, -1, -1, 0, 0}) == "");
  CHECK(differences(mod(a, 3), {1, 2, 1, 2, 1, 0}) == "");
  const tensor<std::uint8_t, 1> u({3}, {255, 7, 1});
  CHECK(differences(floor_divide(u, 2), {127, 3, 0}) == "");
  CHECK(differences(u % 4, {3, 3, 1}) == "");
}

TEST_CASE("floor_divide and mod of floating numbers") {
  const tensor<double, 1> a({6}, {7.5, -7.5, 7.5, 6, NaN, 1}), b({6}, {2, 2, -2, 3, 1, inf});
  CHECK(differences(floor_divide(a, b), {3, -4, -4, 2, NaN, 0}) == "");
  CHECK(differences(a % b, {1.5, 0.5, -0.5, 0, NaN, 1}) == "");
}

TEST_CASE("comparisons") {
  const tensor<float, 1> a({4}, {1, 2, static_cast<float>(NaN), -0.0f}), b({4}, {2, 2, static_cast<float>(NaN), 0});
  CHECK(differences(a == b, {false, true, false, true}) == "");
  CHECK(differences(a != b, {true, false, true, false}) == "");
  CHECK(differences(a < b, {true, false, false, false}) == "");
  CHECK(differences(a <= b, {true, true, false, true}) == "");
  CHECK(differences(a > b, {false, false, false, false}) == "");
  CHECK(differences(a >= b, {false, true, false, true}) == "");
  CHECK(differences(1 < a, {false, true, false, false}) == "");
  // int64 against uint64 goes through double, as in NumPy.
  CHECK(differences(tensor<std::int64_t, 1>({1}, {-1}) < tensor<std::uint64_t, 1>({1}, {1}), {true}) == "");
  CHECK(differences(tensor<std::uint8_t, 1>({2}, {200, 100}) > 127, {true, false}) == "");
  CHECK(differences(tensor<bool, 1>({2}, {true, false}) == true, {true, false}) == "");
  CHECK(differences(tensor<std::complex<float>, 1>({2}, {{1, 2}, {1, 0}}) == 1, {false, true}) == "");
}

TEST_CASE("logic reads everything as a truth") {
  const tensor<float, 1> a({4}, {0, 2, static_cast<float>(NaN), -0.0f});
  const tensor<int, 1> b({4}, {0, 0, 7, 256});
  CHECK(differences(a && b, {false, false, true, false}) == "");
  CHECK(differences(a || b, {false, true, true, true}) == "");
  CHECK(differences(logical_xor(a, b), {false, true, false, true}) == "");
  CHECK(differences(!a, {true, false, false, true}) == "");
  CHECK(differences(a > 1 && b == 0, {false, true, false, false}) == "");
}

TEST_CASE("bits") {
  const tensor<std::uint8_t, 1> a({3}, {0b1100, 255, 0});
  CHECK(differences(a & 0b1010, {0b1000, 0b1010, 0}) == "");
  CHECK(differences(a | 1, {0b1101, 255, 1}) == "");
  CHECK(differences(a ^ a, {0, 0, 0}) == "");
  CHECK(differences(~a, {0b11110011, 0, 255}) == "");
  CHECK(differences(~tensor<bool, 1>({2}, {true, false}), {false, true}) == "");
  CHECK(differences(tensor<bool, 1>({2}, {true, false}) ^ true, {false, true}) == "");
  const tensor<int, 1> i({4}, {1, -1, 5, INT32_MIN});
  CHECK(differences(i << tensor<int, 1>({4}, {3, 31, 32, 1}), {8, INT32_MIN, 0, 0}) == "");
  CHECK(differences(i >> tensor<int, 1>({4}, {1, 5, 40, 31}), {0, -1, 0, -1}) == "");
  CHECK(differences(tensor<std::uint8_t, 1>({2}, {129, 1}) << 7, {128, 128}) == "");
  const tensor<bool, 1> yes({2}, true), some({2}, {true, false});
  static_assert(std::same_as<tutti::value_t<decltype(yes << some)>, std::int8_t>); // as NumPy's
  CHECK(differences(yes << some, {2, 1}) == "");
  CHECK(differences(yes >> some, {0, 1}) == "");
  CHECK(differences(tensor<std::int8_t, 1>({2}, {-128, 64}) >> 6, {-2, 1}) == "");
}

TEST_CASE("bools are ordered: false before true") {
  const tensor<bool, 1> a({4}, {false, false, true, true}), b({4}, {false, true, false, true});
  CHECK(differences(a < b, {false, true, false, false}) == "");
  CHECK(differences(a <= b, {true, true, false, true}) == "");
  CHECK(differences(a > b, {false, false, true, false}) == "");
  CHECK(differences(a >= b, {true, false, true, true}) == "");
}

TEST_CASE("complex arithmetic") {
  const tensor<std::complex<double>, 1> z({2}, {{1, 2}, {3, -1}});
  CHECK(differences(z * z, {{-3, 4}, {8, -6}}) == "");
  CHECK(differences(z / z, {{1, 0}, {1, 0}}, 2) == "");
  CHECK(differences(z + std::complex<double>(0, 1), {{1, 3}, {3, 0}}) == "");
  CHECK(differences(2 * z, {{2, 4}, {6, -2}}) == "");
}

TEST_CASE("operands broadcast") {
  const tensor<int, 2> column({3, 1}, {10, 20, 30});
  const tensor<int, 1> row({2}, {1, 2});
  CHECK(differences(column + row, {11, 12, 21, 22, 31, 32}) == "");
  CHECK((column + row).shape() == tutti::index_list<2>(3, 2));
  CHECK(differences(column + tensor<int, 2>({3, 0}), {}) == "");
  CHECK(differences(tensor<int, 0>(tutti::index_list<0>{}, 1) + row, {2, 3}) == "");
}

TEST_CASE("shapes that do not fit") {
  const tensor<float, 2> a({3, 4}), b({3, 5}), c({4, 3}), none({0, 4});
  const tensor<float, 1> row({3});
  CHECK_THROWS_AS(a + b, tutti::shape_error);
  CHECK_THROWS_WITH(a + b, "cannot add shapes (3, 4) and (3, 5): axis 1 is 4 and 5");
  CHECK_THROWS_WITH(a - b, "cannot subtract shapes (3, 4) and (3, 5): axis 1 is 4 and 5");
  CHECK_THROWS_WITH(a * b, "cannot multiply shapes (3, 4) and (3, 5): axis 1 is 4 and 5");
  CHECK_THROWS_WITH(a / b, "cannot divide shapes (3, 4) and (3, 5): axis 1 is 4 and 5");
  CHECK_THROWS_WITH(a % b, "cannot mod shapes (3, 4) and (3, 5): axis 1 is 4 and 5");
  CHECK_THROWS_WITH(a < b, "cannot compare shapes (3, 4) and (3, 5): axis 1 is 4 and 5");
  CHECK_THROWS_WITH(a == b, "cannot compare shapes (3, 4) and (3, 5): axis 1 is 4 and 5");
  CHECK_THROWS_WITH(a && b, ContainsSubstring("shapes (3, 4) and (3, 5): axis 1 is 4 and 5"));
  CHECK_THROWS_WITH(a + c, "cannot add shapes (3, 4) and (4, 3): axis 1 is 4 and 3");
  CHECK_THROWS_WITH(a + row, "cannot add shapes (3, 4) and (3,): axis 1 is 4 and 3");
  CHECK_THROWS_WITH(a + none, "cannot add shapes (3, 4) and (0, 4): axis 0 is 3 and 0");
}
