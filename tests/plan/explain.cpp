// SPDX-License-Identifier: MIT
// What a plan claims is measured here by something that knows nothing of plans: the heap, the threads' identities, and
// functions that count how often they are called.
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include <time.h>

#include <support/catch.hpp>
#include <support/heap.hpp>
#include <tutti/nn.hpp>
#include <tutti/tutti.hpp>

namespace tutti {

namespace {

std::atomic<long> calls{0};
std::mutex guard;
std::set<std::thread::id> seen;

// Counts its calls; without state, so that equal calls are equal.
struct counting {
  float operator()(float v) const {
    ++calls;
    return v;
  }
};
struct identifying {
  float operator()(float v) const {
    thread_local bool known = false;
    thread_local int round = 0;
    if (!known || round != current) {
      known = true;
      round = current;
      const std::lock_guard<std::mutex> lock(guard);
      seen.insert(std::this_thread::get_id());
    }
    return v;
  }
  static inline std::atomic<int> current{0};
};

template <class F>
long arrays_of(const F& f) {
  const long before = arrays;
  f();
  return arrays - before;
}
template <class F>
long calls_of(const F& f) {
  const long before = calls;
  f();
  return calls - before;
}
template <class F>
int threads_of(const F& f) {
  ++identifying::current;
  seen.clear();
  f();
  return static_cast<int>(seen.size());
}

// Plans and runs y = make(): the heap must be asked as often as the plan says. What a thread keeps for its life is there
// after a run before. (The expression is made anew each time, as the destination may get new memory.)
template <class Y, class F>
execution_plan planned_arrays(Y&& y, const F& make) {
  y = make();
  const execution_plan plan = explain(y, make());
  CHECK(arrays_of([&] { y = make(); }) == plan.arrays());
  return plan;
}

index threads_in(const execution_plan& plan) { return plan.stages.back().threads; }

} // namespace

TEST_CASE("explain computes nothing, asks for no array and changes nothing") {
  tensor<float, 2> x({64, 64}, 1.f), y({64, 64}, 2.f), z;
  CHECK(calls_of([&] {
          CHECK(arrays_of([&] {
                  explain(y, sum(apply(counting(), x), 0) + apply(counting(), transpose(y)));
                  explain(z, matmul(apply(counting(), x), y) + 1);
                  explain(cumsum(apply(counting(), x), 0));
                }) == 0);
        }) == 0);
  CHECK(z.size() == 0);
  CHECK(y(3, 3) == 2.f);
}

TEST_CASE("the stages of an einsum are its steps") {
  const tensor<float, 2> a({30, 2}), b({2, 40}), c({40, 3});
  tensor<float, 2> y({30, 3});
  const auto e = einsum<"ij,jk,kl->il">(named(a, "a"), named(b, "b"), named(c, "c"));
  const execution_plan plan = explain(named(y, "y"), e);
  REQUIRE(plan.stages.size() == 2);
  CHECK(plan.stages[0].formula == "t1 = einsum(\"jk,kl->jl\", b, c)");
  CHECK(plan.stages[0].flops == 2 * 2 * 40 * 3);
  CHECK(plan.stages[1].formula == "y = einsum(\"ij,jl->il\", a, t1)");
  CHECK(plan.stages[1].inputs[1].stage == 1);
  tensor<double, 2> wide({30, 3});
  CHECK(explain(wide, e).stages.size() == 3); // of another type: by way of a temporary
  CHECK(explain(y, einsum<"ij,jk,kl->il">(a(all, range(0)), b(range(0), all), c)).stages.size() == 1); // zeros
  CHECK(explain(named(y, "y"), einsum<"ij,jk->ik">(named(a, "a"), named(b, "b"))).stages[0].formula ==
        "y = matmul(a, b)");
}

TEST_CASE("a plan has as many temporaries as the assignment makes") {
  set_num_threads(1);
  tensor<float, 2> a({100, 100}, 1.f), b({100, 100}, 2.f), y({100, 100});
  tensor<float, 1> v({100}, 1.f);
  CHECK(planned_arrays(y, [&] { return a + b; }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return a + v; }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return y + a; }).stages.back().in_place);
  CHECK(planned_arrays(y, [&] {
          return exp(a - max(a, 1, keepdims)) / sum(exp(a - max(a, 1, keepdims)), 1, keepdims);
        }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return transpose(y); }).stages.back().replaces);
  CHECK(planned_arrays(y, [&] { return y / sum(y); }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return transpose(sum(a, 0, keepdims)) + b; }).temporaries() == 1);
  CHECK(planned_arrays(y, [&] { return (a - mean(a, 0)) / sum(a, 1, keepdims); }).temporaries() == 1);
  CHECK(planned_arrays(y, [&] { return relu(matmul(a, b) + v); }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return matmul(a, b); }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return matmul(y, b); }).temporaries() == 1);
  CHECK(planned_arrays(y, [&] { return matmul(a + b, transpose(b)); }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return matmul(a + b, matmul(a, b)) + transpose(matmul(a, a)); }).temporaries() == 2);
  CHECK(planned_arrays(y, [&] { return einsum<"ij,kj->ik">(a, b); }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return einsum<"ij,jk,kl->il">(a, b, a); }).temporaries() == 1);
  CHECK(planned_arrays(y, [&] { return einsum<"ij,kl,kj->jl">(a, b, exp(b)); }).temporaries() == 3);
  CHECK(planned_arrays(y, [&] { return matrix_power(a, 10); }).temporaries() == 3);
  CHECK(planned_arrays(y, [&] { return matrix_power(y, 2); }).temporaries() == 1);
  CHECK(planned_arrays(y, [&] { return cumsum(a, 1); }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return cumsum(a, 1) + b; }).temporaries() == 1);
  CHECK(planned_arrays(y, [&] { return concatenate(0, a(range(0, 50), all), b(range(0, 50), all)); }).temporaries() ==
        0);
  CHECK(planned_arrays(y, [&] { return reshape(transpose(a), 100, 100); }).temporaries() == 0);
  CHECK(planned_arrays(v, [&] { return sum(sum(reshape(a, 10, 10, 100), 2), 1); }).stages.size() == 2);
  set_num_threads(0);
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
  check([&] { return nn::conv_transpose2d(x, turned, {.stride = 2}); }, 2, 0);
  // What is computed where the windows read it is no temporary.
  check([&] { return nn::conv2d(x - mean(x, 1, keepdims), w); }, 2, 0);
  check([&] { return nn::conv2d(nn::max_pool2d(x, 2), w) + 1; }, 2, 0);
  check([&] { return nn::conv2d(nn::max_pool2d(x, 2), few); }, 1, 1);
  const execution_plan two = planned_arrays(y, [&] { return nn::conv2d(nn::conv2d(x, w), turned); });
  CHECK(two.arrays() == 4);
  CHECK(two.temporaries() == 0);
  set_num_threads(0);
}

