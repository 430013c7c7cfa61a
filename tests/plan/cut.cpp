// SPDX-License-Identifier: MIT
#include <vector>

#include <support/catch.hpp>
#include <tutti/plan/cursor.hpp>

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

cut cut_of(statement& s, bool may_split = false, bool revisits = false) {
  statement_traits traits;
  traits.lanes = 8;
  traits.may_split = may_split;
  traits.revisits = revisits;
  cut c;
  cut_nest(c, s.loops, s.walks, traits);
  return c;
}

// How often the blocks' rows visit each element, as the destination's or any operand's walk sees it.
std::vector<int> visits(const cut& c, const walk& w, index elements, index ranges) {
  std::vector<int> seen(static_cast<std::size_t>(elements), 0);
  for (index part = 0; part < ranges; ++part) {
    position at(c, w);
    for_each_block(c, c.blocks * part / ranges, c.blocks * (part + 1) / ranges, [&](const block& b, index) {
      at.enter(b);
      for (index result = 0; result < b.results; ++result) {
        row r = first_row_of(b, result);
        for (index m = 0; m < b.middle_count; ++m, next_row(r))
          for (index j = 0; j < b.count; ++j)
            ++seen.at(static_cast<std::size_t>(at.of(r) + (b.begin + j) * at.inner()));
      }
    });
  }
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
  s = of({7, 5, 70}, {{350, 70, 1}, {400, 80, 1}});
  const cut c = cut_of(s);
  CHECK(c.kind == block_kind::rows);
  CHECK(c.panel == 70);
}

TEST_CASE("short rows make a block together") {
  statement s = of({7, 50, 300}, {{15000, 300, 1}, {16000, 310, 1}});
  const cut c = cut_of(s);
  CHECK(c.middle_rank == 1);
  CHECK(c.tile > 1);
  check_every_element_once(of({7, 50, 300}, {{16000, 310, 1}, {15000, 300, 1}}), 105000, block_kind::rows);
}

TEST_CASE("loops that are short are walked as one where the destination has no gaps") {
  // x(40, 30, 3) = y(40, 30, 3) * weights(3) + m(40, 30, 1)
  statement s = of({40, 30, 3}, {{90, 3, 1}, {90, 3, 1}, {0, 0, 1}, {30, 1, 0}});
  const cut c = cut_of(s);
  CHECK(c.kind == block_kind::rows);
  CHECK(c.inner_extent() == 2040); // in rows of whole periods and packs
  CHECK(c.middle_count == 2);
  CHECK(c.last_row == 3600 - 2040);
  CHECK(c.wrapped == 2);
  CHECK(c.period == 3);
  CHECK(c.panel % 3 == 0);
  const auto inner = [&](std::size_t walk) { return s.walks[walk].stride[static_cast<std::size_t>(c.inner_axis())]; };
  CHECK(inner(0) == 1);
  CHECK(inner(1) == 1);
  CHECK(inner(2) == wrapped_stride);
  CHECK(inner(3) == wrapped_stride);

  s = of({40, 30, 3}, {{90, 3, 1}, {90, 3, 1}, {0, 0, 1}, {30, 1, 0}});
  for (walk& w : s.walks) w.picked_bytes = 4;
  cut repeating; // in registers
  cut_nest(repeating, s.loops, s.walks, {.lanes = 16, .targets = 1, .repeats = true});
  CHECK(repeating.repeats == 3);
  CHECK(repeating.inner_extent() == 3600);
  CHECK(repeating.step(16) == 48);

  statement nothing = of({5, 0}, {{1, 1}, {0, 1}});
  CHECK(cut_of(nothing).wrapped == 0);
  statement gaps = of({1200, 3}, {{4, 1}, {0, 1}});
  CHECK(cut_of(gaps).wrapped == 0);
}

