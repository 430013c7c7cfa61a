// SPDX-License-Identifier: MIT
// A pooling's plan, against the heap and against the plan of the same fold written by hand.
#include <support/catch.hpp>
#include <support/heap.hpp>
#include <tutti/nn.hpp>
#include <tutti/tutti.hpp>

namespace tutti {

TEST_CASE("the plan of a pooling of channels that come last is that of its fold") {
  const tensor<float, 4> memory({8, 64, 64, 32});
  tensor<float, 4> y({8, 32, 32, 32});
  const auto x = named(memory, "x");
  const auto plan = explain(named(y, "y"), nn::max_pool2d(x, 2, {.layout = image_layout::channels_last}));
  REQUIRE(plan.stages.size() == 1);
  const plan_stage& pool = plan.stages[0];
  CHECK(pool.kind == "max_pool");
  CHECK(pool.bytes_read == memory.size() * 4);
  const auto windows = sliding_window_view(x, {2, 2}, {1, 2})(all, range(0, 63, 2), range(0, 63, 2));
  const plan_stage fold = explain(y, max(windows, axes(4, 5))).stages[0];
  CHECK(pool.loops == fold.loops);
  CHECK(pool.threads == fold.threads);
  CHECK(pool.threads_why == fold.threads_why);
  CHECK(pool.flops == fold.flops);
}

TEST_CASE("the plan of a pooling by parts") {
  const tensor<float, 4> memory({8, 32, 64, 64});
  tensor<float, 4> y({8, 32, 32, 32});
  const auto plan = explain(named(y, "y"), nn::max_pool2d(named(memory, "x"), 2));
  REQUIRE(plan.stages.size() == 1);
  const plan_stage& pool = plan.stages[0];
  CHECK(pool.kind == "max_pool");
  CHECK(pool.formula == "y = max_pool2d(x, 2)");
  CHECK(pool.bytes_read == memory.size() * 4);
  CHECK(pool.loops == "8 x 32 x [1024 windows], 4 taps");
  CHECK(pool.flops == 4.0 * 8 * 32 * 1024);
}

TEST_CASE("a pooling has the temporaries that its plan says") {
  set_num_threads(1);
  const tensor<float, 4> x({2, 3, 20, 20}, 1.f);
  tensor<float, 4> y({2, 3, 10, 10}), padded({2, 3, 11, 11});
  const auto check = [](auto& to, const auto& e, index temporaries) {
    const auto plan = explain(to, e);
    INFO(plan.to_text());
    CHECK(plan.temporaries() == temporaries);
    to = e; // what a thread keeps for its life is there from now on
    CHECK(arrays_of([&] { to = e; }) == temporaries);
  };
  check(y, nn::max_pool2d(x, 2), 0);
  check(y, nn::avg_pool2d(x, 2), 0);
  check(y, nn::max_pool2d(x * 2, 2), 1);
  check(padded, nn::max_pool2d(x, 2, {.padding = 1}), 0);
  check(padded, nn::avg_pool2d(x, 2, {.padding = 1}), 0);
  check(padded, nn::avg_pool2d(x, 2, {.padding = 1, .count_include_pad = false}), 0);
  const tensor<float, 4> last({2, 20, 20, 3}, 1.f);
  tensor<float, 4> padded_last({2, 11, 11, 3});
  constexpr auto layout = image_layout::channels_last;
  check(padded_last, nn::avg_pool2d(last, 2, {.padding = 1, .count_include_pad = false, .layout = layout}), 1);
  const auto plan = explain(padded_last, nn::max_pool2d(named(last, "x"), 2, {.padding = 1, .layout = layout}));
  REQUIRE(plan.stages.size() == 2);
  CHECK(plan.stages[0].formula == "t1 = x");
  CHECK(plan.stages[0].allocated == 2 * 3 * 22 * 22 * 4);
  set_num_threads(0);
}

} // namespace tutti
