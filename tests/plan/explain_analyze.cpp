// SPDX-License-Identifier: MIT
// What is run to be timed: the assignment itself, as often as it is said, and each stage.
#include <support/catch.hpp>
#include <support/observed.hpp>
#include <tutti/tutti.hpp>

namespace tutti {
namespace {

void require_times(const execution_plan& plan) {
  CHECK(plan.seconds > 0);
  for (const plan_stage& s : plan.stages) {
    CHECK(s.seconds > 0);
    CHECK(s.roofline_share > 0);
    CHECK(s.roofline_share < 1);
  }
}

// A machine that nothing comes near to, and one thread.
struct known_machine {
  known_machine() {
    set_num_threads(1);
    set_machine(
        {.threads = 1, .flops_one_thread = 1e12, .flops_all_threads = 1e12, .levels = {{"all", 1e300, 1e13, 1e13}}});
  }
  ~known_machine() { set_num_threads(0); }
};

} // namespace

TEST_CASE("explain_analyze runs the assignment and times its stages") {
  const known_machine known;
  tensor<float, 2> x({64, 64}, 1.f), w({64, 64}, 1.f), y({64, 64});
  const auto plan = explain_analyze(y, transpose(matmul(x, w)) + transpose(matmul(w, x)) - 63, {.runs = 3});
  CHECK(y(5, 5) == 65.f);
  REQUIRE(plan.stages.size() == 3);
  require_times(plan);
  double sum = 0;
  for (const plan_stage& s : plan.stages) sum += s.seconds;
  CHECK(sum < 100 * plan.seconds);
  CHECK_THAT(plan.to_text(), ContainsSubstring("GFLOP/s, ") && ContainsSubstring("% of the roofline"));
  CHECK(calls_of([&] { explain_analyze(y, apply(counting(), x), {.runs = 5, .cold = true}); }) == 5 * x.size());
  // What reads its destination in another order is right as well.
  for (index i = 0; i < 64; ++i) x(i, 0) = 7;
  explain_analyze(x, transpose(x), {.runs = 2});
  CHECK(x(0, 9) == 7.f);
  CHECK(x(9, 0) == 1.f);
}

TEST_CASE("explain_analyze writes through views and names") {
  const known_machine known;
  tensor<float, 2> x({64, 64}, 7.f), y({64, 64});
  require_times(explain_analyze(y(all, range(0, 3)), x(all, range(0, 3)) * 2, {.runs = 2}));
  CHECK(y(0, 2) == 14.f);
  CHECK(y(0, 3) == 0.f);
  const auto n = named(y, "y");
  const auto part = explain_analyze(n(range(2, 4), all), named(x, "x")(range(0, 2), all) + 1, {.runs = 2});
  require_times(part);
  CHECK(part.stages[0].formula == "y[2:4, :] = x[:2, :] + 1");
  CHECK(y(2, 60) == 8.f);
  CHECK(y(4, 60) == 0.f);
  for (index i = 0; i < 64; ++i) y(i, 0) = static_cast<float>(i);
  require_times(explain_analyze(named(y, "y"), transpose(named(y, "y")), {.runs = 3}));
  CHECK(y(0, 9) == 9.f); // once, though run three times
}

TEST_CASE("explain_analyze of fixed tensors") {
  const known_machine known;
  const fixed<float, 3, 3> m{1, 2, 3, 4, 5, 6, 7, 8, 9};
  fixed<float, 3, 3> r;
  const auto plan = explain_analyze(r, m * 2 + 1, {.runs = 3});
  REQUIRE(plan.stages.size() == 1);
  CHECK(plan.stages[0].kind == "unrolled");
  CHECK(plan.seconds >= 0); // a clock may not see it pass
  CHECK(r(2, 1) == 17.f);
  // A name changes nothing of it.
  const auto by_name = explain_analyze(named(r, "r"), matmul(named(m, "m"), transpose(named(m, "m"))), {.runs = 2});
  CHECK(by_name.stages.back().kind == "unrolled");
  CHECK(by_name.stages.back().formula == "r = matmul(m, transpose(m))");
  CHECK(r(0, 1) == 32.f);
  const fixed<float, 3, 3> same = named(m, "m") + 0;
  static_assert(statically_shaped<decltype(named(m, "m") + 0)>);
  CHECK(same(2, 2) == 9.f);
  // Beside a tensor there are loops, and through a slice as well.
  const tensor<float, 2> x({3, 3}, 1.f);
  CHECK(explain_analyze(r, m + x, {.runs = 2}).stages[0].kind != "unrolled");
  CHECK(r(2, 2) == 10.f);
  explain_analyze(r(0, all), m(1, all) * 2, {.runs = 2});
  CHECK(r(0, 2) == 12.f);
  CHECK(r(1, 2) == 7.f);
}

TEST_CASE("explain_analyze_eval runs several results") {
  const known_machine known;
  tensor<float, 2> x({50, 80}, 1.f);
  const auto c = [&] { return apply(counting(), x); };
  execution_plan plan;
  CHECK(calls_of([&] { plan = explain_analyze_eval({.runs = 3}, sum(c(), 1), max(c(), 1)); }) == 3 * x.size());
  REQUIRE(plan.stages.size() == 1);
  CHECK(plan.stages[0].results == 2);
  require_times(plan);
  CHECK(plan.stages[0].seconds == plan.seconds);
  // One after the other, each is timed.
  const auto apart = explain_analyze_eval({.runs = 2}, x + 1, transpose(cumsum(x, 0)));
  CHECK(apart.stages.size() == 2);
  CHECK(apart.stages[0].seconds > 0);
  CHECK(apart.stages.back().seconds > 0);
  CHECK(apart.seconds > 0);
  require_times(explain_analyze_eval(sum(x, 1), mean(x, 1)));
  CHECK(explain_analyze_eval({.runs = 1}, sum(tensor<float, 2>({0, 3}), 1), tensor<float, 1>() * 2).seconds >= 0);
}

} // namespace tutti