TEST_CASE("a short row at the end is a block of its own") {
  for (const index rows : {171, 1001, 100'003}) {
    // x(rows, 3) = y(rows, 3) + w(3)
    statement s = of({rows, 3}, {{3, 1}, {3, 1}, {0, 1}});
    const cut c = cut_of(s);
    CHECK(c.elements == 3 * rows);
    CHECK(c.last_row == 3 * rows % c.inner_extent());
    CHECK(c.inner_extent() % 8 == 0); // whole packs
    for (const index ranges : {1, 2, 3, 7})
      CHECK(visits(c, s.walks.front(), 3 * rows, ranges) == std::vector<int>(static_cast<std::size_t>(3 * rows), 1));
  }
}

TEST_CASE("narrow columns are folded in long rows") {
  const auto grouped = [](index rows, index columns, index row_stride, index element_stride) {
    statement s = of({rows, columns}, {{0, 1}, {row_stride, element_stride}}, {0});
    const cut c = cut_of(s, true);
    if (c.groups > 1) {
      CHECK(c.kind == block_kind::columns);
      CHECK(c.middle_count == (rows + c.groups - 1) / c.groups);
      CHECK(c.last_row == rows % c.groups * columns);
    }
    return c.groups;
  };
  CHECK(grouped(1000, 3, 3, 1) == 168); // of whole packs
  CHECK(grouped(1000, 4, 4, 1) == 16);  // as many as stay in registers
  CHECK(grouped(1001, 64, 64, 1) == 1);
  CHECK(grouped(50, 3, 3, 1) == 1);      // too few
  CHECK(grouped(1000, 3, 4, 1) == 1);    // gaps
  CHECK(grouped(1000, 3, 1, 1000) == 1); // by columns
}

TEST_CASE("rows are longer where one buffer is all that the first cache holds") {
  const auto panel = [](index element_bytes, std::initializer_list<index> strides) {
    statement s;
    s.loops.rank = 1;
    s.loops.extent[0] = 100000;
    for (const index stride : strides) s.walks.emplace_back().stride[0] = stride;
    statement_traits traits;
    traits.lanes = 8;
    traits.element_bytes = element_bytes;
    cut c;
    cut_nest(c, s.loops, s.walks, traits);
    return c.panel;
  };
  CHECK(panel(4, {1, -1}) == 2048);
  CHECK(panel(4, {2, 1}) == 2048); // the destination has a buffer too
  CHECK(panel(4, {1, -1, 2}) == 1024);
  CHECK(panel(8, {1, -1}) == 1024);
  CHECK(panel(4, {1, 1}) > 2048); // no buffers
}

TEST_CASE("little work is done for several results at once") {
  statement s = of({50, 60}, {{1, 0}, {60, 1}}, {1});
  const cut c = cut_of(s);
  CHECK(c.kind == block_kind::folds);
  CHECK(c.batch > 1);
  // Rows that are read again stay in the first cache, so only short ones share a block.
  statement longer = of({50, 6000}, {{1, 0}, {6000, 1}}, {1});
  CHECK(cut_of(longer).batch > 1);
  CHECK(cut_of(longer, false, true).batch == 1);
  statement large = of({50, 60000}, {{1, 0}, {60000, 1}}, {1});
  CHECK(cut_of(large).batch == 1);
}

TEST_CASE("expensive rows share a block where all threads have blocks enough") {
  const auto batch = [](index rows, double cost, int threads, bool buffers = false) {
    statement s = of({rows, 4096}, {{1, 0}, {4096, 1}}, {1});
    statement_traits traits;
    traits.lanes = 8;
    traits.cost = cost;
    traits.threads = threads;
    traits.buffers = buffers;
    cut c;
    cut_nest(c, s.loops, s.walks, traits);
    return c.batch;
  };
  CHECK(batch(4096, 1, 1) == 8);
  CHECK(batch(4096, 100, 1) == 5);
  CHECK(batch(4096, 100, 7) == 5);
  CHECK(batch(4096, 100, 1, true) == 1);
  CHECK(batch(64, 100, 2) == 2);
  CHECK(batch(64, 100, 7) == 1);
  CHECK(batch(4096, 10000, 1) == 1); // a row is worth entering by itself
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

TEST_CASE("panels of an operand that is transposed, and the same at all outer positions, come one after the other") {
  // Results, and the points of each pair.
  const auto pairs = [] { return of({30, 5000, 3}, {{5000, 1, 0}, {3, 0, 1}, {0, 3, 1}}, {2}); };
  statement s = pairs();
  const cut c = cut_of(s, true);
  CHECK(c.kind == block_kind::columns);
  CHECK(c.few_rows);
  CHECK(c.panels_outside);
  CHECK(c.panels > 1);
  for (const index ranges : {1, 2, 7}) {
    index number = 0;
    for (index part = 0; part < ranges; ++part)
      for_each_block(c, c.blocks * part / ranges, c.blocks * (part + 1) / ranges, [&](const block& b, index) {
        CHECK(b.outer[0] == number % 30);
        CHECK(b.begin == number++ / 30 * c.panel);
      });
    CHECK(number == 30 * c.panels);
    const std::vector<int> seen = visits(c, s.walks[0], 150000, ranges);
    CHECK(std::all_of(seen.begin(), seen.end(), [](int n) { return n == 3; }));
  }
  // An operand that is another one at each position gains nothing.
  statement images = of({30, 5000, 3}, {{5000, 1, 0}, {15000, 3, 1}}, {2});
  CHECK(!cut_of(images, true).panels_outside);
}

TEST_CASE("threads share panels of columns that are read again") {
  statement_traits traits;
  traits.lanes = 8;
  traits.revisits = true;
  const auto panels = [&](index threads) {
    traits.threads = threads;
    statement s = of({1000, 1024}, {{1024, 1}, {1024, 1}}, {0});
    cut c;
    cut_nest(c, s.loops, s.walks, traits);
    return c.panels;
  };
  CHECK(panels(1) < 7);
  CHECK(panels(7) >= 7);
  CHECK(panels(1000) == 16); // narrower ones would cost more than they bring
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
  for (const index last : {index{1}, index{2}, c.parts}) // whoever comes to a part first
    for_each_part(c,
                  last == 1   ? 0
                  : last == 2 ? 1
                              : 2,
                  last, [&](const block& part, index) {
                    CHECK(part.begin == covered);
                    covered += part.count;
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
