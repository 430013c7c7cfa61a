// SPDX-License-Identifier: MIT
#include <random/support.hpp>

namespace random_test {

using tutti::keepdims;

// A formula f(x, axis, other axis) of one leaf of rank 2 to 4.
template <class T, class A, class Formula>
void along_two_axes(const char* name, int count, const Formula& formula, bool positive = false) {
  repeat(count, [&](dice& d, std::string& description) -> std::string {
    const dynamic_shape shape = random_shape(d, d.between(2, 4), random_limit(d));
    const leaf<A> a(d, shape, positive);
    const auto va = a.view();
    const index one = d.between(0, shape.size() - 1), other = (one + d.between(1, shape.size() - 1)) % shape.size();
    description = std::string(name) + " along axes " + std::to_string(one) + " and " + std::to_string(other) + " of " +
                  describe(va);
    INFO(description);
    return check_statement<T>(d, [&](const auto& x) { return formula(x, one, other); }, va);
  });
}

TEST_CASE("reductions of reductions and mixes of axes") {
  SECTION("sum of sums") {
    along_two_axes<double, double>("sum(sum(x, a, keepdims), b)", 200,
                                   [](const auto& x, index a, index b) { return sum(sum(x, a, keepdims), b); });
  }
  SECTION("max of means") {
    along_two_axes<float, float>(
        "max(mean(x, a, keepdims), b, keepdims) - x", 200,
        [](const auto& x, index a, index b) { return max(mean(x, a, keepdims), b, keepdims) - x; });
  }
  SECTION("two axes in one formula") {
    along_two_axes<float, float>("x - mean(x, a) - mean(x, b)", 200, [](const auto& x, index a, index b) {
      return x - mean(x, a, keepdims) - mean(x, b, keepdims) + mean(x);
    });
  }
  SECTION("layer norm over two axes") {
    along_two_axes<double, double>("layer norm", 150, [](const auto& x, index a, index b) {
      const auto where = tutti::axes(a, b);
      return (x - mean(x, where, keepdims)) / sqrt(mean(square(x - mean(x, where, keepdims)), where, keepdims) + 0.25);
    });
  }
  SECTION("reduced over one axis, normalised over the other") {
    along_two_axes<double, double>(
        "sum(x / sum(x, a), b)", 200, [](const auto& x, index a, index b) { return sum(x / sum(x, a, keepdims), b); },
        true);
  }
  SECTION("the reduction's result against its transpose") {
    repeat(150, [&](dice& d, std::string& description) -> std::string {
      const index n = random_extent(d);
      const leaf<float> a(d, {n, n});
      const auto va = a.view();
      description = "sum(x, 0) + sum(x, 1) * transpose(x) of " + describe(va);
      INFO(description);
      return check_statement<float>(d, [](const auto& x) { return sum(x, 0) + sum(x, 1) * transpose(x); }, va);
    });
  }
  SECTION("one that broadcasts its result further than its operand") {
    repeat(200, [&](dice& d, std::string& description) -> std::string {
      const dynamic_shape shape = random_shape(d, d.between(1, 3), random_limit(d));
      const leaf<float> a(d, random_partner(d, shape), true), b(d, shape, true);
      const auto va = a.view(), vb = b.view();
      const index axis = va.shape().size() == 0 ? 0 : d.between(-va.shape().size(), -1);
      description =
          "y / sum(x, keepdims) of " + describe(va) + " and " + describe(vb) + " along " + std::to_string(axis);
      INFO(description);
      if (axis == 0)
        return check_statement<float>(d, [&](const auto& x, const auto& y) { return y / sum(x, keepdims); }, va, vb);
      return check_statement<float>(
          d, [&](const auto& x, const auto& y) { return y / sum(x * 2, axis, keepdims); }, va, vb);
    });
  }
}

TEST_CASE("pairs") {
  const auto pairs = [](const char* name, int count, const auto& formula) {
    repeat(count, [&](dice& d, std::string& description) -> std::string {
      const leaf<double> a(d, {random_extent(d)}), b(d, {random_extent(d)});
      const auto va = a.view(), vb = b.view();
      description = std::string(name) + " of " + describe(va) + " and " + describe(vb);
      INFO(description);
      return check_statement<double>(d, formula, va, vb);
    });
  };
  SECTION("sum of squared differences") {
    pairs("sum(square(x[:, None] - y[None, :]), 1)", 150,
          [](const auto& x, const auto& y) { return sum(square(expand_dims(x, 1) - expand_dims(y, 0)), 1); });
  }
  SECTION("maxima along the other axis") {
    pairs("max(abs(x[:, None] * y[None, :]), 0)", 150,
          [](const auto& x, const auto& y) { return max(abs(expand_dims(x, 1) * expand_dims(y, 0)), 0); });
  }
  SECTION("points in the plane") {
    repeat(100, [&](dice& d, std::string& description) -> std::string {
      const index k = d.between(1, 5);
      const leaf<float> a(d, {d.between(1, 60), k}), b(d, {d.between(1, 60), k});
      const auto va = a.view(), vb = b.view();
      description = "squared distances of " + describe(va) + " and " + describe(vb);
      INFO(description);
      return check_statement<float>(
          d, [](const auto& p, const auto& q) { return sum(square(expand_dims(p, 1) - expand_dims(q, 0)), -1); }, va,
          vb);
    });
  }
}

} // namespace random_test
