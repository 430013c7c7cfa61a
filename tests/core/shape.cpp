// SPDX-License-Identifier: MIT
#include <numeric>

#include <support/catch.hpp>
#include <tutti/core/shape.hpp>

namespace tutti {

static_assert(index_list(2, 3).size() == 2);
static_assert(std::same_as<decltype(index_list(2, 3)), index_list<2>>);
static_assert(sizeof(index_list<2>) == 2 * sizeof(index)); // a static rank costs nothing
static_assert(element_count(index_list(2, 3, 4)) == 24);
static_assert(element_count(index_list<0>{}) == 1);
static_assert(index_list<1>{{5}}[0] == 5);
static_assert(broadcast_rank<2, 0, 3> == 3);
static_assert(broadcast_rank<2, dynamic_rank> == dynamic_rank);
static_assert(normalize_axis(-1, 3, "sum") == 2);
static_assert(static_shape<2, 3>::count == 6 && static_shape<>::count == 1);
static_assert(!std::convertible_to<int, index_list<1>>); // a number is not a shape
static_assert(!std::constructible_from<index_list<2>, int, int, int>);

TEST_CASE("lists of static and dynamic rank convert into each other where the lengths agree") {
  const index_list<> three{1, 2, 3};
  CHECK(index_list<3>(three) == three);
  CHECK(index_list<>(index_list<3>{1, 2, 3}) == three);
  CHECK_THROWS_AS(index_list<2>(three), shape_error);
  CHECK_FALSE(three == index_list<2>{1, 2});
}

TEST_CASE("lists come from arrays, vectors and spans of any integer") {
  const std::vector<int> v{4, 5};
  CHECK(index_list<>(v) == index_list<2>{4, 5});
  CHECK(index_list<2>(std::array<short, 2>{4, 5}) == index_list<>{4, 5});
  CHECK_THROWS_AS(index_list<3>(v), shape_error);
  CHECK_THROWS_AS(index_list<>(std::vector<int>(9, 1)), shape_error);
}

TEST_CASE("no list is longer than the greatest rank") {
  auto list = index_list<>::filled(max_rank, 1);
  CHECK(list.size() == 8);
  CHECK_THROWS_AS(list.push_back(1), shape_error);
  CHECK_THROWS_AS(index_list<>::filled(9, 1), shape_error);
}

TEST_CASE("shapes print as Python's tuples") {
  CHECK(to_string(index_list<0>{}) == "()");
  CHECK(to_string(index_list<1>{{3}}) == "(3,)");
  CHECK(to_string(index_list<>{3, 4, 5}) == "(3, 4, 5)");
}

TEST_CASE("counting the elements of a shape") {
  const index huge = index{1} << 40;
  CHECK(element_count(index_list<>{0, huge, huge}) == 0);
  CHECK(element_count(index_list<>{huge, huge, 0}) == 0);
  CHECK_THROWS_AS(element_count(index_list<>{huge, huge}), shape_error);
}

TEST_CASE("axes count from 0, negative ones from the end") {
  CHECK(normalize_axis(0, 2, "sum") == 0);
  CHECK(normalize_axis(-2, 2, "sum") == 0);
  CHECK_THROWS_WITH(normalize_axis(2, 2, "sum"), "sum: axis 2 is out of range for rank 2");
  CHECK_THROWS_AS(normalize_axis(-3, 2, "sum"), axis_error);
  CHECK_THROWS_AS(normalize_axis(0, 0, "sum"), axis_error);
}

} // namespace tutti
