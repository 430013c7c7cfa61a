// SPDX-License-Identifier: MIT
// A convolution's plan: its stage, the work around it, and, against the heap, the arrays in which it lays its operands out.
#include <support/catch.hpp>
#include <support/planned_arrays.hpp>
#include <tutti/nn.hpp>
#include <tutti/tutti.hpp>

namespace tutti {

TEST_CASE("the stage of a convolution") {
  const tensor<float, 4> x({2, 3, 20, 20}), w({40, 3, 3, 3}), point({40, 3, 1, 1}), each({3, 1, 3, 3});
  tensor<float, 4> y({2, 40, 20, 20});
  const auto plan = explain(y, nn::conv2d(x * 2, w, {.padding = 1}));
  REQUIRE(plan.stages.size() == 1);
  const auto& stage = plan.stages[0];
  CHECK(stage.kind == "convolution");
  CHECK(stage.loops == "2 x [400 pixels x 40 outputs], 9 taps of 3 channels");
  CHECK(stage.prologue.size() == 1);
  CHECK(stage.flops >= 2.0 * 2 * 400 * 40 * 27);
  CHECK(explain(y, nn::conv2d(x, each, {.groups = 3})).stages[0].loops ==
        "2 x [324 pixels x 3 outputs], 9 taps of 1 channels, 3 groups");
  CHECK(explain(y, nn::conv2d(x, point)).stages[0].kind == "GEMM");
  CHECK(explain(y, nn::conv2d(x, point)).stages[0].loops == "2 x [40 x 400 x 3]");
  CHECK(explain(y, nn::max_pool2d(x, 2)).stages[0].kind == "max_pool");
}

TEST_CASE("work around a convolution is its epilogue") {
  const tensor<float, 4> x({2, 3, 20, 20}), w({40, 3, 3, 3}), point({40, 3, 1, 1}), next({40, 40, 3, 3});
  const tensor<float, 3> b({40, 1, 1});
  tensor<float, 4> y({2, 40, 20, 20}), z({2, 40, 16, 16});
  const auto layer = [&](const auto& weights, int padding) {
    return nn::relu(nn::conv2d(x, named(weights, "w"), {.padding = padding}) + named(b, "b"));
  };
  for (const auto& plan : {explain(y, layer(w, 1)), explain(y, layer(point, 0))}) {
    REQUIRE(plan.stages.size() == 1);
    CHECK(plan.stages[0].epilogue == "maximum(product + b, 0)");
    CHECK(plan.stages[0].allocated == 0);
  }
  // A layer under a layer is written where the windows read it.
  const auto two = explain(z, nn::conv2d(layer(w, 0), next));
  REQUIRE(two.stages.size() == 2);
  CHECK(two.stages[0].epilogue == "maximum(product + b, 0)");
  CHECK(two.stages[1].kind == "convolution");
  // What reads the destination otherwise than element for element comes to other memory first.
  CHECK(explain(y, flip(y, 1) + layer(w, 1)).stages[0].replaces);
}

TEST_CASE("a plan has the arrays in which a convolution lays its operands out") {
  set_num_threads(1);
  const tensor<float, 4> x({2, 16, 20, 20}, 1.f), last({2, 20, 20, 16}, 1.f);
  const tensor<float, 4> w({40, 16, 3, 3}, 1.f), few({1, 16, 3, 3}, 1.f), each({16, 1, 3, 3}, 1.f);
  const tensor<float, 4> point({40, 16, 1, 1}, 1.f), turned({16, 40, 3, 3}, 1.f);
  tensor<float, 4> y;
  const auto check = [&](const auto& make, index layouts, index temporaries) {
    const execution_plan plan = planned_arrays(y, make);
    INFO(plan.to_text());
    CHECK(plan.stages.back().layouts == layouts);
    CHECK(plan.temporaries() == temporaries);
    const long before = array_bytes;
    y = make();
    CHECK(array_bytes - before == plan.temporary_bytes() + plan.stages.back().layout_bytes);
  };
  const image_layout channels_last = image_layout::channels_last;
  check([&] { return nn::conv2d(x, w, {.padding = 1}); }, 2, 0);
  check([&] { return nn::relu(nn::conv2d(x * 2, w, {.stride = 2}) + 1); }, 2, 0);
  check([&] { return nn::conv2d(last, w, {.padding = 1, .layout = channels_last}); }, 2, 0);
  check([&] { return nn::conv2d(x, few, {.padding = 1}); }, 1, 0);
  check([&] { return nn::conv2d(x * 2, few, {.padding = 1}); }, 1, 1);
  check([&] { return nn::conv2d(x, each, {.groups = 16}); }, 1, 0);
  check([&] { return nn::conv2d(x, point); }, 0, 0);
  // The four phases of a transposed convolution lay theirs out one after the other.
  check([&] { return nn::conv_transpose2d(x, turned, {.stride = 2}); }, 8, 0);
  // What is computed where the windows read it is no temporary.
  check([&] { return nn::conv2d(x - mean(x, 1, keepdims), w); }, 2, 0);
  check([&] { return nn::conv2d(nn::max_pool2d(x, 2), w) + 1; }, 2, 0);
  check([&] { return nn::conv2d(nn::max_pool2d(x, 2), few); }, 1, 1);
  const execution_plan two = planned_arrays(y, [&] { return nn::conv2d(nn::conv2d(x, w), turned); });
  CHECK(two.arrays() == 4);
  CHECK(two.temporaries() == 0);
  set_num_threads(0);
}

} // namespace tutti
