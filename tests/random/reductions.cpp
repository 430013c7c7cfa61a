// SPDX-License-Identifier: MIT
#include <random/support.hpp>

namespace random_test {

// Reduces along every choice of axes of a random shape: everything, one axis, or several.
template <class T, class A, class Reduce>
void reductions(const char* name, int count, const Reduce& reduce, index low = 0, bool positive = false) {
  repeat(count, [&](dice& d, std::string& description) -> std::string {
    const dynamic_shape shape = random_shape(d, d.between(low, 4), random_limit(d));
    const leaf<A> a(d, shape, positive);
    const auto va = a.view();
    const index rank = shape.size();
    const int which = rank == 0 ? 0 : static_cast<int>(d.between(0, rank >= 2 ? 5 : 3));
    const index axis = rank == 0 ? 0 : d.between(-rank, rank - 1);
    const auto say = [&](const std::string& where) {
      description = std::string(name) + "(x" + where + ") of " + describe(va);
    };
    switch (which) {
    case 0:
      say("");
      return check_statement<T>(d, [&](const auto& x) { return reduce(x); }, va);
    case 1:
      say(", keepdims");
      return check_statement<T>(d, [&](const auto& x) { return reduce(x, tutti::keepdims); }, va);
    case 2:
      say(", " + std::to_string(axis));
      return check_statement<T>(d, [&](const auto& x) { return reduce(x, axis); }, va);
    case 3:
      say(", " + std::to_string(axis) + ", keepdims");
      return check_statement<T>(d, [&](const auto& x) { return reduce(x, axis, tutti::keepdims); }, va);
    default: {
      dynamic_shape axes;
      for (index i = 0; i < rank; ++i)
        if (d.chance(0.6)) axes.push_back(i);
      if (d.chance(0.3)) std::reverse(axes.begin(), axes.end());
      say(", axes" + to_string(axes) + (which == 4 ? "" : ", keepdims"));
      if (which == 4) return check_statement<T>(d, [&](const auto& x) { return reduce(x, axes); }, va);
      return check_statement<T>(d, [&](const auto& x) { return reduce(x, axes, tutti::keepdims); }, va);
    }
    }
  });
}

TEST_CASE("reductions along random axes of random layouts") {
  SECTION("sum of float") {
    reductions<float, float>("sum", 500, [](const auto& x, auto... where) { return sum(x, where...); });
  }
  SECTION("mean of float") {
    reductions<float, float>("mean", 300, [](const auto& x, auto... where) { return mean(x, where...); });
  }
  SECTION("max of float") {
    reductions<float, float>("max", 300, [](const auto& x, auto... where) { return max(x, where...); });
  }
  SECTION("min of double") {
    reductions<double, double>("min", 300, [](const auto& x, auto... where) { return min(x, where...); });
  }
}

TEST_CASE("reductions of formulas") {
  SECTION("sum of a square") {
    reductions<double, double>("sum(x * x - 1)", 300, [](const auto& x, auto... where) { return sum(x * x - 1, where...); });
  }
  SECTION("reduction of a transposed one") {
    reductions<float, float>("sum(transpose(x))", 200, [](const auto& x, auto... where) { return sum(transpose(x), where...); });
  }
}

} // namespace random_test
