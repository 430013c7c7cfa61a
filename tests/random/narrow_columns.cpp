// SPDX-License-Identifier: MIT
// labels: parallel subset

// Folds of narrow columns, as the coordinates of many points are, whose rows are taken together, and formulas that use them:
// against plain loops.

#include <cmath>
#include <limits>
#include <random>

#include <random/layouts.hpp>
#include <support/catch.hpp>

namespace tutti {

namespace {

constexpr index widths[] = {1, 2, 3, 4, 5, 7, 8, 16, 17, 24, 32, 33, 64, 129};
constexpr index counts[] = {1, 2, 31, 170, 171, 341, 1030, 4099}; // rows: whole groups, and a rest of any size

template <class T>
tensor<T, 2> points(index n, index width) {
  std::mt19937 random(static_cast<unsigned>(n * 1000 + width));
  tensor<T, 2> x({n, width});
  for (T& v : x) v = static_cast<T>(static_cast<float>(random() % 7));
  return x;
}

// The fold of column j by f(total, row).
template <class F>
double over_rows(index n, double from, const F& f) {
  for (index i = 0; i < n; ++i) from = f(from, i);
  return from;
}

bool near(double a, double b, double relative = 1e-5) {
  return std::abs(a - b) <= relative * std::max(1.0, std::abs(b));
}

template <class T>
void check_folds(double relative) {
  for (const index width : widths)
    for (const index n : counts) {
      tensor<T, 1> weights({n}), offsets({width});
      for (index i = 0; i < n; ++i) weights(i) = static_cast<T>(i % 3 == 0);
      for (index j = 0; j < width; ++j) offsets(j) = static_cast<T>(j % 2 == 0);
      bool right = true;
      in_layouts(points<T>(n, width), [&](const auto& x) {
        const auto sums = eval(sum(x, 0));
        const auto largest = eval(max(x, 0));
        const auto weighted = eval(sum(x * weights(all, newaxis), 0));
        const auto moved = eval(sum(x + offsets, 0));
        const auto number = [](const auto& v) { return static_cast<double>(v); };
        for (index j = 0; j < width; ++j) {
          const auto fold = [&](const auto& f) { return over_rows(n, 0, f); };
          right = right &&
                  near(number(sums(j)), fold([&](double t, index i) { return t + number(x(i, j)); }), relative) &&
                  number(largest(j)) == fold([&](double t, index i) { return std::max(t, number(x(i, j))); }) &&
                  near(number(weighted(j)),
                       fold([&](double t, index i) { return t + number(x(i, j)) * number(weights(i)); }), relative) &&
                  near(number(moved(j)),
                       fold([&](double t, index i) { return t + number(x(i, j)) + number(offsets(j)); }), relative);
        }
      });
      CAPTURE(n, width);
      CHECK(right);
    }
}

} // namespace

TEST_CASE("sums and maxima of narrow columns of floats") { check_folds<float>(1e-6); }
TEST_CASE("sums and maxima of narrow columns of integers") { check_folds<std::int32_t>(0); }

TEST_CASE("narrow columns of bools, and of halves, whose sums are wider") {
  for (const index width : widths)
    for (const index n : counts) {
      const auto x = points<float>(n, width);
      const tensor<bool, 2> flags = x > 0.5f;
      const tensor<float16, 2> halves = cast<float16>(x);
      const tensor<std::int64_t, 1> set = sum(flags, 0);
      const tensor<bool, 1> every = tutti::all(flags, 0), some = any(flags, 0);
      const tensor<float, 1> sums = sum(cast<float>(halves), 0);
      bool right = true;
      for (index j = 0; j < width; ++j) {
        std::int64_t count = 0;
        double total = 0;
        for (index i = 0; i < n; ++i) {
          count += flags(i, j) ? 1 : 0;
          total += static_cast<double>(x(i, j));
        }
        right = right && set(j) == count && every(j) == (count == n) && some(j) == (count > 0) &&
                near(static_cast<double>(sums(j)), total, 1e-6);
      }
      CAPTURE(n, width);
      CHECK(right);
    }
}

TEST_CASE("formulas with folds of narrow columns inside") {
  for (const index width : {2, 3, 8, 31, 32, 33})
    for (const index n : {5, 170, 600, 4099}) {
      bool right = true;
      in_layouts(points<double>(n, width), [&](const auto& x) {
        const tensor<double, 2> centred = x - mean(x, 0), soft = exp(x - max(x, 0)) / sum(exp(x - max(x, 0)), 0);
        const tensor<double, 1> spread = variance(x, 0);
        for (index j = 0; j < width; ++j) {
          const double centre =
              over_rows(n, 0, [&](double t, index i) { return t + x(i, j); }) / static_cast<double>(n);
          const double most = over_rows(n, 0, [&](double t, index i) { return std::max(t, x(i, j)); });
          const double total = over_rows(n, 0, [&](double t, index i) { return t + std::exp(x(i, j) - most); });
          const double square =
              over_rows(n, 0, [&](double t, index i) { return t + (x(i, j) - centre) * (x(i, j) - centre); });
          right = right && near(spread(j), square / static_cast<double>(n), 1e-12);
          for (index i = 0; i < n; ++i)
            right = right && near(centred(i, j), x(i, j) - centre, 1e-12) &&
                    near(soft(i, j), std::exp(x(i, j) - most) / total, 1e-12);
        }
      });
      CAPTURE(n, width);
      CHECK(right);
    }
}

TEST_CASE("in place, and into views, with folds of narrow columns inside") {
  const auto x = points<double>(1001, 3);
  const tensor<double, 2> expected = x - mean(x, 0);
  tensor<double, 2> y = x, wide({1001, 7});
  y -= mean(y, 0);
  CHECK(allclose(y, expected));
  y = x;
  y = y - mean(y, 0);
  CHECK(allclose(y, expected));
  wide = 5;
  wide(all, range(1, 7, 2)) = x - mean(x, 0);
  CHECK(allclose(wide(all, range(1, 7, 2)), expected));
  CHECK(bool(tutti::all(wide(all, range(0, 7, 2)) == 5)));
}

TEST_CASE("narrow columns fold to the same bits for any number of threads") {
  const int threads = num_threads();
  for (const index width : {3, 4, 7, 16}) {
    tensor<float, 2> x({100'003, width});
    std::mt19937 random(7);
    for (float& v : x) v = std::generate_canonical<float, 24>(random) - 0.5f;
    set_num_threads(1);
    const tensor<float, 1> once = sum(x, 0);
    const tensor<float, 2> centred = x - mean(x, 0);
    for (const int n : {2, 3, 4, 7}) {
      set_num_threads(n);
      CHECK(array_equal(tensor<float, 1>(sum(x, 0)), once));
      CHECK(array_equal(tensor<float, 2>(x - mean(x, 0)), centred));
    }
    set_num_threads(threads);
    const tensor<double, 1> exact = sum(cast<double>(x), 0);
    CHECK(float(max(abs(once - exact))) < 1e-3);
  }
}

} // namespace tutti
