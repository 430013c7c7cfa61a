// SPDX-License-Identifier: MIT
// The team of threads that a plan says an assignment wakes, against their identities and the processor time of others.
#include <time.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include <support/catch.hpp>
#include <support/observed.hpp>
#include <tutti/nn.hpp>
#include <tutti/tutti.hpp>

namespace tutti {

namespace {

index threads_in(const execution_plan& plan) { return plan.stages.back().threads; }

double seconds_of(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

// The processor time of the threads but this one while it runs f, as a multiple of its own: no load of the machine gives
// work to a thread that was not asked. What waits for work after an earlier assignment is left to fall asleep first.
template <class F>
std::pair<double, double> shares_of_others(const F& f) {
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  double least = 1e9, most = 0;
  for (int round = 0; round < 20; ++round) {
    const double all = seconds_of(CLOCK_PROCESS_CPUTIME_ID), own = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    double took = 0;
    do f();
    while ((took = seconds_of(CLOCK_THREAD_CPUTIME_ID) - own) < 1e-3); // long beside the reading of two clocks
    const double others = (seconds_of(CLOCK_PROCESS_CPUTIME_ID) - all - took) / took;
    least = std::min(least, others);
    most = std::max(most, others);
  }
  return {least, most};
}

} // namespace

TEST_CASE("a plan says how many threads run") {
  for (const int available : {1, 2, 3}) {
    set_num_threads(available);
    for (const index n : {100, 4096, 5000, 20000, 300000}) {
      tensor<float, 1> x({n}, 1.f), y({n});
      const auto e = apply(identifying(), x);
      CHECK(threads_of([&] { y = e; }) == threads_in(explain(y, e)));
      float total = 0;
      const auto s = sum(e);
      CHECK(threads_of([&] { total = s; }) == threads_in(explain(s)));
      CHECK(total == static_cast<float>(n));
    }
    for (const index rows : {1, 3, 700}) {
      tensor<float, 2> x({rows, 300}, 1.f), y({rows, 300});
      const auto e = apply(identifying(), x) - mean(x, 1, keepdims);
      CHECK(threads_of([&] { y = e; }) == threads_in(explain(y, e)));
      const auto c = apply(identifying(), x) - mean(x, 0);
      CHECK(threads_of([&] { y = c; }) == threads_in(explain(y, c)));
    }
  }
  set_num_threads(0);
}

TEST_CASE("windows and scans run on as many threads as their plan says") {
  const tensor<float, 4> x({8, 32, 64, 64}, 1.f), small({1, 1, 8, 8}, 1.f), w({4, 32, 3, 3}, 1.f);
  const tensor<float, 2> lines({500, 800}, 1.f);
  tensor<float, 4> y;
  tensor<float, 2> z;
  set_num_threads(2);
  const int available = num_threads();
  const auto check = [&](auto& to, const auto& e, int threads) {
    to = e;
    const execution_plan plan = explain(to, e);
    REQUIRE(plan.stages.size() == 1);
    CHECK(threads_in(plan) == std::min(threads, available));
    const auto [least, most] = shares_of_others([&] { to = e; });
    INFO(plan.to_text() << "others took " << least << " to " << most << " of this thread's processor time");
    if (threads_in(plan) == 1) CHECK(least < 0.1);
    else CHECK(most > 0.25);
    set_num_threads(1);
    CHECK(threads_in(explain(to, e)) == 1);
    set_num_threads(2);
  };
  check(y, nn::max_pool2d(x, 5, {.stride = 1}), 2);
  check(y, nn::avg_pool2d(x, 5, {.stride = 1, .padding = 1}), 2);
  check(y, nn::max_pool2d(small, 2), 1);
  check(y, nn::conv2d(x, w), 2);
  check(y, nn::conv2d(small, small), 1);
  check(z, cumsum(lines, 1), 2);
  check(z, cumsum(lines(range(0, 20), all), 1), 1);
  check(z, cumsum(lines, 0), 1); // threads would disturb one another
  CHECK(threads_in(explain(z, cumsum(tensor<float, 2>({40, 10000}), 0))) == available);
  set_num_threads(0);
}

TEST_CASE("threads that share short rows write them past the caches") {
  const tensor<float, 2> x({500, 800}, 1.f);
  tensor<float, 2> y;
  const auto streams = [&](const auto& e) { return explain(y, e).stages.back().streams; };
  set_num_threads(2);
  if (num_threads() == 2) {
    CHECK(streams(x - mean(x, 0)));
    CHECK_FALSE(streams(x - mean(x, 1, keepdims))); // they have rows of their own
    const tensor<float, 2> wide({40, 10000}, 1.f);
    CHECK_FALSE(streams(wide - mean(wide, 0)));     // long ones
    CHECK_FALSE(streams(mean(x, 0, keepdims) + 1)); // and one is not worth it
    CHECK_THAT(explain(y, cumsum(x, 0)).stages[0].threads_why, ContainsSubstring("disturb one another"));
  }
  set_num_threads(1);
  CHECK_FALSE(streams(x - mean(x, 0)));
  set_num_threads(0);
}

TEST_CASE("a plan says why it has so many threads") {
  tensor<float, 2> x({2000, 300}), y;
  set_num_threads(1);
  CHECK_THAT(explain(y, x + 1).stages[0].threads_why, ContainsSubstring("no more are available"));
  set_num_threads(2);
  if (num_threads() == 2) {
    CHECK_THAT(explain(y, x + 1).stages[0].threads_why, ContainsSubstring("pays for 18"));
    CHECK_THAT(explain(y, x(range(0, 300), all) + 1).stages[0].threads_why, ContainsSubstring("all that are"));
    CHECK_THAT(explain(y, x(range(0, 30), all) + 1).stages[0].threads_why, ContainsSubstring("one block"));
    CHECK_THAT(explain(y, x(all, range(0, 60)) + 1).stages[0].threads_why, ContainsSubstring("pays for 3"));
  }
  set_num_threads(0);
}

TEST_CASE("what is one task runs on one thread") {
  const tensor<float, 1> v({1'000'000}), few({500});
  const tensor<float, 2> column({500, 2000});
  tensor<float, 1> sums({1'000'000}), two({2});
  tensor<float, 0> one;
  set_num_threads(2);
  for (const auto& plan :
       {explain(sums, cumsum(v, 0)), explain(one, matmul(v, v)), explain(two, matmul(few, column(all, range(0, 2))))}) {
    CHECK(threads_in(plan) == 1);
    if (num_threads() == 2) CHECK_THAT(plan.stages[0].threads_why, ContainsSubstring("one block"));
  }
  set_num_threads(0);
}

} // namespace tutti
