// SPDX-License-Identifier: MIT
#include <vector>

#include <support/catch.hpp>
#include <tutti/plan/nest.hpp>

namespace tutti::plan {

namespace {

nest loops_of(std::initializer_list<index> extents) {
  nest n;
  for (const index e : extents) n.extent[static_cast<std::size_t>(n.rank++)] = e;
  return n;
}
walk walk_of(std::initializer_list<index> strides) {
  walk w;
  std::copy(strides.begin(), strides.end(), w.stride.begin());
  return w;
}
std::vector<index> extents(const nest& n) { return {n.extent.begin(), n.extent.begin() + n.rank}; }
std::vector<index> strides(const nest& n, const walk& w) { return {w.stride.begin(), w.stride.begin() + n.rank}; }
using list = std::vector<index>;

} // namespace

TEST_CASE("axes of extent 1 go") {
  nest n = loops_of({1, 5, 1});
  walk w[] = {walk_of({9, 1, 9})};
  normalize(n, w);
  CHECK(extents(n) == list{5});
  CHECK(strides(n, w[0]) == list{1});
}

TEST_CASE("neighbours that are contiguous for everybody merge") {
  nest n = loops_of({2, 3, 4});
  walk both[] = {walk_of({12, 4, 1}), walk_of({12, 4, 1})};
  normalize(n, both);
  CHECK(extents(n) == list{24});

  n = loops_of({2, 3, 4});
  walk stretched[] = {walk_of({12, 4, 1}), walk_of({0, 4, 1})};
  normalize(n, stretched);
  CHECK(extents(n) == list{2, 12});
  CHECK(strides(n, stretched[1]) == list{0, 1});

  n = loops_of({2, 3, 4});
  walk row[] = {walk_of({12, 4, 1}), walk_of({0, 0, 1})};
  normalize(n, row);
  CHECK(extents(n) == list{6, 4});
}

TEST_CASE("folded and kept axes do not merge") {
  nest n = loops_of({3, 4});
  n.folded[1] = true;
  walk w[] = {walk_of({1, 0}), walk_of({4, 1})};
  normalize(n, w);
  CHECK(n.rank == 2);
  CHECK(n.folded[1]);
}

TEST_CASE("a fold of extent 1 stays a fold") {
  nest n = loops_of({31, 1});
  n.folded[1] = true;
  walk w[] = {walk_of({1, 0}), walk_of({1, 1})};
  normalize(n, w);
  CHECK(std::count(n.folded.begin(), n.folded.begin() + n.rank, true) == 1);
  CHECK(n.size() == 31);
}

TEST_CASE("the destination's strides order the loops") {
  nest n = loops_of({3, 4});
  walk w[] = {walk_of({1, 3}), walk_of({4, 1})};
  normalize(n, w);
  CHECK(extents(n) == list{4, 3});
  CHECK(strides(n, w[0]) == list{3, 1});
  CHECK(strides(n, w[1]) == list{1, 4});
}

TEST_CASE("what the destination walks backwards is turned round for everybody") {
  nest n = loops_of({5});
  walk w[] = {walk_of({-1}), walk_of({2})};
  normalize(n, w);
  CHECK(strides(n, w[0]) == list{1});
  CHECK(w[0].offset == -4);
  CHECK(strides(n, w[1]) == list{-2});
  CHECK(w[1].offset == 8);
}

TEST_CASE("rank 0 and empty loops") {
  nest n;
  walk w[] = {walk{}};
  normalize(n, w);
  CHECK(n.size() == 1);
  n = loops_of({3, 0, 2});
  walk v[] = {walk_of({0, 2, 1})};
  normalize(n, v);
  CHECK(n.size() == 0);
}

TEST_CASE("moving an axis keeps the others' order") {
  nest n = loops_of({2, 3, 4});
  walk w[] = {walk_of({20, 30, 40})};
  move_axis(n, w, 0, 2);
  CHECK(extents(n) == list{3, 4, 2});
  CHECK(strides(n, w[0]) == list{30, 40, 20});
  move_axis(n, w, 2, 0);
  CHECK(extents(n) == list{2, 3, 4});
}

} // namespace tutti::plan
