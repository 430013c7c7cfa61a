// SPDX-License-Identifier: MIT
// labels: parallel
#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <vector>

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

namespace {

// Small whole numbers: what is made of them is exact in any order.
template <class T>
tensor<T, 1> numbers(index n, index seed) {
  tensor<T, 1> x({n});
  for (index i = 0; i < n; ++i) x(i) = static_cast<T>((i * 37 + seed * 11 + i * i % 7) % 23);
  return x;
}

template <class T>
T distance(T a, T b) { return (a - b) * (a - b); }

// Whether reductions of an expression are those of what `at` says of each pair.
template <class T, class E>
bool folds(const E& e, const std::function<T(index, index)>& at) {
  const index n = e.shape()[0], m = e.shape()[1];
  const tensor<T, 1> sums = sum(e, 1), least = min(e, 1), most = max(e, 1);
  const tensor<std::int64_t, 1> first = argmin(e, 1), greatest = argmax(e, 1);
  const tensor<T, 1> down = sum(e, 0);
  const tensor<std::int64_t, 1> down_first = argmin(e, 0);
  const tensor<std::int64_t, 1> how_many = sum(e == T(4), 1);
  bool right = true;
  std::vector<T> column_sums(static_cast<std::size_t>(m), T(0));
  for (index i = 0; i < n; ++i) {
    T s = 0;
    index low = 0, high = 0, count = 0;
    for (index j = 0; j < m; ++j) {
      const T v = at(i, j);
      s += v;
      column_sums[static_cast<std::size_t>(j)] += v;
      if (v < at(i, low)) low = j;
      if (v > at(i, high)) high = j;
      if (v == T(4)) ++count;
    }
    right = right && sums(i) == s && least(i) == at(i, low) && most(i) == at(i, high) && first(i) == low &&
            greatest(i) == high && how_many(i) == count;
  }
  for (index j = 0; j < m; ++j) {
    index low = 0;
    for (index i = 0; i < n; ++i)
      if (at(i, j) < at(low, j)) low = i;
    right = right && down(j) == column_sums[static_cast<std::size_t>(j)] && down_first(j) == low;
  }
  return right;
}

// The same for several reductions that share a part.
template <class T, class E>
bool folds_jointly(const E& e, const std::function<T(index, index)>& at) {
  const auto shared = e * e * e + square(e) * T(3) + e;
  const auto [weighted, sums] = eval(sum(shared * T(2), 1), sum(shared, 1));
  bool right = true;
  for (index i = 0; i < e.shape()[0]; ++i) {
    double expected = 0;
    for (index j = 0; j < e.shape()[1]; ++j) {
      const auto v = double(at(i, j));
      expected += v * v * v + v * v * 3 + v;
    }
    right = right && std::abs(double(sums(i)) - expected) <= 1e-5 * std::abs(expected) &&
            std::abs(double(weighted(i)) - 2 * expected) <= 2e-5 * std::abs(expected);
  }
  return right;
}

template <class T>
void test_pairs(index n, index m) {
  INFO(n << " and " << m);
  const auto x = numbers<T>(n, 1), y = numbers<T>(m, 2), twice = numbers<T>(2 * m, 3);
  const auto far = [&](const auto& a, const auto& b) {
    const auto e = square(a(all, newaxis) - b);
    const auto at = [&](index i, index j) { return distance(a(i), b(j)); };
    return folds<T>(e, at) && folds_jointly<T>(e, at);
  };
  CHECK(far(x, y));
  // However they lie.
  CHECK(far(x(range(none, none, -1)), y));
  CHECK(far(x, y(range(none, none, -1))));
  CHECK(far(x(range(none, none, 2)), twice(range(none, none, 2))));
  CHECK(far(x, twice(range(m / 2, m / 2 + m))));
  CHECK(far(view<const T, 1>(x.data(), {n}, {0}), y));
  CHECK(far(x, view<const T, 1>(y.data(), {m}, {0})));
  if constexpr (std::same_as<T, double>) return;
  // Several operands of both kinds, and numbers.
  CHECK(folds<T>((x(all, newaxis) + y) * y + x(all, newaxis) * T(2) + T(1),
                 [&](index i, index j) { return (x(i) + y(j)) * y(j) + x(i) * T(2) + T(1); }));
  // Where ranks do not tell: all axes, and yet elements of a row; fewer, and yet one for a row.
  const tensor<T, 2> all_of_them = x(all, newaxis) * y;
  const auto one = numbers<T>(1, 3);
  CHECK(folds<T>(all_of_them + y, [&](index i, index j) { return x(i) * y(j) + y(j); }));
  CHECK(folds<T>(all_of_them + one, [&](index i, index j) { return x(i) * y(j) + one(0); }));
  CHECK(folds<T>(all_of_them + x(all, newaxis) + y, [&](index i, index j) { return x(i) * y(j) + x(i) + y(j); }));
  CHECK(folds<T>(x(all, newaxis) + y(newaxis, all) + y, [&](index i, index j) { return x(i) + y(j) + y(j); }));
  CHECK(folds<T>(x(all, newaxis) + broadcast_to(one, {m}), [&](index i, index) { return x(i) + one(0); }));
}

} // namespace

