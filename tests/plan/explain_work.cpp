// SPDX-License-Identifier: MIT
// What a plan says is loaded, kept, shared or repeated, against functions that count how often they are called.
#include <support/catch.hpp>
#include <support/heap.hpp>
#include <support/observed.hpp>
#include <tutti/nn.hpp>
#include <tutti/tutti.hpp>

namespace tutti {

TEST_CASE("what a plan keeps or shares is computed once, what it calls repeated is computed again") {
  set_num_threads(1);
  tensor<float, 2> x({50, 200}, 1.f), y({50, 200});
  const auto c = [&] { return apply(counting(), x); };
  const index n = x.size();

  const auto softmax = exp(c() - 1.f) / sum(exp(c() - 1.f), 1, keepdims);
  const auto kept = explain(y, softmax);
  REQUIRE(kept.stages.size() == 1);
  CHECK(kept.stages[0].kept.size() == 1);
  CHECK(kept.stages[0].repeated.empty());
  CHECK(kept.stages[0].kept_in_target);
  CHECK(kept.stages[0].kept_bytes == 0);
  CHECK(calls_of([&] { y = softmax; }) == n);
  // Not where the formula reads the destination, or rows have gaps between their elements, or another type.
  const auto own = exp(y - 1.f) / sum(exp(y - 1.f), 1, keepdims);
  CHECK(explain(y, own).stages[0].kept_bytes >= 200 * 4);
  tensor<float, 2> wide({50, 400});
  auto gaps = wide(all, range(0, 400, 2));
  CHECK(explain(gaps, softmax).stages[0].kept_bytes >= 200 * 4);
  tensor<double, 2> doubles({50, 200});
  CHECK(explain(doubles, softmax).stages[0].kept_bytes >= 200 * 4);

  const auto twice = c() * c();
  const auto repeated = explain(y, twice);
  CHECK(repeated.stages[0].repeated.size() == 1);
  CHECK(calls_of([&] { y = twice; }) == 2 * n);
  CHECK_FALSE(repeated.warnings().empty());

  const auto shared = (x - sum(c(), 1, keepdims)) * sum(c(), 1, keepdims);
  const auto plan = explain(y, shared);
  CHECK(plan.stages[0].fused_reductions == 1);
  CHECK(plan.stages[0].shared == 1);
  CHECK(calls_of([&] { y = shared; }) == n);

  // A stage is computed once, whatever stretches its result.
  const auto staged = x - sum(c(), 0) / sum(x, 1, keepdims);
  CHECK(explain(y, staged).stages.size() == 2);
  CHECK(calls_of([&] { y = staged; }) == n);
  set_num_threads(0);
}

TEST_CASE("the bytes of a plan are those of the elements that are loaded") {
  set_num_threads(1);
  tensor<float, 2> x({60, 80}, 1.f), y({60, 80}), t({80, 60}, 1.f);
  tensor<float, 1> v({30}, 1.f), w({30});
  const auto check = [&](auto& to, const auto& e, index elements) {
    CHECK(explain(to, e).bytes() == (elements + to.size()) * 4);
    CHECK(calls_of([&] { to = e; }) == elements);
  };
  check(y, apply(counting(), x) + 1, 60 * 80);
  check(y, apply(counting(), x) + apply(counting(), transpose(t)), 2 * 60 * 80);
  check(w, sum(apply(counting(), x(range(0, 30), all)), 1), 30 * 80);
  check(w, apply(counting(), v(range(none, none, -1))), 30);
  CHECK(explain(y, x + x).stages[0].bytes_read == 60 * 80 * 4);                                      // one leaf, twice
  CHECK(explain(y, x + v(range(0, 1))).stages[0].bytes_read == 60 * 80 * 4 + 4);                     // stretched
  CHECK(explain(w(range(0, 28)), v(range(0, 28)) + v(range(2, 30))).stages[0].bytes_read == 30 * 4); // overlapping
  CHECK(explain(y, x + iota<float>({60, 80})).stages[0].bytes_read == 60 * 80 * 4);                  // computed
  const tensor<float, 4> images({2, 16, 12, 12}, 1.f), weights({40, 16, 3, 3}, 1.f);
  tensor<float, 4> z({2, 40, 10, 10});
  const auto e = nn::conv2d(apply(counting(), images), weights);
  CHECK(explain(z, e).stages[0].bytes_read == (images.size() + weights.size()) * 4);
  CHECK(calls_of([&] { z = e; }) == images.size());
  set_num_threads(0);
}

TEST_CASE("the plan of several results is that of their one sweep") {
  set_num_threads(1);
  tensor<float, 2> x({50, 80}, 1.f);
  const auto c = [&] { return apply(counting(), x); };
  const auto check = [&](const execution_plan& plan, const auto& run, index computed) {
    run();
    CHECK(arrays_of(run) == plan.temporaries());
    CHECK(calls_of(run) == computed);
  };
  const auto together = explain_eval(sum(named(x, "x"), 1), max(named(x, "x") * 2, 1));
  REQUIRE(together.stages.size() == 1);
  CHECK(together.stages[0].formula == "(result1, result2) = (sum(x, 1), max(x * 2, 1))");
  CHECK(together.stages[0].fused_reductions == 2);
  CHECK(together.stages[0].bytes_read == 50 * 80 * 4);
  CHECK(together.stages[0].bytes_written == 2 * 50 * 4);
  // What both results read and is expensive is kept for the second.
  CHECK(explain_eval(sum(c(), 1), max(c(), 1)).stages[0].kept.size() == 1);
  check(explain_eval(sum(c(), 1), max(c(), 1)), [&] { eval(sum(c(), 1), max(c(), 1)); }, x.size());
  check(explain_eval(sum(c(), 1), sum(c(), 1) * 2), [&] { eval(sum(c(), 1), sum(c(), 1) * 2); }, x.size());
  // A stage that both need runs once; what lies in no common domain is computed one after the other.
  check(explain_eval(x + sum(x, 0), x * 2), [&] { eval(x + sum(x, 0), x * 2); }, 0);
  const auto apart = explain_eval(x + 1, cumsum(x, 0));
  CHECK(apart.stages.size() >= 2);
  check(apart, [&] { eval(x + 1, cumsum(x, 0)); }, 0);
  set_num_threads(0);
}

TEST_CASE("results that no sweep has in common are computed once all the same") {
  const tensor<float, 2> x({50, 200}, 1.f);
  CHECK(explain_eval(x + 1, sum(x, 1)).stages.size() == 2);
  CHECK(calls_of([&] { eval(x + 1, sum(apply(counting(), x), 1)); }) == x.size());
  CHECK(calls_of([&] { eval(apply(counting(), x), sum(x, 0), cumsum(x, 0)); }) == x.size());
}

} // namespace tutti
