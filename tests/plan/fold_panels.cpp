// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/fold_panels.hpp: reductions of what other reductions give, against plain loops.
// labels: parallel

#include <support/catch.hpp>

#include <cstring>
#include <random>

#include <tutti/plan/explain.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

namespace {

std::mt19937 random_bits(5);

// Small all numbers, whose squares add up exactly, or any.
template <class T>
tensor<T, 2> numbers(index n, index d, bool exact = true) {
  tensor<T, 2> x({n, d});
  std::uniform_int_distribution<int> small(-4, 4);
  std::uniform_real_distribution<double> any(-1, 1);
  for (T& v : x) v = exact ? static_cast<T>(small(random_bits)) : static_cast<T>(any(random_bits));
  return x;
}

template <class P, class C>
auto distances(const P& p, const C& c) { return sum(square(p(all, newaxis) - c), -1); }

template <class T>
struct nearest {
  tensor<std::int64_t, 1> at;
  tensor<T, 1> distance, total;
};
template <class T>
nearest<T> plain(const tensor<T, 2>& p, const tensor<T, 2>& c) {
  const index n = p.shape()[0];
  nearest<T> r{tensor<std::int64_t, 1>({n}), tensor<T, 1>({n}), tensor<T, 1>({n})};
  for (index i = 0; i < n; ++i)
    for (index k = 0; k < c.shape()[0]; ++k) {
      T d = 0;
      for (index j = 0; j < c.shape()[1]; ++j) d += (p(i, j) - c(k, j)) * (p(i, j) - c(k, j));
      r.total(i) += d;
      if (k > 0 && d >= r.distance(i)) continue;
      r.distance(i) = d;
      r.at(i) = k;
    }
  return r;
}

template <class T>
void check_nearest(index n, index k, index d) {
  INFO(n << " points, " << k << " centres, " << d << " coordinates");
  const tensor<T, 2> p = numbers<T>(n, d), c = numbers<T>(k, d), turned_p = transpose(p), turned_c = transpose(c);
  const nearest<T> r = plain(p, c);
  const tensor<std::int64_t, 1> at = argmin(distances(p, c), 1);
  CHECK(array_equal(at, r.at));
  const tensor<T, 1> distance = min(distances(p, c), 1), total = sum(distances(c, p), 0);
  CHECK(array_equal(distance, r.distance));
  CHECK(array_equal(total, r.total));
  // Coordinates first, and centres before points.
  const auto first = square(turned_p(all, all, newaxis) - turned_c(all, newaxis));
  const tensor<std::int64_t, 1> at_first = argmin(sum(first, 0), 1);
  CHECK(array_equal(at_first, r.at));
  const tensor<T, 1> down = min(sum(square(p - c(all, newaxis)), 2), 0);
  CHECK(array_equal(down, r.distance));
}

template <class T, index Rank>
bool same_bits(const tensor<T, Rank>& a, const tensor<T, Rank>& b) {
  return a.shape() == b.shape() && std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(T)) == 0;
}

} // namespace

TEST_CASE("nearest points are those of plain loops") {
  for (const index d : {1, 2, 3, 8, 17, 64})
    for (const index k : {1, 16, 300}) {
      check_nearest<float>(37, k, d);
      check_nearest<float>(1100, k, d);
    }
  check_nearest<std::int32_t>(1500, 20, 3);
  check_nearest<float>(70, 5000, 2);
  check_nearest<float>(5000, 7, 3);
}

TEST_CASE("bits depend neither on threads nor on where a result stands") {
  for (const index k : {7, 16, 100, 700}) {
    const index n = 3001;
    const tensor<float, 2> c = numbers<float>(k, 3, false), one = numbers<float>(1, 3, false);
    tensor<float, 2> p = numbers<float>(n, 3, false);
    const auto densities = [&] { return tensor<float, 1>(sum(exp(-distances(p, c)), 1)); };
    set_num_threads(1);
    const tensor<float, 1> alone = densities();
    for (const int threads : {2, 3}) {
      set_num_threads(threads);
      CHECK(same_bits(densities(), alone));
    }
    set_num_threads(0);
    p = broadcast_to(one, p.shape());
    const tensor<float, 1> all_one = densities();
    CHECK(bool(all(all_one == all_one(0))));
  }
}

TEST_CASE("plans say what a panel is, and that no array holds all inner results") {
  const tensor<float, 2> p({20000, 3}), c({16, 3});
  tensor<std::int64_t, 1> at({20000});
  const execution_plan plan = explain(at(all), argmin(distances(p, c), 1));
  REQUIRE(plan.stages.size() == 1);
  CHECK(plan.arrays() == 0);
  const plan_stage& stage = plan.stages[0];
  CHECK(stage.kind == "fold panels");
  CHECK(stage.loops == "(20000, 16) in panels of (2048, 16)");
  CHECK(stage.panels.size() == 3);
  CHECK(stage.fused_reductions == 2);
  CHECK(stage.bytes_read == (20000 + 16) * 3 * 4);
  const tensor<float, 3> few({2, 1200000, 2});
  const execution_plan at_once = explain(tensor<float, 1>({2})(all), max(sum(few, 2), 1));
  CHECK(at_once.stages[0].loops == "(2, 1200000)");
  CHECK(at_once.arrays() == 1);
}

TEST_CASE("panels of points that are paired with others are turned once for all of these") {
  const tensor<float, 2> p = numbers<float>(40, 3), c = numbers<float>(5000, 3);
  tensor<float, 2> d({40, 5000});
  const auto e = distances(p, c);
  CHECK(explain(d, e).stages[0].loops == "40 x [3 x 5000] in panels of 1024, each at all outer positions");
  d = e;
  const tensor<float, 2> turned = distances(c, p);
  CHECK(array_equal(d, transpose(turned)));
  CHECK(array_equal(min(d, 1), plain(p, c).distance));
}

} // namespace tutti
