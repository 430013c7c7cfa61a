// SPDX-License-Identifier: MIT
// labels: parallel subset

// Cheap formulas of operands whose elements stand a few apart, in either direction: against plain loops.

#include <cstdint>
#include <random>
#include <vector>

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

TEMPLATE_TEST_CASE("operands walked by steps, beside others", "", float, double, std::int32_t, std::uint64_t) {
  using T = TestType;
  std::mt19937 random(1);
  const auto number = [](index i) { return static_cast<T>(i * 7 % 23); };
  for (int round = 0; round < 300; ++round) {
    const index rows = std::array{1, 2, 5, 40}[random() % 4],
                n = std::array{1, 17, 63, 64, 100, 129, 700}[random() % 7];
    // Memory ends where the operands do.
    std::vector<std::vector<T>> memories;
    const auto operand = [&](index row_step, index step) {
      const index pitch = (n - 1) * std::abs(step) + 1;
      const index size = (rows - 1) * pitch * row_step + pitch;
      std::vector<T>& memory = memories.emplace_back();
      for (index i = 0; i < size; ++i) memory.push_back(number(i));
      return view<const T, 2>(memory.data() + (step < 0 ? pitch - 1 : 0), {rows, n}, {pitch * row_step, step});
    };
    const auto any_step = [&] { return static_cast<index>(random() % 7) - 3; };
    const auto a = operand(1, std::array{-2, -1, 2}[random() % 3]), b = operand(2, any_step()),
               c = operand(0, any_step());
    const auto e = a * T(2) + b + T(23) - c; // never negative, in any type
    const auto right = [&](const auto& result) {
      for (index i = 0; i < rows; ++i)
        for (index j = 0; j < n; ++j)
          if (result(i, j) != static_cast<T>(a(i, j) * 2 + b(i, j) + 23 - c(i, j))) return false;
      return true;
    };
    CAPTURE(rows, n, a.strides(), b.strides(), c.strides());
    const tensor<T, 2> y = e;
    CHECK(right(y));
    tensor<T, 2> wide({rows, 2 * n});
    const auto every_second = wide(all, range(0, none, 2));
    every_second = e;
    CHECK(right(every_second));
    tensor<T, 2> copied = a;
    copied += b + T(23) - c + a;
    CHECK(right(copied));
    const tensor<double, 2> wider = cast<double>(a) * 2 + cast<double>(b) + 23 - cast<double>(c);
    CHECK(right(cast<T>(wider)));
  }
}

TEST_CASE("a row is updated from its own neighbours") {
  tensor<float, 2> x({30, 200});
  for (index i = 0; i < x.size(); ++i) x.data()[i] = static_cast<float>(i % 37);
  const tensor<float, 2> before = x;
  const auto even = range(0, none, 2), odd = range(1, none, 2);
  x(all, even) = x(all, odd) + 1;
  x(all, odd) *= x(all, even);
  x = flip(x, 1) * 2;
  bool right = true;
  for (index i = 0; i < 30; ++i)
    for (index j = 0; j < 100; ++j) {
      const float now = before(i, 2 * j + 1) + 1;
      right = right && x(i, 199 - 2 * j) == 2 * now && x(i, 198 - 2 * j) == 2 * now * before(i, 2 * j + 1);
    }
  CHECK(right);
}

} // namespace tutti
