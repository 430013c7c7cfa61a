// SPDX-License-Identifier: MIT
// labels: parallel
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <sstream>

#include <support/catch.hpp>
#include <tutti/plan/explain.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

namespace {

// The compiler may contract a * b + c in one loop and not in another.
bool near(double a, double b) { return a == b || (a != a && b != b) || std::abs(a - b) <= 1e-4 * (1 + std::abs(b)); }
template <class A, class B>
bool all_near(const A& a, const B& b) {
  if (!(a.shape() == b.shape())) return false;
  for (index i = 0; i < a.size(); ++i)
    if (!near(static_cast<double>(a.data()[i]), static_cast<double>(b.data()[i]))) return false;
  return true;
}

tensor<float, 1> numbers(index n, int seed) {
  tensor<float, 1> x({n});
  for (index i = 0; i < n; ++i) x(i) = static_cast<float>((i * 37 + seed * 11) % 101) / 50;
  return x;
}

// Whether eval gives what the reductions give one by one; its plan.
template <class... Es>
execution_plan check(const Es&... es) {
  const auto together = eval(es...);
  const auto compare = [](const auto& result, const auto& e) { CHECK(all_near(result, evaluate(e))); };
  std::apply([&](const auto&... results) { (compare(results, es), ...); }, together);
  return explain_eval(es...);
}

bool is_joint(const execution_plan& plan) {
  return plan.stages.size() == 1 && !plan.stages[0].kept.empty() && plan.stages[0].kept_bytes == 0;
}

struct counting {
  static inline std::atomic<index> calls = 0;
  float operator()(float x) const {
    ++calls;
    return x * 2 + 1;
  }
};

} // namespace

TEST_CASE("accelerations of bodies are folded in one loop") {
  for (const index n : {1, 2, 3, 15, 16, 17, 100, 257, 700}) {
    const auto x = numbers(n, 1), y = numbers(n, 2), z = numbers(n, 3), m = numbers(n, 4);
    const auto dx = x - x(all, newaxis), dy = y - y(all, newaxis), dz = z - z(all, newaxis);
    const auto r2 = square(dx) + square(dy) + square(dz) + 1e-2f;
    const auto w = m / (r2 * sqrt(r2));
    INFO(n);
    const auto plan = check(sum(w * dx, 1), sum(w * dy, 1), sum(w * dz, 1));
    CHECK(is_joint(plan));
    CHECK(plan.stages[0].kept.size() == 2); // the weight, and the distance in it
    CHECK(plan.stages[0].fused_reductions == 3);
    CHECK(plan.stages[0].repeated.empty());
    std::ostringstream text;
    text << plan;
    CHECK(text.str().find("in registers") != std::string::npos);
    const auto [ax, ay, az] = eval(sum(w * dx, 1), sum(w * dy, 1), sum(w * dz, 1));
    for (index i = 0; i < n; ++i) {
      double a[3] = {};
      for (index j = 0; j < n; ++j) {
        const double d[3] = {double(x(j)) - double(x(i)), double(y(j)) - double(y(i)), double(z(j)) - double(z(i))};
        const double r = d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + double(1e-2f);
        for (int k = 0; k < 3; ++k) a[k] += double(m(j)) / (r * std::sqrt(r)) * d[k];
      }
      const double scale = 1e-3 * static_cast<double>(n);
      CHECK(std::abs(double(ax(i)) - a[0]) <= 1e-3 * (scale + std::abs(a[0])));
      CHECK(std::abs(double(ay(i)) - a[1]) <= 1e-3 * (scale + std::abs(a[1])));
      CHECK(std::abs(double(az(i)) - a[2]) <= 1e-3 * (scale + std::abs(a[2])));
    }
  }
}

