// SPDX-License-Identifier: MIT
// labels: parallel subset

// Formulas with reductions over their rows, many rows to a block: each row is what it is when computed alone.

#include <array>
#include <cmath>
#include <limits>
#include <random>

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

TEMPLATE_TEST_CASE("rows of a block are computed as each alone", "", float, double) {
  using T = TestType;
  std::mt19937 random(3);
  std::uniform_real_distribution<T> number(T(0.5), 2);
  const auto any = [&](auto... values) { return index{std::array{values...}[random() % sizeof...(values)]}; };
  for (int round = 0; round < 250; ++round) {
    const index rows = any(1, 2, 3, 7, 33, 70, 150), planes = any(1, 2, 3),
                n = any(1, 3, 16, 17, 40, 64, 100, 257, 1500);
    // Rows of several stretches that are not one, or of one with gaps behind it, or the other way round.
    const index gap = any(0, 0, 5), step = any(1, 1, 1, 2, -1);
    tensor<T, 3> memory({rows, planes, n * std::abs(step) + gap});
    for (T& v : memory) v = number(random);
    const auto x = memory(all, all, step > 0 ? range(0, n * step, step) : range(n - 1, -n - gap - 1, -1));
    REQUIRE(x.shape() == index_list<3>(rows, planes, n));
    tensor<T, 1> gain({n});
    for (T& v : gain) v = number(random);
    tensor<T, 3> weight({rows, 1, 1});
    for (T& v : weight) v = number(random);
    // What reductions of these are is computed before: a divisor for each row, and a row of them for all.
    tensor<T, 3> rates({rows, 1, 5}), scales({4, planes, n});
    for (T& v : rates) v = number(random);
    for (T& v : scales) v = number(random);
    const auto over = axes(1, 2);
    CAPTURE(rows, planes, n, gap, step);

    // (The sum of one row alone may be added up in another order, and little is left of differences.)
    const auto agree = [](T a, T b) {
      return std::abs(a - b) <= 1000 * std::numeric_limits<T>::epsilon() * (1 + std::abs(b));
    };
    const auto check = [&](const auto& formula) {
      const tensor<T, 3> y = formula(x, weight, rates);
      tensor<T, 3> padded({rows, planes, n + 3});
      const auto inside = padded(all, all, range(2, n + 2));
      inside = formula(x, weight, rates);
      tensor<T, 3> in_place = x;
      in_place = formula(in_place, weight, rates);
      for (index i = 0; i < rows; ++i) {
        const auto row = range(i, i + 1);
        const tensor<T, 3> alone = formula(x(row), weight(row), rates(row));
        for (index p = 0; p < planes; ++p)
          for (index j = 0; j < n; ++j) {
            if (!agree(y(i, p, j), alone(0, p, j))) FAIL("at " << i << ", " << p << ", " << j);
            if (!agree(inside(i, p, j), alone(0, p, j))) FAIL("in a view, at " << i << ", " << p << ", " << j);
            if (!agree(in_place(i, p, j), alone(0, p, j))) FAIL("in place, at " << i << ", " << p << ", " << j);
          }
      }
      for (index j = 0; j < n + 3; ++j)
        if (j < 2 || j >= n + 2) CHECK(padded(rows - 1, planes - 1, j) == 0);
    };
    check([&](const auto& e, const auto&, const auto&) { return e / sqrt(mean(square(e), over, keepdims) + T(1e-5)); });
    check([&](const auto& e, const auto&, const auto&) {
      return (e - mean(e, over, keepdims)) / sqrt(variance(e, over, keepdims) + T(1e-5)) * gain;
    });
    check([&](const auto& e, const auto&, const auto&) {
      return exp(e - max(e, over, keepdims)) / sum(exp(e - max(e, over, keepdims)), over, keepdims);
    });
    check([&](const auto& e, const auto& w, const auto&) {
      return w * e / sum(e, over, keepdims) - min(e, over, keepdims);
    });
    check([&](const auto& e, const auto&, const auto&) { return e / sum(e, 2, keepdims) / max(abs(e), 2, keepdims); });
    check([&](const auto& e, const auto&, const auto&) {
      return log(abs(e) + 1) - log(sum(exp(e), 2, keepdims)) * gain / (max(e, 2, keepdims) + 3);
    });
    check([&](const auto& e, const auto& w, const auto& r) {
      return e / sum(r, 2, keepdims) + w * max(e, over, keepdims);
    });
    check([&](const auto& e, const auto&, const auto&) { return e / sum(scales, 0, keepdims) + max(e, 2, keepdims); });
    check([&](const auto& e, const auto& w, const auto& r) {
      return e - sum(e / sum(r, 2, keepdims) + w, over, keepdims) + sum(e / sum(scales, 0, keepdims), over, keepdims);
    });
  }
}

} // namespace tutti
