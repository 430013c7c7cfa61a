// SPDX-License-Identifier: MIT
#include <support/catch.hpp>
#include <support/values.hpp>

#include <tutti/tensor.hpp>

using tutti::all;
using tutti::fixed;
using tutti::tensor;

namespace {

// ---- what it is ----

static_assert(std::is_trivially_copyable_v<fixed<float, 3, 3>>);
static_assert(sizeof(fixed<float, 3>) == 12 && alignof(fixed<float, 3>) == 4);
static_assert(sizeof(fixed<float, 2, 2>) == 16 && alignof(fixed<float, 2, 2>) == 16);
static_assert(sizeof(fixed<double, 4, 4>) == 128 && alignof(fixed<double, 4, 4>) == 64);
static_assert(sizeof(fixed<std::int8_t, 3, 3>) == 9 && alignof(fixed<std::int8_t, 3, 3>) == 1);
static_assert(fixed<float, 3, 4>::rank == 2 && fixed<float, 3, 4>::size() == 12 && fixed<float, 3, 4>::shape(-1) == 4);
static_assert(fixed<float, 3, 4>::shape() == tutti::index_list<2>{3, 4});
static_assert(fixed<float, 3, 4>::strides() == tutti::index_list<2>{4, 1});
static_assert(tutti::operand<fixed<float, 3>> && !tutti::expression<fixed<float, 3>>);

// Leaves are as cheap to pass on as what they hold.
using leaf = tutti::node_t<const fixed<float, 3>&>;
using own_leaf = tutti::node_t<fixed<float, 3>>;
static_assert(sizeof(leaf) == sizeof(void*) && std::is_trivially_copy_constructible_v<leaf>);
static_assert(std::is_trivially_copy_constructible_v<own_leaf> && std::is_trivially_destructible_v<own_leaf>);

// ---- construction and access ----

constexpr fixed<float, 3> vector{1, 2, 3};
constexpr fixed<int, 2, 3> matrix{{1, 2, 3}, {4, 5, 6}};
constexpr fixed<int, 2, 3> flat{1, 2, 3, 4, 5, 6};
constexpr fixed<double> number{2.5};
constexpr fixed<float, 2> mixed{1, 2.5};

static_assert(vector(0) == 1 && vector(2) == 3 && vector(-1) == 3 && vector.at(-2) == 2);
static_assert(matrix(1, 0) == 4 && matrix.at(-1, -1) == 6);
static_assert(std::equal(matrix.begin(), matrix.end(), flat.begin()));
static_assert(number == 2.5 && number.item() == 2.5);
static_assert(mixed(1) == 2.5f);
static_assert(fixed<int, 2, 2>{}(1, 1) == 0);
static_assert(fixed<float, 2>{sum(vector), 4}(0) == 6);

constexpr auto changed() {
  fixed<int, 2, 3> m = matrix;
  m(0, 1) = 20;
  m.at(1, 1) = 50;
  m(all, 2) = 7;
  m(0, all) += 1;
  return m;
}
static_assert(all(changed() == fixed<int, 2, 3>{{2, 21, 8}, {4, 50, 7}}));

constexpr auto assigned() {
  fixed<double, 2, 2> m;
  m = 3;
  m *= 2;
  m -= 1;
  m += fixed<double, 2>{1, 2};
  m /= m;
  return m;
}
static_assert(all(assigned() == 1.0));

// ---- slices ----

constexpr auto row = matrix(1, all);
static_assert(tutti::statically_shaped<decltype(row)> && row.shape() == tutti::index_list<1>{3});
static_assert(row(0) == 4 && row(-1) == 6);
static_assert(matrix(all, -1).shape() == tutti::index_list<1>{2} && matrix(all, -1)(1) == 6);
static_assert(matrix(tutti::ellipsis, tutti::newaxis).shape() == tutti::index_list<3>{2, 3, 1});
static_assert(matrix(0, tutti::ellipsis)(2) == 3);
static_assert(tutti::statically_shaped<decltype(transpose(matrix))>);
static_assert(transpose(matrix).shape() == tutti::index_list<2>{3, 2} && transpose(matrix)(2, 0) == 3);
static_assert(tutti::statically_shaped<decltype(transpose(matrix + matrix(0, all)) * 2)>);

} // namespace