TEST_CASE("a plan has the arrays to which a vector is copied") {
  set_num_threads(1);
  const tensor<float, 2> a({40, 300}, 1.f), large({500, 3000}, 1.f);
  const tensor<float, 1> v({600}, 1.f), w({6000}, 1.f), next({300}, 1.f);
  tensor<float, 1> y({40}), z({500});
  const auto layouts = [&](auto& to, const auto& make) { return planned_arrays(to, make).stages.back().layouts; };
  CHECK(layouts(y, [&] { return matmul(a, next); }) == 0);
  CHECK(layouts(y, [&] { return matmul(a, v(range(0, 600, 2))); }) == 1);
  CHECK(layouts(y, [&] { return matmul(a, exp(next)); }) == 1);
  CHECK(layouts(z, [&] { return matmul(large, w(range(0, 6000, 2))); }) == 1);
  set_num_threads(2);
  CHECK(layouts(z, [&] { return matmul(large, w(range(0, 6000, 2))); }) == std::min(num_threads(), 2));
  set_num_threads(0);
}

TEST_CASE("a plan for a view has as many temporaries as the assignment makes") {
  set_num_threads(1);
  tensor<float, 1> v({1000}, 1.f);
  tensor<float, 2> a({30, 40}, 1.f), row({1, 40}, 2.f);
  CHECK(planned_arrays(v(range(1, 1000)), [&] { return v(range(0, 999)); }).stages.back().kind == "copy");
  CHECK(planned_arrays(v(range(0, 500)), [&] { return v(range(500, 1000)); }).temporaries() == 0);
  CHECK(planned_arrays(a(all, all), [&] { return as_node(row); }).temporaries() == 0);
  CHECK(planned_arrays(a(all, all), [&] { return sum(a, 0, keepdims); }).temporaries() == 1);
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

TEST_CASE("the plan of fixed tensors is that the compiler writes them out") {
  fixed<float, 3, 3> m, r;
  const execution_plan plan = explain(r, m * 2 + 1);
  REQUIRE(plan.stages.size() == 1);
  CHECK(plan.stages[0].kind == "unrolled");
  CHECK(plan.stages[0].bytes() == 2 * 9 * 4);
  CHECK(plan.temporaries() == 0);
  CHECK_THAT(plan.to_text(), ContainsSubstring("1. unrolled: destination = float32(3, 3) * 2 + 1\n"));
  // With a tensor beside them there are loops.
  tensor<float, 2> x({3, 3});
  CHECK(explain(r, m + x).stages[0].kind != "unrolled");
  CHECK(explain(x, x + m).stages[0].bytes_read == 2 * 9 * 4);
}

TEST_CASE("in place means the same memory and no other") {
  tensor<float, 2> y({300, 40}, 2.f);
  const float* const before = y.data();
  for (int run = 0; run < 2; ++run) {
    const auto plan = explain(y, y / sum(y, 1, keepdims));
    CHECK(plan.stages.size() == 1);
    CHECK(plan.stages.back().in_place);
    CHECK(arrays_of([&] { y = y / sum(y, 1, keepdims); }) == 0);
    CHECK(y.data() == before);
  }
}

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

namespace {

// The processor time that this thread needs for f, at the least.
template <class F>
double own_seconds(const F& f) {
  const auto now = [] {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
  };
  double least = 1e9;
  for (int round = 0; round < 20; ++round) {
    const double start = now();
    for (int run = 0; run < 3; ++run) f();
    least = std::min(least, now() - start);
  }
  return least;
}

} // namespace

TEST_CASE("windows and scans run on as many threads as their plan says") {
  const tensor<float, 4> x({8, 32, 64, 64}, 1.f), small({1, 1, 8, 8}, 1.f), w({4, 32, 3, 3}, 1.f);
  const tensor<float, 2> lines({500, 800}, 1.f);
  tensor<float, 4> y;
  tensor<float, 2> z;
  set_num_threads(2);
  const int available = num_threads();
  // Of what one thread does alone, each of several has its part.
  const auto check = [&](auto& to, const auto& e, int threads) {
    to = e;
    const execution_plan plan = explain(to, e);
    REQUIRE(plan.stages.size() == 1);
    CHECK(threads_in(plan) == std::min(threads, available));
    const double shared = own_seconds([&] { to = e; });
    set_num_threads(1);
    CHECK(threads_in(explain(to, e)) == 1);
    const double alone = own_seconds([&] { to = e; });
    set_num_threads(2);
    INFO(plan.to_text() << "alone " << alone * 1e6 << " us, shared " << shared * 1e6 << " us");
    if (threads_in(plan) == 1) CHECK(shared > 0.75 * alone);
    else CHECK(shared < 0.75 * alone);
  };
  check(y, nn::max_pool2d(x, 2), 2);
  check(y, nn::avg_pool2d(x, 3, {.padding = 1}), 2);
  check(y, nn::max_pool2d(small, 2), 1);
  check(y, nn::conv2d(x, w), 2);
  check(y, nn::conv2d(small, small), 1);
  check(z, cumsum(lines, 1), 2);
  check(z, cumsum(lines(range(0, 20), all), 1), 1);
  set_num_threads(0);
}

TEST_CASE("a plan says which products take the short way") {
  const tensor<float, 2> small({32, 32}, 1.f), large({600, 600}, 1.f);
  const tensor<float, 1> v({32}, 1.f);
  tensor<float, 2> y({32, 32}), z({600, 600});
  tensor<float, 1> w({32});
  const auto is_short = [](const execution_plan& plan) {
    const auto& blocks = plan.stages.back().blocking;
    return blocks.size() == 1 && blocks[0].find("short way") != std::string::npos;
  };
  CHECK(is_short(explain(y, matmul(small, small))));
  CHECK(is_short(explain(y, matmul(named(small, "a"), named(small, "b")))));
  CHECK(is_short(explain(w, matmul(small, v))));
  CHECK_FALSE(is_short(explain(y, matmul(small + small, small))));
  CHECK_FALSE(is_short(explain(z, matmul(large, large))));
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

TEST_CASE("stages that a kernel only hands on are planned as the statements that they are") {
  const tensor<float, 2> a({50, 60}), b({60, 50}), none({50, 0});
  tensor<float, 1> d;
  tensor<float, 2> y;
  const execution_plan diagonals = explain(named(d, "d"), diagonal(matmul(named(a, "a"), named(b, "b"))));
  REQUIRE(diagonals.stages.size() == 2);
  CHECK(diagonals.stages[1].formula == "d = diagonal(t1)");
  CHECK(diagonals.stages[1].inputs == std::vector<plan_input>{{"t1", 50 * 4, 1}});
  const execution_plan identity = explain(named(y, "y"), matrix_power(matmul(a, b), 0));
  const execution_plan zeros = explain(named(y, "y"), einsum<"ij,kj,kl->il">(none, none, matmul(a, b)));
  CHECK(zeros.stages.back().formula == "y = 0");
  for (const auto* const plan : {&diagonals, &identity, &zeros}) {
    const plan_stage& s = plan->stages.back();
    INFO(plan->to_text());
    CHECK((s.kind == "loop nest" || s.kind == "flat loop"));
    CHECK_FALSE(s.threads_why.empty());
  }
  CHECK(planned_arrays(d, [&] { return diagonal(matmul(a, b)); }).temporaries() == 1);
  CHECK(planned_arrays(y, [&] { return matrix_power(matmul(a, b), 0); }).temporaries() == 0);
  CHECK(planned_arrays(y, [&] { return einsum<"ij,kj,kl->il">(none, none, matmul(a, b)); }).temporaries() == 0);
}

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
  CHECK(kept.stages[0].kept_bytes >= 200 * 4);
  CHECK(calls_of([&] { y = softmax; }) == n);

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

TEST_CASE("a plan tells which operands are packed, transposed or converted") {
  tensor<float, 2> x({60, 80}), y({60, 80}), t({80, 60}), wide({60, 160});
  tensor<double, 2> d({60, 80});
  const auto of = [&](const auto& e) { return explain(y, e).stages.back(); };
  CHECK(of(x + 1).packed + of(x + 1).transposed + of(x + 1).converted == 0);
  CHECK(of(x + transpose(t)).transposed == 1);
  CHECK(of(x + wide(all, range(0, 160, 2))).packed == 1);
  CHECK(of(x + d).converted == 2); // the operand, and the result
  CHECK(explain(y(all, range(0, 80, 2)), x(all, range(0, 40))).stages[0].scattered);
}

TEST_CASE("a scan of another type reads its operand by name") {
  const tensor<std::uint8_t, 2> x({30, 40});
  tensor<std::uint64_t, 2> y({30, 40});
  const execution_plan plan = explain(named(y, "y"), cumsum(named(x, "x"), 1));
  REQUIRE(plan.stages.size() == 2);
  CHECK(plan.stages[0].formula == "y = x");
  CHECK(plan.stages[1].formula == "y = cumsum(y, 1)");
}

TEST_CASE("a plan reads as a tree") {
  set_num_threads(1);
  tensor<float, 2> x({64, 32}), w({32, 64}), y({64, 64});
  tensor<float, 1> b({64});
  const auto activity = maximum(matmul(named(x, "x"), named(w, "w")) + named(b, "b"), 0.f);
  const auto plan = explain(named(y, "y"), activity / sum(activity, 0, keepdims));
  const std::string text = plan.to_text();
  CHECK_THAT(text,
             ContainsSubstring("2. column panels: y = maximum(t1 + b, 0) / sum(maximum(t1 + b, 0), 0, keepdims)\n"));
  CHECK_THAT(text, ContainsSubstring("\n└─ 1. GEMM: t1 = matmul(x, w)\n"));
  CHECK_THAT(text, ContainsSubstring("      loops     [64 x 64 x 32], packs of "));
  CHECK_THAT(text, ContainsSubstring("      threads   1 of 1: no more are available\n"));
  CHECK_THAT(text, ContainsSubstring("traffic   reads 16.0 KiB (x 8.0 KiB + w 8.0 KiB), writes 16.0 KiB (estimate)\n"));
  CHECK_THAT(text, ContainsSubstring("total     2 stages, 1 new array of 16.0 KiB\n"));
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(plan.to_text({.color = true}).find("\x1b[1m2. column panels\x1b[0m") != std::string::npos);
  std::ostringstream out;
  out << plan;
  CHECK(out.str() == text); // no terminal, no colours
  CHECK(text.find("warning") == std::string::npos);
  CHECK_THAT(plan.to_text({.warnings = true}), ContainsSubstring("warning   stage 1 makes a temporary of 16.0 KiB"));
  CHECK(explain(tensor<float, 1>() + 1).to_text() == "nothing to do: no elements\n");
  set_num_threads(0);
}

TEST_CASE("warnings name what can be changed") {
  set_num_threads(2);
  tensor<float, 2> x({600, 800}), y({600, 800});
  tensor<double, 2> d({600, 800});
  const auto warned = [](const execution_plan& plan, const char* what) {
    for (const plan_warning& w : plan.warnings())
      if (w.what.find(what) != std::string::npos) return true;
    return false;
  };
  CHECK(explain(y, x + 1).warnings().empty());
  CHECK(warned(explain(y, x + d), "converts"));
  CHECK(warned(explain(y(all, range(0, 400)), x(all, range(0, 800, 2)) + 1), "gathers"));
  CHECK(warned(explain(y, (x - mean(x, 0)) / sum(x, 1, keepdims)), "temporary"));
  CHECK(warned(explain(y, y(range(none, none, -1), all)), "new memory"));
  CHECK(warned(explain(y, matmul(x, transpose(x)) / sum(matmul(x, transpose(x)))), "what stage 1 did"));
  set_num_threads(0);
}

TEST_CASE("a plan is data for other programs") {
  set_num_threads(1);
  set_machine(
      {.threads = 1, .flops_one_thread = 1e11, .flops_all_threads = 1e11, .levels = {{"all", 1e300, 1e10, 1e10}}});
  tensor<float, 2> x({64, 64}), w({64, 64}), y({64, 64});
  const auto plan = explain(named(y, "y"), transpose(matmul(named(x, "a \"b\" <&>"), named(w, "w"))) + 1);
  const std::string json = plan.to_json(), dot = plan.to_dot(), svg = plan.to_svg();
  CHECK_THAT(json, ContainsSubstring("\"name\": \"a \\\"b\\\" <&>\"") && ContainsSubstring("\"stage\": 1") &&
                       ContainsSubstring("\"estimated_flops\": 524288"));
  CHECK_THAT(dot, ContainsSubstring("stage1 -> stage2 [label=\"16.0 KiB\"]") && ContainsSubstring("a \\\"b\\\" <&>"));
  CHECK_THAT(svg, ContainsSubstring("a &quot;b&quot; &lt;&amp;&gt;") &&
                      ContainsSubstring("prefers-color-scheme: dark") && ContainsSubstring("1. GEMM") &&
                      ContainsSubstring("class=\"point bound\""));
  CHECK(svg.find("href") == std::string::npos); // it needs nothing else
  set_num_threads(0);
}

} // namespace tutti

TEST_CASE("convolutions and poolings") {
  const tutti::tensor<float, 4> x({2, 3, 20, 20}), w({40, 3, 3, 3}), point({40, 3, 1, 1}), each({3, 1, 3, 3});
  tutti::tensor<float, 4> y({2, 40, 20, 20});
  const auto plan = explain(y, tutti::nn::conv2d(x * 2, w, {.padding = 1}));
  REQUIRE(plan.stages.size() == 1);
  const auto& stage = plan.stages[0];
  CHECK(stage.kind == "convolution");
  CHECK(stage.loops == "2 x [400 pixels x 40 outputs], 9 taps of 3 channels");
  CHECK(stage.prologue.size() == 1);
  CHECK(stage.flops >= 2.0 * 2 * 400 * 40 * 27);
  CHECK(explain(y, tutti::nn::conv2d(x, each, {.groups = 3})).stages[0].loops ==
        "2 x [324 pixels x 3 outputs], 9 taps of 1 channels, 3 groups");
  CHECK(explain(y, tutti::nn::conv2d(x, point)).stages[0].kind == "GEMM");
  CHECK(explain(y, tutti::nn::conv2d(x, point)).stages[0].loops == "2 x [40 x 400 x 3]");
  CHECK(explain(y, tutti::nn::max_pool2d(x, 2)).stages[0].kind == "max_pool");
}

TEST_CASE("work around a convolution is its epilogue") {
  using tutti::named;
  const tutti::tensor<float, 4> x({2, 3, 20, 20}), w({40, 3, 3, 3}), point({40, 3, 1, 1}), next({40, 40, 3, 3});
  const tutti::tensor<float, 3> b({40, 1, 1});
  tutti::tensor<float, 4> y({2, 40, 20, 20}), z({2, 40, 16, 16});
  const auto layer = [&](const auto& weights, int padding) {
    return tutti::nn::relu(tutti::nn::conv2d(x, named(weights, "w"), {.padding = padding}) + named(b, "b"));
  };
  for (const auto& plan : {explain(y, layer(w, 1)), explain(y, layer(point, 0))}) {
    REQUIRE(plan.stages.size() == 1);
    CHECK(plan.stages[0].epilogue == "maximum(product + b, 0)");
    CHECK(plan.stages[0].allocated == 0);
  }
  // A layer under a layer is written where the windows read it.
  const auto two = explain(z, tutti::nn::conv2d(layer(w, 0), next));
  REQUIRE(two.stages.size() == 2);
  CHECK(two.stages[0].epilogue == "maximum(product + b, 0)");
  CHECK(two.stages[1].kind == "convolution");
  // What reads the destination otherwise than element for element comes to other memory first.
  CHECK(explain(y, tutti::flip(y, 1) + layer(w, 1)).stages[0].replaces);
}