TEST_CASE("what reductions share is computed once an element") {
  const tensor<float, 2> x({50, 83}, 1.f);
  const auto c = apply(counting(), x);
  CHECK(is_joint(explain_eval(sum(c, 1), max(c, 1))));
  counting::calls = 0;
  const auto [s, most] = eval(sum(c, 1), max(c, 1));
  CHECK(counting::calls == x.size());
  CHECK(s(49) == 3 * 83);
  CHECK(most(0) == 3);
  counting::calls = 0;
  eval(sum(c / 2.f, 1), mean(c * c / 4.f, 1)); // below quotients too
  CHECK(counting::calls == x.size());
}

TEST_CASE("any reductions of one kind of number, along any rows") {
  tensor<double, 3> x({6, 7, 130}, 0.5);
  for (index i = 0; i < x.size(); ++i) x.data()[i] = static_cast<double>(i * 29 % 53) / 20 - 1;
  const auto test = [](const auto& v) {
    const auto e = exp(v);
    CHECK(is_joint(check(sum(e * v, 2), max(e, 2), mean(e, 2), prod(e / 2., 2))));
    CHECK(is_joint(check(sum(e * v, -1, keepdims), min(e, -1, keepdims))));
    CHECK(is_joint(check(sum(e * v, axes(1, 2)), mean(e, axes(1, 2), keepdims))));
    CHECK(is_joint(check(sum(e), max(e))));
    check(sum(e, 0), max(e + v, 0)); // panels of columns
    check(sum(e, 1), max(e, 1));
  };
  test(x);
  test(x(all, all, range(none, none, -1)));
  test(x(range(none, none, 2), range(none, none, -1), range(1, none, 3)));
  test(tensor<double>(x));
  x(2, 3, 4) = std::numeric_limits<double>::quiet_NaN();
  x(3, 0, 129) = std::numeric_limits<double>::infinity();
  test(x);
  const tensor<float, 2> nothing({4, 0});
  check(sum(exp(nothing) * nothing, 1), sum(exp(nothing), 1));
  const tensor<float, 2> none_of_them({0, 4});
  check(sum(exp(none_of_them) * none_of_them, 1), max(exp(none_of_them), 1));
}

TEST_CASE("trees of one type that are several values are not taken for one") {
  const auto x = numbers(300, 1), y = numbers(300, 2);
  const auto ex = exp(x(all, newaxis) * y), ey = exp(y(all, newaxis) * y);
  CHECK_FALSE(is_joint(check(sum(ex + x, 1), sum(ey * x, 1))));
  CHECK_FALSE(is_joint(check(sum(ex + x, 1), sum(exp(x(all, newaxis) * x) * x, 1))));
  CHECK_FALSE(is_joint(check(sum(pow(ex, 2) + x, 1), sum(pow(ex, 3) * x, 1)))); // numbers are part of a value
  CHECK_FALSE(is_joint(check(sum(ex + x, 1), sum(ex * x, 0))));                 // other axes
  const tensor<double, 1> d(x);
  CHECK_FALSE(is_joint(check(sum(ex + x, 1), sum(ex * d, 1)))); // other numbers
  // All but one factor in common: the product is another value in each.
  const auto w = exp(x(all, newaxis) * y);
  check(sum(w * x * y, 1), sum(w * y * y, 1), sum(w * x * x, 1));
}

TEST_CASE("joint folds have the same bits for any number of threads") {
  const auto x = numbers(1500, 1), y = numbers(1500, 2);
  const auto e = exp(-square(x(all, newaxis) - y));
  const auto run = [&](int threads) {
    set_num_threads(threads);
    auto results = eval(sum(e * y, 1), sum(e, 1));
    set_num_threads(0);
    return results;
  };
  const auto [a, b] = run(1);
  for (const int threads : {2, 3, 4, 7}) {
    const auto [c, d] = run(threads);
    CHECK(std::memcmp(a.data(), c.data(), 1500 * sizeof(float)) == 0);
    CHECK(std::memcmp(b.data(), d.data(), 1500 * sizeof(float)) == 0);
  }
}

} // namespace tutti
