// SPDX-License-Identifier: MIT
// labels: parallel subset

// Reductions over short rows, as the coordinates of points are, and formulas with such reductions: against plain loops.

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include <random/layouts.hpp>
#include <support/catch.hpp>

namespace tutti {

namespace {

constexpr index counts[] = {1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 127, 300, 1030};

bool near(double a, double b) {
  return a == b || (a != a && b != b) || std::abs(a - b) <= 2e-3 * std::max(1.0, std::abs(b));
}

// Rows of small numbers and, in floats, some that are none.
template <class T>
tensor<T, 2> rows_of(index n, index size) {
  std::mt19937 random(static_cast<unsigned>(n * 10 + size));
  tensor<T, 2> x({n, size});
  for (T& v : x) {
    v = static_cast<T>(static_cast<float>(random() % 3));
    if constexpr (!std::integral<T>) {
      if (random() % 50 == 0) v = static_cast<T>(std::numeric_limits<float>::quiet_NaN());
      if (random() % 50 == 0) v = static_cast<T>(std::numeric_limits<float>::infinity());
    }
  }
  return x;
}

template <class T, class View, class F>
double fold_row(const View& x, index i, double from, const F& f) {
  for (index j = 0; j < x.shape()[1]; ++j) from = f(from, static_cast<double>(static_cast<T>(x(i, j))));
  return from;
}

constexpr auto add = [](double a, double b) { return a + b; };
constexpr auto larger = [](double a, double b) { return a != a || b != b ? a + b : std::max(a, b); };

template <class T>
void check_reductions() {
  for (index size = 1; size <= 9; ++size)
    for (const index n : counts) {
      bool right = true;
      in_layouts(rows_of<T>(n, size), [&](const auto& x) {
        const auto sums = eval(sum(x, 1));
        const auto largest = eval(max(x, 1));
        const auto means = eval(mean(x, -1));
        for (index i = 0; i < n; ++i) {
          const double total = fold_row<T>(x, i, 0, add);
          right = right && near(static_cast<double>(sums(i)), total) &&
                  near(static_cast<double>(means(i)), total / static_cast<double>(size)) &&
                  near(static_cast<double>(largest(i)), fold_row<T>(x, i, -1e9, larger));
        }
      });
      CAPTURE(n, size);
      CHECK(right);
    }
}

} // namespace

TEST_CASE("sums, maxima and means of short rows of floats") { check_reductions<float>(); }
TEST_CASE("sums, maxima and means of short rows of doubles") { check_reductions<double>(); }
TEST_CASE("sums, maxima and means of short rows of halves") { check_reductions<float16>(); }
TEST_CASE("sums, maxima and means of short rows of bytes") { check_reductions<std::uint8_t>(); }
TEST_CASE("sums, maxima and means of short rows of bools") { check_reductions<bool>(); }

TEST_CASE("short rows are divided by their lengths, wherever they go") {
  for (index size = 1; size <= 9; ++size)
    for (const index n : counts) {
      bool right = true;
      in_layouts(rows_of<float>(n, size), [&](const auto& x) {
        const auto lengths = eval(norm(x, 1));
        const auto is_right = [&](const auto& y) {
          for (index i = 0; i < n; ++i) {
            const double length = std::sqrt(fold_row<float>(x, i, 0, [](double a, double b) { return a + b * b; }));
            right = right && near(static_cast<double>(lengths(i)), length);
            for (index j = 0; j < size; ++j) right = right && near(y(i, j), x(i, j) / length);
          }
        };
        tensor<float, 2> y({n, size}), wide({n, size + 3});
        y = x / norm(x, 1, keepdims);
        is_right(y);
        y(range(none, none, -1), range(none, none, -1)) = x / norm(x, 1, keepdims);
        is_right(y(range(none, none, -1), range(none, none, -1)));
        wide = 7;
        wide(all, range(1, size + 1)) = x / norm(x, 1, keepdims);
        is_right(wide(all, range(1, size + 1)));
        for (index i = 0; i < n; ++i)
          right = right && wide(i, 0) == 7 && wide(i, size + 1) == 7 && wide(i, size + 2) == 7;
        y = x;
        y /= norm(y, 1, keepdims); // in place
        is_right(y);
      });
      CAPTURE(n, size);
      CHECK(right);
    }
}

TEST_CASE("a short row has one result, wherever it stands and however many threads there are") {
  const int threads = num_threads();
  for (const index size : {2, 3, 4, 5, 7, 8, 9, 16, 31})
    for (const index n : {17, 1000, 4100, 40000}) {
      tensor<float, 1> row({size});
      for (index j = 0; j < size; ++j) row(j) = static_cast<float>(1 / (1.3 + static_cast<double>(j)));
      const tensor<float, 2> x = broadcast_to(row, {n, size});
      tensor<float, 2> y, again;
      set_num_threads(1);
      y = (x - mean(x, 1, keepdims)) / norm(x, 1, keepdims);
      CHECK(array_equal(y, broadcast_to(y(range(0, 1)), y.shape())));
      set_num_threads(2);
      again = (x - mean(x, 1, keepdims)) / norm(x, 1, keepdims);
      CHECK(array_equal(y, again));
      set_num_threads(threads);
    }
}

TEST_CASE("folds of expensive rows have the same bits for any number of threads") {
  const auto x = rows_of<float>(300, 700);
  for (const index size : {1, 5, 17, 100, 513, 700}) {
    const auto rows = x(all, range(0, size));
    const auto folded = [&](int threads) {
      set_num_threads(threads);
      const tensor<float, 2> y = stack(0, sum(tanh(rows), 1), sum(exp(rows) * sin(exp(rows)), 1), max(cos(rows), 1),
                                       sum(atan(rows(all, range(none, none, -1))), 1));
      set_num_threads(0);
      return y;
    };
    const auto once = folded(1);
    for (const int threads : {2, 3, 7}) {
      CAPTURE(size, threads);
      const auto again = folded(threads);
      CHECK(std::memcmp(once.data(), again.data(), static_cast<std::size_t>(once.size()) * sizeof(float)) == 0);
    }
  }
}

// The tile of an operand is kept while the loops outside do not move it.
TEST_CASE("distances to points that come again for each other point") {
  for (const index n : {3, 40, 1100}) {
    const auto p = rows_of<double>(n, 3);
    const tensor<double, 2> q = where(isfinite(p), p, 1.0), others = q(range(0, 3)) + 1;
    const tensor<double, 2> d = norm(others(all, newaxis) - q(newaxis), 2);
    bool right = true;
    for (index i = 0; i < 3; ++i)
      for (index j = 0; j < n; ++j) {
        double length = 0;
        for (index k = 0; k < 3; ++k) length += (others(i, k) - q(j, k)) * (others(i, k) - q(j, k));
        right = right && near(d(i, j), std::sqrt(length));
      }
    CHECK(right);
  }
}

} // namespace tutti
