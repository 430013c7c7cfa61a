// SPDX-License-Identifier: MIT
#include <vector>

#include <support/catch.hpp>
#include <tutti/plan/cut.hpp>

namespace tutti::plan {

namespace {

struct statement {
  nest loops;
  std::vector<walk> walks;
};

statement of(std::initializer_list<index> extents, std::initializer_list<std::initializer_list<index>> strides,
             std::initializer_list<index> folded = {}) {
  statement s;
  for (const index e : extents) s.loops.extent[static_cast<std::size_t>(s.loops.rank++)] = e;
  for (const index axis : folded) s.loops.folded[static_cast<std::size_t>(axis)] = true;
  for (const auto& list : strides) {
    walk w;
    std::copy(list.begin(), list.end(), w.stride.begin());
    s.walks.push_back(w);
  }
  normalize(s.loops, s.walks);
  return s;
}

cut cut_of(statement& s, bool may_split = false) {
  statement_traits traits;
  traits.lanes = 8;
  traits.may_split = may_split;
  return cut_nest(s.loops, s.walks, traits);
}

// How often the blocks' rows visit each element, as the destination's or any operand's walk sees it.
std::vector<int> visits(const cut& c, const walk& w, index elements, index ranges) {
  std::vector<int> seen(static_cast<std::size_t>(elements), 0);
  for (index part = 0; part < ranges; ++part)
    for_each_block(c, c.blocks * part / ranges, c.blocks * (part + 1) / ranges, [&](const block& b) {
      for_each_row(c, b, [&](const row& r) {
        for (index j = 0; j < r.count; ++j) {
          index at = w.offset + (b.begin + r.first + j) * w.stride[static_cast<std::size_t>(c.inner_axis())];
          for (index a = 0; a < c.outer_rank; ++a)
            at += b.outer[static_cast<std::size_t>(a)] * w.stride[static_cast<std::size_t>(a)];
          for (index a = 0; a < c.middle_rank; ++a)
            at += r.middle[static_cast<std::size_t>(a)] * w.stride[static_cast<std::size_t>(c.outer_rank + a)];
          ++seen.at(static_cast<std::size_t>(at));
        }
      });
    });
  return seen;
}

void check_every_element_once(statement s, index elements, block_kind kind) {
  const cut c = cut_of(s);
  CHECK(c.kind == kind);
  for (const index ranges : {1, 2, 3, 7})
    CHECK(visits(c, s.walks.back(), elements, ranges) == std::vector<int>(static_cast<std::size_t>(elements), 1));
}

} // namespace

TEST_CASE("rows visit every element once, however they are shared") {
  statement s = of({40000}, {{1}, {1}});
  check_every_element_once(s, 40000, block_kind::rows);
  s = of({7, 5, 33}, {{165, 33, 1}, {200, 40, 1}});
  const cut c = cut_of(s);
  CHECK(c.kind == block_kind::rows);
  CHECK(c.panel == 33);
}

TEST_CASE("an operand contiguous along another loop makes tiles") {
  statement s = of({70, 90}, {{90, 1}, {1, 70}});
  check_every_element_once(s, 6300, block_kind::tiles);
}

TEST_CASE("a fold along the inner loop takes whole rows") {
  statement s = of({50, 60}, {{1, 0}, {60, 1}}, {1});
  check_every_element_once(s, 3000, block_kind::folds);
}

TEST_CASE("a fold along an outer loop takes panels of columns") {
  statement s = of({60, 5000}, {{0, 1}, {5000, 1}}, {0});
  check_every_element_once(s, 300000, block_kind::columns);
}

TEST_CASE("middle loops of several axes") {
  statement s = of({6, 5, 7, 40}, {{0, 40, 0, 1}, {1400, 280, 40, 1}}, {0, 2});
  check_every_element_once(s, 8400, block_kind::columns);
}

TEST_CASE("one element is a row of one") {
  statement s = of({}, {{}});
  const cut c = cut_of(s);
  CHECK(c.blocks == 1);
  CHECK(c.inner_extent() == 1);
}

TEST_CASE("parts of a large fold cover it once") {
  statement s = of({5'000'000}, {{0}, {1}}, {0});
  const cut c = cut_of(s, true);
  REQUIRE(c.parts > 1);
  index covered = 0;
  for_each_block(c, 0, c.blocks, [&](const block& b) {
    for (index p = 0; p < c.parts; ++p) {
      const block part = part_of(c, b, p);
      CHECK(part.begin == covered);
      covered += part.count;
    }
  });
  CHECK(covered == 5'000'000);
}

TEST_CASE("folding nothing still gives results") {
  statement s = of({4, 0}, {{1, 0}, {0, 1}}, {1});
  CHECK(cut_of(s).blocks > 0);
  statement nothing = of({0, 4}, {{1, 0}, {4, 1}}, {1});
  CHECK(cut_of(nothing).blocks == 0);
}

} // namespace tutti::plan
