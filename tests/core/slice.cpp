// SPDX-License-Identifier: MIT
#include <support/catch.hpp>
#include <tutti/core/slice.hpp>

namespace tutti {

namespace {
// Python's slice, element by element: what range(start, stop, step) of an axis takes.
std::vector<index> elements(const range& r, index extent) {
  const auto [start, step, count] = r.over(extent);
  std::vector<index> taken;
  for (index i = 0; i < count; ++i) taken.push_back(start + i * step);
  return taken;
}
using list = std::vector<index>;
} // namespace

TEST_CASE("ranges are Python's slices") {
  CHECK(elements(range(3), 5) == list{0, 1, 2});
  CHECK(elements(range(1, 4), 5) == list{1, 2, 3});
  CHECK(elements(range(0, 8, 3), 8) == list{0, 3, 6});
  CHECK(elements(range(none, none, 2), 5) == list{0, 2, 4});
  CHECK(elements(range(none, none, -1), 4) == list{3, 2, 1, 0});
  CHECK(elements(range(-3, none), 5) == list{2, 3, 4});
  CHECK(elements(range(none, -1), 3) == list{0, 1});
  CHECK(elements(range(-1, none, -2), 5) == list{4, 2, 0});
  CHECK(elements(range(4, 1, -1), 5) == list{4, 3, 2});
}

TEST_CASE("ranges are cut to the extent") {
  CHECK(elements(range(2, 100), 4) == list{2, 3});
  CHECK(elements(range(-100, 2), 4) == list{0, 1});
  CHECK(elements(range(100, none, -1), 3) == list{2, 1, 0});
  CHECK(elements(range(3, 1), 5).empty());
  CHECK(elements(range(9, 12), 5).empty());
  CHECK(elements(range(none, none, -1), 0).empty());
  CHECK(elements(range(0), 5).empty());
}

TEST_CASE("steps and bounds as large as can be") {
  constexpr index most = std::numeric_limits<index>::max(), least = std::numeric_limits<index>::min();
  const auto extent_of = [](const range& r) { return r.over(5).extent; };
  CHECK(extent_of(range(0, none, most)) == 1);
  CHECK(extent_of(range(none, none, least)) == 1);
  CHECK(range(none, none, least).over(5).start == 4);
  CHECK(extent_of(range(least, most)) == 5);
  CHECK(extent_of(range(0, 3, least)) == 0);
  CHECK(extent_of(range(0, 5, 4)) == 2);
  CHECK(range(0, 5, 5).over(5).step == 1); // never taken, so that it cannot overflow with a stride
}

TEST_CASE("a step of 0 is an error") { CHECK_THROWS_WITH(range(0, 4, 0), "range: the step of a slice cannot be 0"); }

TEST_CASE("slices become a view_map") {
  const auto map = slice_map(index_list(4, 5, 6), -1, range(none, none, -2), newaxis);
  CHECK(map.shape() == index_list<3>{3, 1, 6});
  CHECK(map.strides(index_list(30, 6, 1)) == index_list<3>{-12, 0, 1});
  CHECK(map.offset(index_list(30, 6, 1)) == 3 * 30 + 4 * 6);
}

TEST_CASE("an ellipsis stands for all the axes that are left") {
  CHECK(slice_map(index_list(2, 3, 4), ellipsis, 0).shape() == index_list(2, 3));
  CHECK(slice_map(index_list(2, 3, 4), 0, ellipsis).shape() == index_list(3, 4));
  CHECK(slice_map(index_list(2, 3), all_t{}, ellipsis, all_t{}).shape() == index_list(2, 3));
}

TEST_CASE("positions outside the extent and too many indices are errors") {
  CHECK_THROWS_WITH(slice_map(index_list(2, 3), 2, all_t{}), "index 2 is out of range for axis 0 of extent 2");
  CHECK_THROWS_AS(slice_map(index_list(2, 3), all_t{}, -4), index_error);
  CHECK_THROWS_AS(slice_map(index_list(0, 3), 0, all_t{}), index_error);
  CHECK_THROWS_WITH(slice_map(index_list<>{2, 3}, 0, 0, all_t{}), "too many indices: 3 for rank 2");
  CHECK_THROWS_AS(slice_map(index_list<>::filled(8, 1), newaxis), shape_error);
}

} // namespace tutti
