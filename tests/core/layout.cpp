// SPDX-License-Identifier: MIT
#include <support/catch.hpp>
#include <tutti/core/layout.hpp>

namespace tutti {

static_assert(contiguous_strides(index_list(2, 3, 4)) == index_list(12, 4, 1));
static_assert(contiguous_strides(index_list(2, 3, 4), column_major) == index_list(1, 2, 6));
static_assert(broadcast_shapes("add", index_list(3, 1), index_list(2, 1, 4)) == index_list(2, 3, 4));
static_assert(std::same_as<decltype(broadcast_shapes("add", index_list(3, 1), index_list<0>{})), index_list<2>>);

TEST_CASE("what lies without gaps") {
  CHECK(is_contiguous(index_list(2, 3), index_list(3, 1)));
  CHECK_FALSE(is_contiguous(index_list(2, 3), index_list(4, 1)));
  CHECK_FALSE(is_contiguous(index_list(2, 3), index_list(1, 2)));
  CHECK(is_contiguous(index_list(1, 3), index_list(-7, 1)));
  CHECK(is_contiguous(index_list(5, 1), index_list(1, 99)));
  CHECK(is_contiguous(index_list(4, 0), index_list(17, 3)));
  CHECK(is_contiguous(index_list<0>{}, index_list<0>{}));
  CHECK_FALSE(is_contiguous(index_list<1>{{3}}, index_list<1>{{-1}}));
}

TEST_CASE("an empty shape has strides too") {
  CHECK(contiguous_strides(index_list(2, 0, 3)) == index_list(3, 3, 1));
  CHECK(contiguous_strides(index_list<0>{}).size() == 0);
  const index huge = index{1} << 62;
  const index_list overflowing(0, huge, huge);
  CHECK(is_contiguous(overflowing, contiguous_strides(overflowing)));
}

TEST_CASE("shapes that do not broadcast name the operation, both shapes and the axis") {
  CHECK_THROWS_WITH(broadcast_shapes("add", index_list(3, 4), index_list(3, 5)),
                    "cannot add shapes (3, 4) and (3, 5): axis 1 is 4 and 5");
  CHECK_THROWS_WITH(broadcast_shapes("compare", index_list<>{2, 3}, index_list<1>{{2}}),
                    "cannot compare shapes (2, 3) and (2,): axis 1 is 3 and 2");
  CHECK_THROWS_AS(broadcast_shapes("add", index_list(2, 0), index_list(2, 3)), shape_error);
}

TEST_CASE("an extent of 1 stretches to nothing") {
  CHECK(broadcast_shapes("add", index_list(2, 1), index_list(2, 0)) == index_list(2, 0));
  CHECK(broadcast_shapes("add", index_list<1>{{0}}, index_list<1>{{1}}) == index_list<1>{{0}});
}

TEST_CASE("an assignment stretches its right side only") {
  CHECK_NOTHROW(require_broadcastable("assign", index_list(1, 3), index_list(2, 3)));
  CHECK_NOTHROW(require_broadcastable("assign", index_list<0>{}, index_list(2, 3)));
  CHECK_THROWS_WITH(require_broadcastable("assign", index_list(2, 3), index_list(1, 3)),
                    "cannot assign shape (2, 3) to shape (1, 3)");
  CHECK_THROWS_AS(require_broadcastable("assign", index_list(1, 3), index_list<1>{{3}}), shape_error);
}

TEST_CASE("strides over a larger shape are 0 where the operand is stretched") {
  CHECK(broadcast_strides(index_list(3, 1), index_list(7, 5), index_list(2, 3, 4)) == index_list(0, 7, 0));
  CHECK(broadcast_strides(index_list<1>{{4}}, index_list<1>{{-2}}, index_list(3, 4)) == index_list(0, -2));
}

} // namespace tutti