TEST_CASE("fixed: construction from expressions of dynamic shape") {
  const tensor<float, 2> x({2, 3}, {1, 2, 3, 4, 5, 6});
  const fixed<float, 2, 3> f = x * 2;
  CHECK(test::differences(test::values(f), {2.f, 4.f, 6.f, 8.f, 10.f, 12.f}, 0) == "");
  CHECK_THROWS_AS((fixed<float, 3, 2>(x)), tutti::shape_error);
  CHECK_THROWS_WITH((fixed<float, 3, 2>(x)), ContainsSubstring("(3, 2)") && ContainsSubstring("(2, 3)"));
  fixed<float, 2, 2> g{1, 2, 3, 4};
  CHECK_THROWS_AS(g = x, tutti::shape_error);
  CHECK(test::differences(test::values(g), {1.f, 2.f, 3.f, 4.f}, 0) == "");
  g = x(0, tutti::range(2)); // broadcasts, as to a view
  CHECK(test::differences(test::values(g), {1.f, 2.f, 1.f, 2.f}, 0) == "");
}

TEST_CASE("fixed: elements one by one are the same as in packs") {
  const double inf = std::numeric_limits<double>::infinity();
  const fixed<double, 3> a{1, 6, -1}, b{.1, .1, inf};
  const tensor<double, 1> x = a, y = b;
  // NumPy's: 1 // .1 is 9, as .1 is a little more than a tenth.
  CHECK(test::differences(test::values(fixed<double, 3>(floor_divide(a, b))), {9., 59., -1.}, 0) == "");
  CHECK(test::differences(test::values(floor_divide(x, y)), {9., 59., -1.}, 0) == "");
  CHECK(test::differences(test::values(fixed<double, 3>(a % b)), test::values(x % y), 0) == "");
  const fixed<float, 2> zeros{0.f, -0.f}, opposite{-0.f, 0.f};
  for (const bool negative : {false, true}) {
    const std::size_t i = negative ? 1 : 0;
    CHECK(std::signbit(test::values(fixed<float, 2>(minimum(zeros, opposite)))[i]) == negative);
    CHECK(std::signbit(test::values(minimum(tensor(zeros), tensor(opposite)))[i]) == negative);
    CHECK(std::signbit(test::values(fixed<float, 2>(maximum(zeros, opposite)))[i]) == negative);
    CHECK(std::signbit(test::values(maximum(tensor(zeros), tensor(opposite)))[i]) == negative);
  }
}

TEST_CASE("fixed: shapes that differ are not equal") {
  CHECK(!array_equal(fixed<int, 3>{1, 2, 3}, fixed<int, 4>{1, 2, 3, 4}));
  CHECK(!array_equal(fixed<int, 1>{1}, fixed<int, 2>{1, 1}));
  CHECK(array_equal(fixed<int, 2>{1, 2}, fixed<int, 2>{1, 2}));
}

TEST_CASE("fixed: access outside the extents") {
  fixed<float, 2, 3> f;
  CHECK_THROWS_AS(f.at(2, 0), tutti::index_error);
  CHECK_THROWS_AS(f.at(0, -4), tutti::index_error);
  CHECK_THROWS_AS(f.at(0), tutti::index_error);
  CHECK_THROWS_AS(f(5, all), tutti::index_error);
}

TEST_CASE("fixed: ranges and permutations give ordinary views, through which writes go") {
  fixed<int, 4> f{1, 2, 3, 4};
  auto odd = f(tutti::range(1, tutti::none, 2));
  odd = 0;
  CHECK(test::differences(test::values(f), {1, 0, 3, 0}, 0) == "");
  const fixed<int, 2, 3> m{{1, 2, 3}, {4, 5, 6}};
  CHECK(test::differences(test::values(permute(m, 1, 0)), {1, 4, 2, 5, 3, 6}, 0) == "");
  CHECK(test::differences(test::values(flip(m, 1)), {3, 2, 1, 6, 5, 4}, 0) == "");
  // Of an rvalue the view owns the elements.
  const auto kept = permute(fixed<int, 2, 3>{{1, 2, 3}, {4, 5, 6}}, 1, 0);
  CHECK(test::differences(test::values(kept), {1, 4, 2, 5, 3, 6}, 0) == "");
}

TEST_CASE("fixed: iteration and copies") {
  fixed<int, 2, 2> f{1, 2, 3, 4};
  for (int& x : f) x *= 10;
  const fixed<int, 2, 2> copy = f;
  f = 0;
  CHECK(test::differences(test::values(copy), {10, 20, 30, 40}, 0) == "");
  int sum = 0;
  for (const int x : copy(all, 1)) sum += x;
  CHECK(sum == 60);
}
