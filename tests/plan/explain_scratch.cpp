// SPDX-License-Identifier: MIT
// Planning takes no scratch itself, and plans of many shapes say rightly how much will be taken.
#include <random>
#include <thread>

#include <support/catch.hpp>
#include <support/heap.hpp>
#include <support/scratch.hpp>
#include <tutti/nn.hpp>
#include <tutti/tutti.hpp>

namespace tutti {

TEST_CASE("statements of random shapes take the scratch that their plan says") {
  std::mt19937 engine(20260102);
  const auto extent = [&] {
    static constexpr index extents[] = {1, 2, 3, 7, 16, 33, 64, 129, 300, 700};
    return extents[std::uniform_int_distribution<std::size_t>(0, std::size(extents) - 1)(engine)];
  };
  for (int round = 0; round < 25; ++round) {
    const index m = extent(), n = extent(), k = extent();
    CAPTURE(m, n, k);
    const tensor<float, 2> x({m, n}, 1.f), t({n, m}, 1.f), a({m, k}, 1.f), b({k, n}, 1.f);
    tensor<float, 2> y({m, n});
    tensor<float, 1> rows({m}), columns({n});
    TUTTI_CHECK_SCRATCH(y, either, x + transpose(t));
    TUTTI_CHECK_SCRATCH(rows, either, sum(x * transpose(t), 1));
    TUTTI_CHECK_SCRATCH(columns, either, max(x, 0));
    TUTTI_CHECK_SCRATCH(y, either, x / sum(x, 0));
    TUTTI_CHECK_SCRATCH(y, either, softmax_of(x));
    TUTTI_CHECK_SCRATCH(y, either, matmul(a, b));
    TUTTI_CHECK_SCRATCH(y, either, relu(matmul(a * 2, b) + x));
  }
}

TEST_CASE("a plan asks the heap for no scratch") {
  const tensor<float, 2> x({600, 600}, 1.f);
  tensor<float, 2> y({600, 600});
  std::thread([&] { // which has none yet
    const long before = arrays;
    const execution_plan plan = explain(y, matmul(x * 2, softmax_of(x)) + transpose(x));
    CHECK(arrays == before);
    CHECK(scratch_in(plan) > 100'000);
    CHECK(kernel::scratch::of_this_thread().most_taken() == 0);
    CHECK_THAT(plan.to_text(), ContainsSubstring("scratch   "));
    CHECK_THAT(plan.to_json(), ContainsSubstring("\"scratch_bytes\": "));
  })
      .join();
  CHECK(explain(y, x + 1).to_text().find("scratch") == std::string::npos);
}

} // namespace tutti