TEST_CASE("rows of pairs are folded as others") {
  for (const index n : {1, 2, 9, 70})
    for (const index m : {1, 5, 16, 17, 63, 64, 65, 257, 1100}) {
      test_pairs<float>(n, m);
      if (n == 9) test_pairs<double>(n, m);
    }
  test_pairs<double>(3, 40000);
  test_pairs<double>(200, 3);
}

TEST_CASE("NaN, infinities and zeros among pairs") {
  const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  const auto x = numbers<float>(5, 1);
  for (const index m : {40, 64, 130, 400})
    for (const float odd : {inf, -inf, nan, 3e30f})
      for (index at = 0; at < m; at += 7) {
        auto y = numbers<float>(m, 2);
        y(at) = odd;
        y(m - 1 - at) = -odd;
        for (index i = 3; i < m; i += 5) y(i) = i == at || i == m - 1 - at ? y(i) : 0.f;
        const tensor<std::int64_t, 1> least = argmin(x(all, newaxis) * y, 1), most = argmax(y - x(all, newaxis), 1);
        const tensor<float, 2> products = x(all, newaxis) * y, differences = y - x(all, newaxis);
        INFO(m << ", " << odd << " at " << at);
        for (index i = 0; i < 5; ++i) {
          const auto first = [&](const auto& better) {
            index best = 0;
            for (index j = 1; j < m; ++j)
              if (better(j, best)) best = j;
            return best;
          };
          CHECK(least(i) == first([&](index j, index best) {
                  const float a = products(i, j), b = products(i, best);
                  return a < b || (a != a && b == b);
                }));
          CHECK(most(i) == first([&](index j, index best) {
                  const float a = differences(i, j), b = differences(i, best);
                  return a > b || (a != a && b == b);
                }));
        }
      }
}

TEST_CASE("none of the pairs, and no pairs in a row") {
  const tensor<float, 1> none_of_them({0}), x({4}, 2.f);
  CHECK(sum(none_of_them(all, newaxis) - x, 1).shape() == index_list<1>{0});
  const tensor<float, 1> sums = sum(x(all, newaxis) - none_of_them, 1);
  CHECK(array_equal(sums, tensor<float, 1>({4})));
  const auto e = exp(x(all, newaxis) - none_of_them);
  const auto [a, b] = eval(sum(e * x(all, newaxis), 1), sum(e, 1));
  CHECK(array_equal(a, sums));
  CHECK(array_equal(b, sums));
}

TEST_CASE("rows of pairs have the same bits for any number of threads, and wherever they stand") {
  tensor<float, 1> x({700}), y({1500});
  for (index i = 0; i < 700; ++i) x(i) = std::sin(static_cast<float>(i));
  for (index i = 0; i < 1500; ++i) y(i) = std::cos(static_cast<float>(i * i % 1000));
  x(699) = x(3);
  const auto run = [&](int threads) {
    set_num_threads(threads);
    const auto e = exp(-square(x(all, newaxis) - y));
    const auto [a, b] = eval(sum(e * y, 1), sum(e, 1));
    const tensor<float, 1> c = sum(square(x(all, newaxis) - y), 1);
    set_num_threads(0);
    return std::vector{a, b, c};
  };
  const auto one = run(1);
  for (const auto& result : one) CHECK(std::memcmp(&result(3), &result(699), sizeof(float)) == 0);
  for (const int threads : {2, 3, 7}) {
    const auto many = run(threads);
    for (std::size_t k = 0; k < 3; ++k) CHECK(std::memcmp(one[k].data(), many[k].data(), 700 * sizeof(float)) == 0);
  }
}

TEST_CASE("equal rows of few pairs have equal sums, wherever they stand, for any number of threads") {
  for (const index count : {5, 16, 24, 40, 100})
    for (const index rows : {index{7}, 8 * count - 32, index{96}, index{300}, index{303}}) {
      tensor<float, 1> y({count});
      for (index i = 0; i < count; ++i) y(i) = std::cos(static_cast<float>(i * i)) + 1;
      const tensor<float, 1> a({rows}, 0.7f);
      std::vector<float> results;
      for (const int threads : {1, 2, 4}) {
        set_num_threads(threads);
        const tensor<float, 1> sums = sum(sqrt(abs(a(all, newaxis) * a(all, newaxis) - y)), 1);
        set_num_threads(0);
        results.insert(results.end(), sums.begin(), sums.end());
      }
      CAPTURE(count, rows);
      CHECK(std::adjacent_find(results.begin(), results.end(), std::not_equal_to{}) == results.end());
    }
}

} // namespace tutti
