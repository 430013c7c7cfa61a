// SPDX-License-Identifier: MIT
// Formulas over random shapes, explained and run: what the plan says of arrays, threads, stages and repeated work is what
// the heap, the threads and a counting function say.
#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include <support/catch.hpp>
#include <support/heap.hpp>
#include <tutti/tutti.hpp>

namespace tutti {
namespace {

std::atomic<long> calls{0};
std::atomic<int> run_number{0};
std::mutex guard;
std::set<std::thread::id> seen;

// Counts its calls, and the threads that call it.
struct witness {
  float operator()(float v) const {
    thread_local int last = -1;
    ++calls;
    if (last != run_number) {
      last = run_number;
      const std::lock_guard<std::mutex> lock(guard);
      seen.insert(std::this_thread::get_id());
    }
    return v;
  }
};

struct observed {
  long arrays, calls;
  int threads;
};

template <class F>
observed observe(const F& f) {
  f(); // what a thread keeps for its life is there from now on
  ++run_number;
  seen.clear();
  const long arrays_before = arrays, calls_before = calls;
  f();
  return {arrays - arrays_before, calls - calls_before, static_cast<int>(seen.size())};
}

class cases {
public:
  index extent() {
    static constexpr index extents[] = {1, 2, 3, 8, 17, 40, 64, 129, 300, 700};
    return extents[std::uniform_int_distribution<std::size_t>(0, std::size(extents) - 1)(engine_)];
  }
  int threads() { return std::uniform_int_distribution<int>(1, 3)(engine_); }

private:
  std::mt19937 engine_{20260101};
};

// The witness stands once in the formula, and in one stage.
template <class Y, class Make>
void check(Y& y, const Make& make, index witnessed, std::size_t stages) {
  constexpr index lanes = simd::register_bytes / sizeof(float);
  y = make();
  const execution_plan plan = explain(y, make());
  INFO(plan.to_text());
  const observed o = observe([&] { y = make(); });
  CHECK(o.arrays == plan.temporaries());
  // Around a product the last pack of a row, or of a column where it is turned, is worked on as a whole.
  const bool padded = plan.stages.back().kind == "GEMM";
  CHECK(o.calls >= witnessed);
  CHECK(o.calls <= witnessed + (padded ? (y.shape()[0] + y.shape()[y.shape().size() - 1]) * (lanes - 1) : 0));
  REQUIRE(plan.stages.size() == stages);
  const auto has_witness = [](const plan_stage& s) { return s.formula.find("apply(") != std::string::npos; };
  REQUIRE(std::count_if(plan.stages.begin(), plan.stages.end(), has_witness) == 1);
  const plan_stage& s = *std::find_if(plan.stages.begin(), plan.stages.end(), has_witness);
  CHECK(o.threads == s.threads);
  CHECK(s.repeated.empty());
}

} // namespace

TEST_CASE("plans of random shapes hold") {
  cases random;
  for (int round = 0; round < 40; ++round) {
    const index m = random.extent(), n = random.extent(), k = random.extent();
    set_num_threads(random.threads());
    CAPTURE(m, n, k, num_threads());
    tensor<float, 2> x({m, n}, 1.f), y({m, n}), z({n, m}, 1.f), a({m, k}, 1.f), b({k, n}, 1.f);
    tensor<float, 1> v({n}, 1.f), columns({n}), rows({m});
    const auto w = [&] { return apply(witness(), x); };
    const index all_of_x = x.size();
    check(y, [&] { return w() * 2 + v; }, all_of_x, 1);
    check(y, [&] { return w() + transpose(z); }, all_of_x, 1);
    check(rows, [&] { return sum(w(), 1); }, all_of_x, 1);
    check(columns, [&] { return max(w(), 0); }, all_of_x, 1);
    check(y, [&] { return x / sum(w(), 1, keepdims); }, all_of_x, 1);
    check(y, [&] { return exp(w() - 1.f) / sum(exp(w() - 1.f), 1, keepdims); }, all_of_x, 1);
    const bool narrow = m > 32 && 1 < n && n < 16; // the work around the product comes after it
    check(y, [&] { return matmul(a, b) + w(); }, all_of_x, narrow ? 2 : 1);
  }
  set_num_threads(0);
}

TEST_CASE("plans of random shapes with stages hold") {
  cases random;
  for (int round = 0; round < 20; ++round) {
    const index m = random.extent() + 1, n = random.extent() + 1;
    set_num_threads(random.threads());
    CAPTURE(m, n, num_threads());
    tensor<float, 2> x({m, n}, 1.f), y({m, n});
    const auto w = [&] { return apply(witness(), x); };
    check(y, [&] { return cumsum(x, 1) + w(); }, x.size(), 2);
    check(y, [&] { return cumsum(w(), 0) + x; }, x.size(), 3);
    check(y, [&] { return (x - mean(w(), 0)) / sum(x, 1, keepdims); }, x.size(), 2);
  }
  set_num_threads(0);
}

} // namespace tutti
