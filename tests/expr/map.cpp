// SPDX-License-Identifier: MIT
#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

namespace {
template <class A, class B>
using sum_of = value_t<decltype(std::declval<tensor<A>>() + std::declval<B>())>;

// Beside a number a tensor keeps its type, unless the number is of a higher kind.
static_assert(std::same_as<sum_of<float, double>, float>);
static_assert(std::same_as<sum_of<std::uint8_t, int>, std::uint8_t>);
static_assert(std::same_as<sum_of<int, float>, float>);
static_assert(std::same_as<sum_of<int, double>, double>);
static_assert(std::same_as<sum_of<bool, int>, std::int64_t>);
static_assert(std::same_as<sum_of<bool, bool>, bool>);
static_assert(std::same_as<sum_of<float, std::complex<double>>, std::complex<float>>);
static_assert(std::same_as<sum_of<float16, float>, float>);
static_assert(std::same_as<sum_of<float16, tensor<float16>>, float>);
static_assert(std::same_as<sum_of<int, tensor<float>>, double>);

static_assert(rank_of<decltype(std::declval<tensor<float, 2>>() + std::declval<tensor<float, 1>>())> == 2);
static_assert(rank_of<decltype(std::declval<tensor<float, 2>>() + std::declval<tensor<float>>())> == dynamic_rank);
} // namespace

TEST_CASE("operands broadcast") {
  const tensor a = array({{1, 2, 3}, {4, 5, 6}});
  CHECK(array_equal(a + array({10, 20, 30}), array({{11, 22, 33}, {14, 25, 36}})));
  CHECK(array_equal(a * array({{2}, {3}}), array({{2, 4, 6}, {12, 15, 18}})));
  CHECK((a + zeros<int>({0, 1, 1})).shape() == index_list(0, 2, 3));
}

TEST_CASE("shapes that do not fit name the operation, both shapes and the axis") {
  const tensor<float> a({3, 4}), b({3, 5});
  CHECK_THROWS_WITH(a + b, "cannot add shapes (3, 4) and (3, 5): axis 1 is 4 and 5");
  CHECK_THROWS_WITH(a - b, "cannot subtract shapes (3, 4) and (3, 5): axis 1 is 4 and 5");
  CHECK_THROWS_WITH(a * transpose(b), "cannot multiply shapes (3, 4) and (5, 3): axis 1 is 4 and 3");
  CHECK_THROWS_WITH(a < b, "cannot compare shapes (3, 4) and (3, 5): axis 1 is 4 and 5");
  CHECK_THROWS_WITH(a / zeros({2, 1}), "cannot divide shapes (3, 4) and (2, 1): axis 0 is 3 and 2");
  CHECK_THROWS_AS(where(a > 0, a, b), shape_error);
}

TEST_CASE("a number that its partner's integer type cannot hold is an error") {
  const tensor<std::uint8_t, 1> x({3}, 200);
  CHECK_THROWS_AS(x + 300, value_error);
  CHECK_THROWS_AS(x - (-1), value_error);
  CHECK(tensor<std::uint8_t, 1>(x + 100)(0) == 44);
}

TEST_CASE("an expression holds lvalue tensors by reference and rvalues by value") {
  tensor<float, 1> x({3}, 1.f);
  const auto e = x + tensor<float, 1>({3}, 2.f);
  x = 10;
  CHECK(array_equal(e, array({12.f, 12.f, 12.f})));
  const auto copy = e;
  CHECK(float(sum(copy)) == 36);
}

TEST_CASE("expressions convert, iterate and index lazily") {
  const tensor x = array({1, 2, 3});
  int total = 0;
  for (const int v : x * 2) total += v;
  CHECK(total == 12);
  CHECK(int((x * 2)(1)) == 4);
  CHECK((x(range(0, 1)) + 1).item() == 2);
  CHECK_THROWS_AS((x + 1).item(), shape_error);
  CHECK((x * x).size() == 3);
}

TEST_CASE("cast converts as assignment does") {
  const tensor x = array({-1.5f, 0.f, 2.7f});
  CHECK(array_equal(cast<int>(x), array({-1, 0, 2})));
  CHECK(array_equal(cast<bool>(x), array({true, false, true})));
  const tensor<std::complex<double>, 1> turned = cast<std::complex<double>>(x) * std::complex<double>(0, 2);
  CHECK(turned(0) == std::complex<double>(0, -3));
  CHECK(turned(2) == std::complex<double>(0, 2 * double{2.7f}));
}

} // namespace tutti
