// SPDX-License-Identifier: MIT
// labels: parallel
#include <random/support.hpp>

namespace random_test {

using tutti::keepdims;

// Shapes that several threads share, that leave a cache, and that have few or very long rows.
static const std::vector<dynamic_shape> large_shapes = {
    {1000003},  {2, 300007}, {300007, 2}, {700, 800},  {3, 7, 30011},  {30011, 7, 3},   {64, 64, 130},
    {5000, 97}, {97, 5000},  {1, 400000}, {400000, 1}, {17, 1, 20000}, {40, 30, 20, 10}};

template <class Formula>
void of_large(const char* name, const Formula& formula, bool transposed = true) {
  repeat(static_cast<int>(large_shapes.size()), [&](dice& d, std::string& description) -> std::string {
    static std::size_t next = 0;
    const dynamic_shape shape = large_shapes[next++ % large_shapes.size()];
    tutti::tensor<float> x(shape, transposed && d.chance(0.4) ? tutti::column_major : tutti::row_major);
    for (index i = 0; i < x.size(); ++i) x.data()[i] = static_cast<float>(d.between(4, 16)) / 8;
    const index axis = d.between(-shape.size(), shape.size() - 1);
    description = std::string(name) + " along axis " + std::to_string(axis) + " of " + describe(x);
    INFO(description);
    const tutti::tensor<float> y = formula(x, axis);
    return difference(y.leaf(), formula(copy_of(x.leaf()), axis));
  });
}

TEST_CASE("large elementwise statements") {
  SECTION("x * 2 + 1") {
    of_large("x * 2 + 1", [](const auto& x, index) { return x * 2 + 1; });
  }
  SECTION("transpose") {
    of_large("transpose(x) - 1", [](const auto& x, index) { return transpose(x) - 1; });
  }
}

TEST_CASE("large reductions") {
  SECTION("along an axis") {
    of_large("sum(x, axis)", [](const auto& x, index axis) { return sum(x, axis); });
  }
  SECTION("of everything") {
    of_large("sum(x)", [](const auto& x, index) { return sum(x * x); });
  }
  SECTION("maximum") {
    of_large("max(x, axis, keepdims)", [](const auto& x, index axis) { return max(x, axis, keepdims); });
  }
}

TEST_CASE("large fused formulas") {
  SECTION("softmax") {
    of_large("softmax", [](const auto& x, index axis) {
      return exp(x - max(x, axis, keepdims)) / sum(exp(x - max(x, axis, keepdims)), axis, keepdims);
    });
  }
  SECTION("x / sum(x)") {
    of_large("x / mean(x)", [](const auto& x, index) { return x / mean(x); });
  }
}

TEST_CASE("large statements in place") {
  tutti::tensor<float, 2> x({700, 900});
  x = tutti::iota<float>({700, 900}) / 1000.f;
  const auto before = copy_of(x.leaf());
  SECTION("y / sum(y)") {
    x = x / sum(x + 1, 1, keepdims);
    CHECK(difference(x.leaf(), before / sum(before + 1, 1, keepdims)) == "");
  }
  SECTION("columns") {
    x = x / sum(x + 1, 0, keepdims);
    CHECK(difference(x.leaf(), before / sum(before + 1, 0, keepdims)) == "");
  }
  SECTION("reversed") {
    x = flip(x, 0) - x;
    CHECK(difference(x.leaf(), flip(before, 0) - before) == "");
  }
  SECTION("transposed") {
    x = transpose(x);
    CHECK(difference(x.leaf(), transpose(before)) == "");
  }
  SECTION("shifted") {
    x(tutti::range(1, 700)) = x(tutti::range(0, 699));
    auto expected = before;
    for (index k = 900; k < expected.size(); ++k) expected.set(k, before[k - 900]);
    CHECK(difference(x.leaf(), expected) == "");
  }
}

} // namespace random_test
