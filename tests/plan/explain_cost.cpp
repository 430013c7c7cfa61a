// SPDX-License-Identifier: MIT
// What explaining costs, and that planning without explaining costs none of it: counted by the heap.
#include <chrono>

#include <support/catch.hpp>
#include <support/heap.hpp>
#include <tutti/nn.hpp>
#include <tutti/tutti.hpp>

namespace tutti {
namespace {

struct heap_use {
  long arrays, blocks, bytes, kept;
};
template <class F>
heap_use heap_of(const F& f) {
  const heap_use before{arrays, small_blocks, small_bytes, small_blocks_held};
  f();
  return {arrays - before.arrays, small_blocks - before.blocks, small_bytes - before.bytes,
          small_blocks_held - before.kept};
}

template <class X>
auto softmax_of(const X& x) { return exp(x - max(x, 1, keepdims)) / sum(exp(x - max(x, 1, keepdims)), 1, keepdims); }

} // namespace

TEST_CASE("explaining takes microseconds") {
  tensor<float, 2> x({512, 512}), y({512, 512});
  const auto e = softmax_of(x);
  double least = 1;
  for (int run = 0; run < 200; ++run) {
    const auto start = std::chrono::steady_clock::now();
    const auto plan = explain(y, e);
    least = std::min(least, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    CHECK(plan.stages.size() == 1);
  }
  INFO("explain took " << least * 1e6 << " us");
  CHECK(least < 1e-3); // some 10 us where it is optimised
}

TEST_CASE("explaining allocates the texts of its stages and no more, whatever the size of the arrays") {
  const tensor<float, 2> small({8, 512}), large({2048, 512}), w({512, 512});
  tensor<float, 2> y({8, 512}), z({2048, 512});
  const auto check = [](const auto& make_plan, std::size_t stages) {
    execution_plan plan;
    const heap_use made = heap_of([&] { plan = make_plan(); });
    REQUIRE(plan.stages.size() == stages);
    execution_plan copy;
    const heap_use copied = heap_of([&] { copy = plan; });
    INFO(made.blocks << " blocks of " << made.bytes << " bytes, " << made.kept << " kept; a copy of the plan has "
                     << copied.blocks << " of " << copied.bytes);
    CHECK(made.arrays == 0);
    CHECK(made.kept == copied.kept); // what is left is the plan
    CHECK(made.blocks < static_cast<long>(100 * stages));
    CHECK(made.bytes < static_cast<long>(16384 * stages));
    std::string text;
    const heap_use printed = heap_of([&] { text = plan.to_text(); });
    CHECK(printed.arrays == 0);
    CHECK(printed.kept == 1); // the text
    CHECK(heap_of([&] { plan = {}, copy = {}; }).kept == -made.kept - copied.kept);
    return made;
  };
  const auto of_small = check([&] { return explain(named(y, "y"), softmax_of(named(small, "x"))); }, 1);
  const auto of_large = check([&] { return explain(named(z, "y"), softmax_of(named(large, "x"))); }, 1);
  CHECK(std::abs(of_small.blocks - of_large.blocks) <= 8); // numbers may be longer
  check([&] { return explain(z, cumsum(matmul(large, w), 1) + large); }, 3);
}

TEST_CASE("planning without explaining makes no text: the heap is asked for nothing but temporaries") {
  set_num_threads(1);
  const tensor<float, 2> x({300, 500}, 1.f), t({500, 300}, 1.f), w({500, 500}, 1.f);
  tensor<float, 2> y({300, 500}), shares({300, 500}), parts({300, 1000});
  const tensor<float, 4> pictures({2, 16, 20, 20}, 1.f), filters({16, 16, 3, 3}), point({16, 16, 1, 1});
  tensor<float, 4> images({2, 16, 20, 20});
  tensor<float, 1> rows({300});
  tensor<std::int64_t, 1> where_rows({300});
  const auto check = [](const auto& run, long temporaries) {
    run(); // what a thread keeps for its life is there from now on
    const heap_use used = heap_of(run);
    CHECK(used.blocks == 0);
    CHECK(used.arrays == temporaries);
  };
  check([&] { y = x * 2 + 1; }, 0);
  check([&] { y = x + transpose(t); }, 0);
  check([&] { parts(all, range(0, 1000, 2)) = x; }, 0);
  check([&] { y = softmax_of(x); }, 0);
  check([&] { y = x - mean(x, 0); }, 0);
  check([&] { rows = sum(x, 1); }, 0);
  check([&] { where_rows = argmax(x, 1); }, 0);
  check([&] { y = matmul(x, w) + 1; }, 0);
  check([&] { y = cumsum(x, 1); }, 0);
  check([&] { parts = concatenate(1, x, x * 2); }, 0);
  check([&] { y = einsum<"ij,jk->ik">(x, w); }, 0);
  check([&] { rows = einsum<"ij->i">(x); }, 0);
  check([&] { images = nn::max_pool2d(pictures, 3, {.stride = 1, .padding = 1}); }, 0);
  check([&] { images = nn::avg_pool2d(pictures, 3, {.stride = 1, .padding = 1}); }, 0);
  check([&] { images = nn::conv2d(pictures, point); }, 0);
  check([&] { images = nn::relu(nn::conv2d(pictures, filters, {.padding = 1}) + 1); }, 2); // as they are laid out
  check([&] { eval(x + 1, x * 2); }, 2);
  check([&] { y = (x - mean(x, 0)) / sum(x, 1, keepdims); }, 1);
  check([&] { parts(all, range(1, 501)) = parts(all, range(0, 500)); }, 1);
  set_num_threads(0);
}

} // namespace tutti
