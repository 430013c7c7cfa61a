// SPDX-License-Identifier: MIT
// The loops, panels, tiles and blocks that a plan names, against the order in which the elements are visited: each element
// is its own position, and functions note which they are called with.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <tutti/nn.hpp>
#include <tutti/tutti.hpp>

namespace tutti {
namespace {

// One thread runs here. Positions below 2^24 are exact in float.
struct visit {
  int who;
  tutti::index at;
};
std::vector<visit> visits;

template <int Who>
struct noting {
  float operator()(float v) const {
    visits.push_back({Who, static_cast<index>(v)});
    return v;
  }
};
template <int Who, class X>
auto noted(const X& x) { return apply(noting<Who>(), x); }

template <class F>
void watch(const F& f) {
  visits.clear();
  f();
}

// How many visits in a row are the same function's, from the first on, or are neighbours besides.
std::vector<index> stretches(bool of_neighbours) {
  std::vector<index> lengths;
  for (std::size_t i = 0; i < visits.size(); ++i) {
    const bool goes_on =
        i > 0 && visits[i].who == visits[i - 1].who && (!of_neighbours || visits[i].at == visits[i - 1].at + 1);
    if (!goes_on) lengths.push_back(0);
    ++lengths.back();
  }
  return lengths;
}
std::vector<index> phases() { return stretches(false); }
std::vector<index> runs() { return stretches(true); }

// The number that follows these words in the plan.
index number_after(const std::string& text, const std::string& words) {
  const std::size_t at = text.find(words);
  INFO(text << " has no " << words);
  REQUIRE(at != std::string::npos);
  return std::stol(text.substr(at + words.size()));
}
// The number that stands before these words.
index number_before(const std::string& text, const std::string& words) {
  const std::size_t at = text.find(words);
  INFO(text << " has no " << words);
  REQUIRE(at != std::string::npos);
  const std::size_t space = text.rfind(' ', at - 1);
  return std::stol(text.substr(space == std::string::npos ? 0 : space + 1));
}

struct one_thread {
  one_thread() { set_num_threads(1); }
  ~one_thread() { set_num_threads(0); }
};

} // namespace

TEST_CASE("a loop nest goes over its loops in their order") {
  const one_thread alone;
  const tensor<float, 3> x = iota<float>({6, 70, 640});
  tensor<float, 3> y({6, 70, 1000});
  const auto e = noted<1>(x(all, all, range(0, 320)));
  const auto to = y(all, all, range(0, 320));
  const auto plan = explain(to, e);
  CHECK(plan.stages[0].loops.starts_with("420 x [320]")); // two axes are one loop
  watch([&] { to = e; });
  CHECK(runs() == std::vector<index>(420, 320));
  for (std::size_t row = 0; row < 420; ++row) CHECK(visits[row * 320].at == static_cast<index>(row) * 640);

  // What lies without gaps is one loop; threads take whole panels of it.
  const tensor<float, 2> whole = iota<float>({300, 640});
  tensor<float, 2> z({300, 640});
  CHECK(explain(z, noted<1>(whole)).stages[0].loops.starts_with("[192000] in panels of "));
  watch([&] { z = noted<1>(whole); });
  CHECK(runs() == std::vector<index>{192000});

  // The destination's order decides,
  tensor<float, 2> across({640, 300}), narrow({50000, 4});
  const tensor<float, 2> columns = iota<float>({4, 50000});
  const auto turned = explain(transpose(across(all, all)), noted<1>(whole));
  watch([&] { transpose(across(all, all)) = noted<1>(whole); });
  CHECK(turned.stages[0].loops.starts_with("[640 x 300] in panels of "));
  const auto panel = static_cast<std::size_t>(number_after(turned.stages[0].loops, "panels of "));
  REQUIRE(visits.size() == 192000);
  for (std::size_t i = 0; i < panel; ++i) CHECK(visits[i].at == static_cast<index>(i) * 640);
  CHECK(visits[panel].at == 1); // the next row
  // and where it has short rows, several are one loop.
  const auto short_rows = explain(narrow, noted<1>(transpose(columns)) + 1);
  const std::string& loops = short_rows.stages[0].loops;
  const index row = number_after(loops, "["); // some rows of a longer one
  CHECK((number_after(loops, "") - 1) * row + number_after(loops, "the last of ") == columns.size());
  CHECK_THAT(loops, ContainsSubstring("short loops in one"));
  watch([&] { narrow = noted<1>(transpose(columns)) + 1; });
  REQUIRE(static_cast<index>(visits.size()) == columns.size());
  for (std::size_t i = 0; i < visits.size(); ++i)
    if (const auto at = static_cast<index>(i); visits[i].at != at % 4 * 50000 + at / 4) FAIL("visit " << i);
}

TEST_CASE("a fused reduction goes over as many results at once as its plan says") {
  const one_thread alone;
  const tensor<float, 2> x = iota<float>({480, 640});
  tensor<float, 2> y({480, 640});
  const auto e = noted<2>(x) - sum(noted<1>(x), 1, keepdims);
  const plan_stage stage = explain(y, e).stages.back();
  CHECK(stage.kind == "row-fused reduction");
  CHECK(stage.loops.starts_with("480 x [640], "));
  const index batch = number_before(stage.loops, " results at once");
  CHECK(480 % batch == 0);
  watch([&] { y = e; });
  CHECK(runs() == phases()); // the rows of a batch, one after the other
  CHECK(phases() == std::vector<index>(static_cast<std::size_t>(2 * 480 / batch), batch * 640));
  for (std::size_t i = 0; i < visits.size(); i += static_cast<std::size_t>(2 * batch * 640)) {
    CHECK(visits[i].who == 1); // folded first,
    CHECK(visits[i].at == static_cast<index>(i) / 2);
    CHECK(visits[i + static_cast<std::size_t>(batch * 640)].who == 2); // then read once more
  }
}

TEST_CASE("column panels are as wide as their plan says") {
  const one_thread alone;
  const tensor<float, 2> x = iota<float>({2048, 1024});
  tensor<float, 2> y({2048, 1024});
  const auto e = noted<2>(x) - sum(noted<1>(x), 0);
  const plan_stage stage = explain(y, e).stages.back();
  CHECK(stage.kind == "column panels");
  CHECK(stage.loops.starts_with("[2048 x 1024] in panels of "));
  const index panel = number_after(stage.loops, "panels of ");
  CHECK(1024 % panel == 0);
  watch([&] { y = e; });
  CHECK(phases() == std::vector<index>(static_cast<std::size_t>(2 * 1024 / panel), 2048 * panel));
  for (std::size_t i = 0; i < visits.size(); ++i) {
    const index column = visits[i].at % 1024, number = static_cast<index>(i) / (2 * 2048 * panel);
    if (column / panel != number) FAIL("column " << column << " in panel " << number);
  }
}

TEST_CASE("tiles have as many rows and columns as their plan says") {
  const one_thread alone;
  const tensor<float, 2> x = iota<float>({512, 1024}), t = iota<float>({1024, 512});
  tensor<float, 2> y({512, 1024});
  const auto e = noted<1>(x) + transpose(t);
  const plan_stage stage = explain(y, e).stages.back();
  CHECK(stage.kind == "transposed tiles");
  CHECK(stage.loops.starts_with("[512 x 1024] in panels of "));
  const index panel = number_after(stage.loops, "panels of "), rows = number_after(stage.loops, "tiles of ");
  CHECK(1024 % panel == 0);
  CHECK(512 % rows == 0);
  watch([&] { y = e; });
  REQUIRE(static_cast<index>(visits.size()) == y.size());
  for (const index run : runs()) CHECK(run % panel == 0);
  // Tile by tile: each is visited as a whole before the next.
  std::vector<std::pair<index, index>> tiles;
  for (const visit& v : visits) {
    const std::pair<index, index> tile{v.at / 1024 / rows, v.at % 1024 / panel};
    if (tiles.empty() || tiles.back() != tile) tiles.push_back(tile);
  }
  CHECK(static_cast<index>(tiles.size()) == 512 / rows * (1024 / panel));
}

TEST_CASE("a matrix product is cut into the blocks that its plan names") {
  const one_thread alone;
  const index m = 600, n = 700, k = 500;
  const tensor<float, 2> a = iota<float>({m, k}), b = iota<float>({k, n}), c = iota<float>({m, n});
  tensor<float, 2> z({m, n});
  const auto e = matmul(noted<1>(a), noted<2>(b)) + noted<3>(c);
  const auto plan = explain(z, e);
  const plan_stage& stage = plan.stages.back();
  CHECK(stage.loops == "[600 x 700 x 500]");
  REQUIRE(stage.blocking.size() == 1);
  // Where blocks are narrow, the left operand would be packed too often to be computed each time: it is a stage.
  const bool computes_left = plan.stages.size() == 1;
  CHECK(stage.prologue.size() == (computes_left ? 2 : 1));
  const std::string& blocks = stage.blocking[0];
  const index depth = std::min(k, number_before(blocks, " steps of"));
  const index columns = std::min(n, number_before(blocks, " columns,"));
  const index rows = number_after(blocks, "tiles of ");
  watch([&] { z = e; });
  if (!computes_left) {
    REQUIRE(phases()[0] == m * k);
    REQUIRE(visits[0].who == 1);
    visits.erase(visits.begin(), visits.begin() + m * k);
  }
  // The right operand is packed in blocks of `depth` rows and `columns` columns,
  REQUIRE(visits[0].who == 2);
  CHECK(phases()[0] == depth * columns);
  for (index i = 0; i < depth * columns; ++i) {
    const index at = visits[static_cast<std::size_t>(i)].at;
    if (at / n >= depth || at % n >= columns) FAIL("row " << at / n << ", column " << at % n);
  }
  // then the rows of the left one, as deep, which are kept for the other columns; those of a tile before its last sums;
  if (computes_left) {
    CHECK(visits[static_cast<std::size_t>(depth * columns)].who == 1);
    CHECK(phases()[1] == depth * (depth < k ? m : rows));
  }
  // and the epilogue's rows are those of tiles, as wide as a block, once their last sums are there.
  const auto first = std::find_if(visits.begin(), visits.end(), [](const visit& v) { return v.who == 3; });
  REQUIRE(first != visits.end());
  index wide = 0, high = 0;
  for (auto v = first; v != visits.end() && v->who == 3; ++v) {
    wide = std::max(wide, v->at % n + 1);
    high = std::max(high, v->at / n + 1);
  }
  CHECK(wide == columns);
  CHECK(high % rows == 0);
  // Neither of the operands is computed more often than it is packed.
  const auto visits_of = [](int who) {
    return std::count_if(visits.begin(), visits.end(), [&](const visit& v) { return v.who == who; });
  };
  CHECK(visits_of(1) == (computes_left ? m * k : 0));
  CHECK(visits_of(2) == k * n);
}

TEST_CASE("a scan writes its operand, then folds each line from its first element to its last") {
  const one_thread alone;
  const tensor<float, 2> x = iota<float>({100, 200});
  tensor<float, 2> y({100, 200});
  const auto e = cumsum(noted<1>(x), 1);
  const auto plan = explain(y, e);
  REQUIRE(plan.stages.size() == 2); // the operand, and the scan, which reads what is being written
  CHECK(plan.stages[1].kind == "scan");
  CHECK(plan.stages[1].loops == "100 lines x [200], 4 lines at once");
  CHECK(explain(y, cumsum(x, 1)).stages.size() == 1); // read where it is
  CHECK(plan.stages[1].in_place);
  CHECK(plan.stages[0].elements == x.size());
  watch([&] { y = e; });
  CHECK(static_cast<index>(visits.size()) == plan.stages[0].elements);
  CHECK(runs() == std::vector<index>{x.size()});
  CHECK(y(0, 199) == 199 * 100);
}

TEST_CASE("a convolution finishes its results task by task, in the blocks that its plan names") {
  const one_thread alone;
  const tensor<float, 4> x({2, 8, 20, 70}, 1.f);
  for (const index outputs : {1, 2, 5, 40}) {
    for (const index width : {70, 12}) {
      const tensor<float, 4> w({outputs, 8, 3, 3}, 1.f), at = iota<float>({2, outputs, 20, width});
      tensor<float, 4> y({2, outputs, 20, width});
      const auto e = nn::conv2d(x(all, all, all, range(0, width)), w, {.padding = 1}) * 0.f + noted<1>(at);
      const plan_stage stage = explain(y, e).stages.back();
      CHECK(stage.kind == "convolution");
      REQUIRE(stage.blocking.size() == 2);
      const index together = number_before(stage.blocking[0], " outputs in");
      const index rows = number_after(stage.blocking[1], "tasks of "),
                  pixels = number_before(stage.blocking[1], " pixels");
      watch([&] { y = e; });
      CHECK(static_cast<index>(visits.size()) == y.size());
      std::vector<std::array<index, 4>> tasks;
      for (const visit& v : visits) {
        const index pixel = v.at % width, row = v.at / width % 20, output = v.at / width / 20 % outputs;
        const std::array<index, 4> task{v.at / width / 20 / outputs, output / together, row / rows, pixel / pixels};
        if (tasks.empty() || tasks.back() != task) tasks.push_back(task);
      }
      const auto parts = [](index extent, index part) { return (extent + part - 1) / part; };
      CHECK(static_cast<index>(tasks.size()) == 2 * parts(outputs, together) * parts(20, rows) * parts(width, pixels));
    }
  }
}

TEST_CASE("products in a row go by as many rows at once as their plan says") {
  const one_thread alone;
  const index n = 512, d = 64;
  const tensor<float, 2> q({n, d}), k({n, d}), v({n, d}), at = iota<float>({n, n});
  tensor<float, 2> y({n, d});
  const auto scores = matmul(q, transpose(k)) * 0.f + noted<1>(at);
  const auto weights = exp(scores - max(scores, 1, keepdims));
  const auto e = matmul(weights / sum(weights, 1, keepdims) + noted<2>(at), v);
  const plan_stage stage = explain(y, e).stages.back();
  CHECK(stage.kind == "row panels");
  const index rows = number_after(stage.loops, "panels of ");
  CHECK(n % rows == 0);
  watch([&] { y = e; });
  CHECK(phases() == std::vector<index>(static_cast<std::size_t>(2 * n / rows), rows * n));
}

} // namespace tutti
