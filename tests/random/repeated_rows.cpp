// SPDX-License-Identifier: MIT
// labels: parallel subset

// Cheap formulas some of whose operands have one element for all of the few along the last axis, as a plane of
// brightness has for the colours of an image: against plain loops.

#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

TEMPLATE_TEST_CASE("operands that come a few times each, beside others", "", float, double, std::int32_t) {
  using T = TestType;
  std::mt19937 random(1);
  const auto any = [&](auto... values) { return index{std::array{values...}[random() % sizeof...(values)]}; };
  const auto number = [](index i) { return static_cast<T>(i * 7 % 23); };
  for (int round = 0; round < 400; ++round) {
    const index rows = any(1, 2, 5, 40), n = any(1, 5, 33, 64, 100, 129, 700),
                count = 1 + static_cast<index>(random() % 5);
    const index_list<3> shape{rows, n, count};
    // Memory ends where the operands do. Axes that an operand is stretched along have step 0.
    std::vector<std::vector<T>> memories;
    const auto operand = [&](const index_list<3>& steps) {
      index_list<3> strides(0, 0, 0);
      index size = 1, first = 0;
      for (index a = 2; a >= 0; --a) {
        strides[a] = size * steps[a];
        const index apart = (shape[a] - 1) * strides[a];
        first -= std::min<index>(apart, 0);
        size += std::abs(apart);
      }
      std::vector<T>& memory = memories.emplace_back();
      for (index i = 0; i < size; ++i) memory.push_back(number(i));
      return view<const T, 3>(memory.data() + first, shape, strides);
    };
    const index gap = any(1, 1, 2);
    const auto m = operand({gap, any(1, 1, 1, -1, 2), 0}), x = operand({1, 1, 1}), other = operand({any(0, 1), 1, 0});
    const auto v = operand({any(0, 0, 1), 0, any(-1, 1, 2)}), gain = operand({any(0, 1, 2), 0, 0});
    const auto expected = [&](index i, index j, index k) {
      return static_cast<T>(m(i, j, k) * v(i, j, k) + x(i, j, k) * gain(i, j, k) + other(i, j, k));
    };
    const auto right = [&](const auto& result, const auto& f) {
      for (index i = 0; i < rows; ++i)
        for (index j = 0; j < n; ++j)
          for (index k = 0; k < count; ++k)
            if (result(i, j, k) != f(i, j, k)) return false;
      return true;
    };
    CAPTURE(shape, m.strides(), v.strides(), gain.strides(), other.strides());
    const auto e = m * v + x * gain + other;
    tensor<T, 3> y = e;
    CHECK(right(y, expected));
    tensor<T, 3> wide({rows, n + 2, count});
    const auto inside = wide(all, range(1, n + 1));
    inside = e;
    CHECK(right(inside, expected));
    CHECK(all(wide(all, 0) == T(0)));
    CHECK(all(wide(all, -1) == T(0)));
    inside = 2 * (m + other); // a rank that all have
    CHECK(right(inside, [&](auto... at) { return static_cast<T>(2 * (m(at...) + other(at...))); }));
    y *= m; // in place
    CHECK(right(y, [&](auto... at) { return static_cast<T>(expected(at...) * m(at...)); }));
    const auto z = eval(m * v + x, x - other + T(22)); // several results
    CHECK(right(get<0>(z), [&](auto... at) { return static_cast<T>(m(at...) * v(at...) + x(at...)); }));
    CHECK(right(get<1>(z), [&](auto... at) { return static_cast<T>(x(at...) - other(at...) + T(22)); }));
    const tensor<double, 3> wider = cast<double>(m) * 2 + cast<double>(v) + cast<double>(x);
    CHECK(right(wider, [&](auto... at) {
      return static_cast<double>(m(at...)) * 2 + static_cast<double>(v(at...)) + static_cast<double>(x(at...));
    }));
    if constexpr (std::floating_point<T>) {
      const tensor<T, 3> divided = m / 3 + v;
      CHECK(right(divided, [&](auto... at) { return m(at...) / 3 + v(at...); }));
    }
  }
}

} // namespace tutti
