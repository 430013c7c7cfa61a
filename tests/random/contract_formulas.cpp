// SPDX-License-Identifier: MIT
// labels: parallel
#include <random/support.hpp>

namespace random_test {

namespace {

using i8 = std::int8_t;
using u8 = std::uint8_t;
using i32 = std::int32_t;

/// matmul(formula(x, mask), y): a mask that broadcasts to the matrices it masks.
template <class T, class X, class Mask, class Y, class Formula>
void masked(const char* name, int count, const Formula& formula) {
  repeat(count, [&](dice& d, std::string& description) -> std::string {
    static constexpr index extents[] = {1, 2, 3, 8, 15, 16, 17, 33, 64};
    const index m = d.pick(extents), k = d.chance(0.03) ? 0 : d.pick(extents), n = d.pick(extents);
    dynamic_shape shape;
    if (d.chance(0.4)) shape.push_back(d.between(1, 3));
    shape.push_back(m);
    shape.push_back(k);
    const leaf<X> x(d, shape);
    const leaf<Mask> mask(d, random_partner(d, shape));
    const leaf<Y> y(d, {k, n});
    const auto vx = x.view();
    const auto vm = mask.view();
    const auto vy = y.view();
    description = std::string(name) + " of " + describe(vx) + ", " + describe(vm) + " and " + describe(vy);
    INFO(description);
    return check_statement<T>(
        d, [&](const auto& a, const auto& b, const auto& c) { return matmul(formula(a, b), c); }, vx, vm, vy);
  });
}

/// A matrix somewhere in a piece of memory, of which it needs the first `span` elements.
placement somewhere(dice& d, index rows, index columns, bool may_repeat) {
  placement p = random_placement(d, {rows, columns}, may_repeat);
  p.offset += d.between(0, 70);
  p.span += p.offset;
  return p;
}

template <class T>
tutti::view<T> view_at(const placement& p, T* data) { return {data + p.offset, p.shape, p.strides}; }

/// c = formula(a, b), all three in one piece of memory of T's; the operands are read as A and B.
template <class T, class A, class B, class Formula>
void within_one_buffer(const char* name, int count, const Formula& formula) {
  repeat(count, [&](dice& d, std::string& description) -> std::string {
    static constexpr index extents[] = {1, 2, 3, 7, 8, 16, 17, 33, 40};
    const index m = d.pick(extents), n = d.pick(extents), k = d.pick(extents);
    const placement of_a = somewhere(d, m, k, true), of_b = somewhere(d, k, n, true), of_c = somewhere(d, m, n, false);
    buffer<T> memory(d, std::max({of_a.span, of_b.span, of_c.span}), false);
    const auto a = view_at(of_a, reinterpret_cast<A*>(memory.data()));
    const auto b = view_at(of_b, reinterpret_cast<B*>(memory.data()));
    const auto c = view_at(of_c, memory.data());
    description = std::string(name) + " of " + describe(a) + " at " + std::to_string(of_a.offset) + " and " +
                  describe(b) + " at " + std::to_string(of_b.offset) + " into " + describe(c) + " at " +
                  std::to_string(of_c.offset);
    INFO(description);
    return check_view(c, memory, formula(a, b), formula(copy_of(a), copy_of(b)));
  });
}

} // namespace

TEST_CASE("products of formulas of mixed types") {
  SECTION("an image of bytes") {
    products<float, u8, float>("matmul(cast<float>(a) / 255, b)", 80,
                               [](const auto& a, const auto& b) { return matmul(cast<float>(a) / 255.f, b); });
  }
  SECTION("bools beside floats") {
    products<float, bool, float>("matmul(a, b)", 60, [](const auto& a, const auto& b) { return matmul(a, b); });
  }
  SECTION("bools that choose") {
    products<float, float, bool>("matmul(a, where(b, 3 * b, -1))", 80, [](const auto& a, const auto& b) {
      return matmul(a, where(b, cast<float>(b) * 3.f, -1.f));
    });
  }
  SECTION("integers of three widths") {
    products<std::int64_t, u8, std::int16_t>(
        "matmul(cast<int32>(a) - 128, b * 2)", 80,
        [](const auto& a, const auto& b) { return matmul(cast<i32>(a) - 128, b * 2); });
  }
  SECTION("complex and real") {
    products<std::complex<double>, std::complex<float>, i8>(
        "matmul(a * 2 - 1, cast<double>(b))", 60,
        [](const auto& a, const auto& b) { return matmul(a * 2.f - 1.f, cast<double>(b)); });
  }
  SECTION("an operand that is reduced first") {
    products<double, float, i32>("matmul(a - max(a, -1, keepdims), b)", 80, [](const auto& a, const auto& b) {
      return matmul(cast<double>(a) - max(a, -1, tutti::keepdims), b);
    });
  }
}

TEST_CASE("products of what a mask leaves") {
  SECTION("where(mask, x, 0)") {
    masked<float, float, bool, float>("matmul(where(mask, x, 0), y)", 120,
                                      [](const auto& x, const auto& mask) { return where(mask, x, 0.f); });
  }
  SECTION("where(mask > x, x, 1)") {
    masked<double, double, i8, float>("matmul(where(mask > x, x, 1), y)", 120,
                                      [](const auto& x, const auto& mask) { return where(mask > x, x, 1.0); });
  }
  SECTION("x * mask of bytes") {
    masked<i32, u8, bool, i32>("matmul(x * mask, y)", 120, [](const auto& x, const auto& mask) { return x * mask; });
  }
}

TEST_CASE("products whose operands overlap where they go") {
  SECTION("as they are") {
    within_one_buffer<float, float, float>("matmul(a, b)", 200,
                                           [](const auto& a, const auto& b) { return matmul(a, b); });
  }
  SECTION("formulas, and work around") {
    within_one_buffer<double, double, double>(
        "matmul(where(a > 0, a, 1), b - 1) * 2", 200,
        [](const auto& a, const auto& b) { return matmul(where(a > 0.0, a, 1.0), b - 1.0) * 2.0; });
  }
  SECTION("transposed") {
    within_one_buffer<i32, i32, i32>(
        "transpose(matmul(transpose(b), transpose(a)))", 200,
        [](const auto& a, const auto& b) { return swapaxes(matmul(swapaxes(b, 0, 1), swapaxes(a, 0, 1)), 0, 1); });
  }
  SECTION("as bytes of the numbers that are written") {
    within_one_buffer<i32, u8, u8>("matmul(cast<int32>(a), cast<int32>(b))", 200,
                                   [](const auto& a, const auto& b) { return matmul(cast<i32>(a), cast<i32>(b)); });
  }
}

} // namespace random_test
