// SPDX-License-Identifier: MIT
#include <random/support.hpp>

namespace random_test {

using tutti::keepdims;

// A formula f(x, axis) of one leaf along a random axis.
template <class T, class A, class Formula>
void along_axis(const char* name, int count, const Formula& formula, bool positive = false) {
  repeat(count, [&](dice& d, std::string& description) -> std::string {
    const dynamic_shape shape = random_shape(d, d.between(1, 4), random_limit(d));
    const leaf<A> a(d, shape, positive);
    const auto va = a.view();
    const index axis = d.between(-shape.size(), shape.size() - 1);
    description = std::string(name) + " along axis " + std::to_string(axis) + " of " + describe(va);
    INFO(description);
    return check_statement<T>(d, [&](const auto& x) { return formula(x, axis); }, va);
  });
}

TEST_CASE("formulas that reduce and use the result") {
  SECTION("softmax") {
    along_axis<float, float>("softmax", 200, [](const auto& x, index axis) {
      return exp(x - max(x, axis, keepdims)) / sum(exp(x - max(x, axis, keepdims)), axis, keepdims);
    });
  }
  SECTION("softmax beside what it is made of") {
    along_axis<float, float>("x * softmax + exp", 200, [](const auto& x, index axis) {
      return x * (exp(x) / sum(exp(x), axis, keepdims)) + exp(x);
    });
  }
  SECTION("softmax into another type") {
    along_axis<double, float>("softmax into double", 100,
                              [](const auto& x, index axis) { return exp(x) / sum(exp(x), axis, keepdims); });
  }
  SECTION("z-score") {
    along_axis<double, double>("z-score", 200, [](const auto& x, index axis) {
      return (x - mean(x, axis, keepdims)) / sqrt(mean(square(x - mean(x, axis, keepdims)), axis, keepdims) + 0.25);
    });
  }
  SECTION("y / sum(y)") {
    along_axis<float, float>(
        "x / sum(x)", 300, [](const auto& x, index axis) { return x / sum(x, axis, keepdims); }, true);
  }
  SECTION("x - mean") {
    along_axis<double, float>("x - mean(x) into double", 200,
                              [](const auto& x, index axis) { return x - mean(x, axis, keepdims); });
  }
  SECTION("logsumexp") {
    along_axis<float, float>("logsumexp", 200, [](const auto& x, index axis) {
      return log(sum(exp(x - max(x, axis, keepdims)), axis, keepdims)) + max(x, axis, keepdims);
    });
  }
  SECTION("logsumexp without keepdims") {
    along_axis<double, double>("logsumexp without keepdims", 200, [](const auto& x, index axis) {
      return log(sum(exp(x - max(x, axis, keepdims)), axis)) + max(x, axis);
    });
  }
}

} // namespace random_test
