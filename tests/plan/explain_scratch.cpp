// SPDX-License-Identifier: MIT
// The scratch that a plan says a thread takes, against the most that one took while the assignment ran: to the byte.
#include <random>
#include <thread>

#include <support/catch.hpp>
#include <support/heap.hpp>
#include <tutti/nn.hpp>
#include <tutti/tutti.hpp>

namespace tutti {
namespace {

// The most that any of two threads took at a time while f ran.
template <class F>
index scratch_of(const F& f) {
  const auto each_thread = [](const auto& g) {
    kernel::parallel_ranges(2, 2, [&](index first, index last) {
      for (index i = first; i < last; ++i) g(i);
    });
  };
  each_thread([](index) { kernel::scratch::of_this_thread().reset_most_taken(); });
  f();
  std::array<index, 2> most{};
  each_thread([&](index i) { most[static_cast<std::size_t>(i)] = kernel::scratch::of_this_thread().most_taken(); });
  return std::max(most[0], most[1]);
}

index scratch_in(const execution_plan& plan) {
  index most = 0;
  for (const plan_stage& s : plan.stages) most = std::max(most, s.scratch_bytes);
  return most;
}

enum class takes { nothing, something, either };

template <class Y, class Make>
void check(const char* what, Y&& y, takes expected, const Make& make) {
  for (const int threads : {1, 2}) {
    set_num_threads(threads);
    y = make();
    const execution_plan plan = explain(y, make());
    INFO(what << " on " << threads << " threads\n" << plan.to_text());
    CHECK(scratch_in(plan) == scratch_of([&] { y = make(); }));
    if (expected != takes::either) CHECK((scratch_in(plan) > 0) == (expected == takes::something));
  }
  set_num_threads(0);
}

#define TUTTI_CHECK_SCRATCH(y, expected, ...) check(#__VA_ARGS__, y, takes::expected, [&] { return __VA_ARGS__; })

template <class X>
auto softmax_of(const X& x) { return exp(x - max(x, -1, keepdims)) / sum(exp(x - max(x, -1, keepdims)), -1, keepdims); }

} // namespace

TEST_CASE("loops take the scratch that their plan says") {
  const tensor<float, 2> x({600, 400}, 1.f), t({400, 600}, 1.f), large({2000, 1500}, 1.f), wide({600, 801}, 1.f);
  const tensor<double, 2> d({600, 400}, 1.);
  const tensor<float16, 2> h({600, 400});
  const tensor<float, 3> deep({40, 50, 3}, 1.f);
  const tensor<float> any({600, 400}, 1.f);
  tensor<float, 2> y({600, 400}), each_other({600, 800});
  tensor<float, 1> rows({600}), columns({400}), all_columns({1500});
  tensor<float, 0> one;
  tensor<std::int64_t, 1> where_rows({600}), where_columns({400});
  tensor<bool, 2> mask({600, 400});
  tensor<float> free({600, 400});
  TUTTI_CHECK_SCRATCH(y, nothing, x * 2 + 1);
  TUTTI_CHECK_SCRATCH(y, nothing, x / 3.f);
  TUTTI_CHECK_SCRATCH(free, something, transpose(transpose(any) / sum(any, 1)));
  TUTTI_CHECK_SCRATCH(y, something, x + transpose(t));
  TUTTI_CHECK_SCRATCH(y, something, x + wide(all, range(0, 800, 2)));
  TUTTI_CHECK_SCRATCH(y, something, x + iota<float>({600, 400}));
  TUTTI_CHECK_SCRATCH(y, nothing, d + h);
  TUTTI_CHECK_SCRATCH(mask, nothing, x > d);
  TUTTI_CHECK_SCRATCH(each_other(all, range(0, 800, 2)), something, x + 1);
  TUTTI_CHECK_SCRATCH(y, something, softmax_of(x));
  TUTTI_CHECK_SCRATCH(y, something, (x - mean(x, 1, keepdims)) / sqrt(variance(x, 1, keepdims) + 1e-5f));
  TUTTI_CHECK_SCRATCH(y, something, (x - mean(x, 0)) / sqrt(variance(x, 0)));
  TUTTI_CHECK_SCRATCH(y, something, (x - mean(x, 0)) / sum(x, 1, keepdims));
  TUTTI_CHECK_SCRATCH(rows, something, sum(x, 1));
  TUTTI_CHECK_SCRATCH(columns, something, sum(x, 0));
  TUTTI_CHECK_SCRATCH(columns, something, max(transpose(t), 0));
  TUTTI_CHECK_SCRATCH(one, something, sum(large));
  TUTTI_CHECK_SCRATCH(all_columns, something, sum(large, 0));
  TUTTI_CHECK_SCRATCH(one, something, sum(deep));
  TUTTI_CHECK_SCRATCH(where_rows, something, argmax(x, 1));
  TUTTI_CHECK_SCRATCH(where_columns, something, argmin(x, 0));
  TUTTI_CHECK_SCRATCH(y, something, cumsum(x + transpose(t), 0) * 2);
  TUTTI_CHECK_SCRATCH(each_other, something, concatenate(1, x + transpose(t), x));
}

TEST_CASE("products take the scratch that their plan says") {
  const tensor<float, 2> a({300, 500}, 1.f), b({500, 400}, 1.f), bt({400, 500}, 1.f), square({90, 90}, 1.f);
  const tensor<float, 2> wide({300, 1000}, 1.f), tall({12, 9000}, 1.f), long_b({9000, 700}, 1.f);
  const tensor<double, 2> d({500, 400}, 1.);
  const tensor<float16, 2> h({300, 500});
  const tensor<std::complex<float>, 2> z({120, 150}), zb({150, 130});
  const tensor<std::int8_t, 2> i({300, 500}, 1);
  const tensor<std::uint8_t, 2> u({500, 400}, 1);
  const tensor<float, 3> batch({6, 70, 80}, 1.f), batch_b({6, 80, 60}, 1.f);
  const tensor<float, 1> v({500}, 1.f), w({1000}, 1.f), bias({400}, 1.f);
  tensor<float, 2> y({300, 400}), turned({400, 300}), small({90, 90}), strided({300, 800}), few({12, 700});
  tensor<double, 2> wide_y({300, 400});
  tensor<std::complex<float>, 2> zy({120, 130});
  tensor<std::int32_t, 2> sums({300, 400});
  tensor<float, 3> batch_y({6, 70, 60});
  tensor<float, 1> rows({300}), columns({400});
  TUTTI_CHECK_SCRATCH(y, something, matmul(a, b));
  TUTTI_CHECK_SCRATCH(y, something, matmul(exp(a), b * 2));
  TUTTI_CHECK_SCRATCH(y, something, relu(matmul(a, b) + bias));
  TUTTI_CHECK_SCRATCH((view<float, 2>(turned.data(), {300, 400}, {1, 300})), something, matmul(a, b));
  TUTTI_CHECK_SCRATCH(strided(all, range(0, 800, 2)), something, matmul(a, b));
  TUTTI_CHECK_SCRATCH(few, something, matmul(tall, long_b) + 1);
  TUTTI_CHECK_SCRATCH(small, nothing, matmul(square, square));
  TUTTI_CHECK_SCRATCH(wide_y, something, matmul(a, d));
  TUTTI_CHECK_SCRATCH(y, something, matmul(h, b));
  TUTTI_CHECK_SCRATCH(zy, something, matmul(z, zb));
  TUTTI_CHECK_SCRATCH(sums, something, matmul(cast<std::int32_t>(i), cast<std::int32_t>(u)));
  TUTTI_CHECK_SCRATCH(batch_y, something, matmul(batch * 2, batch_b));
  TUTTI_CHECK_SCRATCH(rows, nothing, matmul(a, v));
  TUTTI_CHECK_SCRATCH(rows, something, matmul(wide(all, range(0, 1000, 2)), w(range(0, 1000, 2))));
  TUTTI_CHECK_SCRATCH(columns, either, matmul(v, b));
  TUTTI_CHECK_SCRATCH(columns, something, matmul(v, b * 2));
  TUTTI_CHECK_SCRATCH(y, something, einsum<"ik,kl,lj->ij">(a, transpose(a + 1), y) * 2);
  TUTTI_CHECK_SCRATCH(y, something, softmax_of(matmul(a, b)));
  TUTTI_CHECK_SCRATCH(y, something, matmul(softmax_of(matmul(a, b) / 8), transpose(bt)(range(0, 400), all)));
}

TEST_CASE("windows take the scratch that their plan says") {
  const tensor<float, 4> x({2, 16, 30, 30}, 1.f), last({2, 30, 30, 16}, 1.f);
  const tensor<float, 4> w({40, 16, 3, 3}, 1.f), few({1, 16, 3, 3}, 1.f), each({16, 1, 3, 3}, 1.f),
      pairs({48, 8, 3, 3});
  const tensor<float, 4> point({40, 16, 1, 1}, 1.f), back({16, 40, 3, 3}, 1.f);
  const tensor<float, 3> bias({40, 1, 1}, 1.f);
  tensor<float, 4> y;
  constexpr auto channels_last = image_layout::channels_last;
  TUTTI_CHECK_SCRATCH(y, something, nn::conv2d(x, w, {.padding = 1}));
  TUTTI_CHECK_SCRATCH(y, something, nn::relu(nn::conv2d(x * 2, w, {.stride = 2}) + bias));
  TUTTI_CHECK_SCRATCH(y, something, nn::conv2d(x, few, {.padding = 1}));
  TUTTI_CHECK_SCRATCH(y, something, nn::conv2d(x, each, {.groups = 16}));
  TUTTI_CHECK_SCRATCH(y, something, nn::conv2d(x, pairs, {.groups = 2}));
  TUTTI_CHECK_SCRATCH(y, something, nn::conv2d(x, point) + bias);
  TUTTI_CHECK_SCRATCH(y, something, nn::conv_transpose2d(x, back, {.stride = 2}));
  TUTTI_CHECK_SCRATCH(y, something, nn::conv2d(nn::conv2d(x, w, {.padding = 1}), back, {.padding = 1}));
  TUTTI_CHECK_SCRATCH(y, something, nn::max_pool2d(x, 2));
  TUTTI_CHECK_SCRATCH(y, something, nn::max_pool2d(x + flip(x, 2), 3, {.stride = 1, .padding = 1}));
  TUTTI_CHECK_SCRATCH(y, something, nn::avg_pool2d(x, 3, {.padding = 1, .count_include_pad = false}));
  TUTTI_CHECK_SCRATCH(y, something,
                      nn::avg_pool2d(last, 2, {.padding = 1, .count_include_pad = false, .layout = channels_last}));
}

TEST_CASE("several results of one sweep take the scratch that their plan says") {
  const tensor<float, 2> x({500, 300}, 1.f);
  for (const int threads : {1, 2}) {
    set_num_threads(threads);
    const auto run = [&] { eval(mean(x, 1), variance(x, 1), max(x, 1)); };
    CHECK(scratch_in(explain_eval(mean(x, 1), variance(x, 1), max(x, 1))) == scratch_of(run));
    CHECK(scratch_in(explain_eval(x + 1, cumsum(x, 0))) == scratch_of([&] { eval(x + 1, cumsum(x, 0)); }));
  }
  set_num_threads(0);
}

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
