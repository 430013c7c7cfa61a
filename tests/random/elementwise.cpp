// SPDX-License-Identifier: MIT
#include <random/support.hpp>

namespace random_test {

TEST_CASE("elementwise formulas of random layouts") {
  SECTION("a + b") {
    binary<float, float, float>("a + b", 400, 0, 4, [](const auto& a, const auto& b) { return a + b; });
  }
  SECTION("a * 2 - b / 4") {
    binary<double, double, double>("a * 2 - b / 4", 200, 0, 4,
                                   [](const auto& a, const auto& b) { return a * 2 - b / 4; });
  }
  SECTION("(a + b) * c - a") {
    ternary<float, float, float, float>("(a + b) * c - a", 300, 0, 4,
                                        [](const auto& a, const auto& b, const auto& c) { return (a + b) * c - a; });
  }
  SECTION("a + transpose(a)") {
    repeat(200, [&](dice& d, std::string& description) {
      const index n = random_extent(d);
      const leaf<float> a(d, {n, n});
      const auto va = a.view();
      description = "a + transpose(a) of " + describe(va);
      INFO(description);
      return check_statement<float>(d, [](const auto& x) { return x + transpose(x); }, va);
    });
  }
  SECTION("transpose(a) * b") {
    repeat(300, [&](dice& d, std::string& description) {
      const dynamic_shape shape = random_shape(d, d.between(1, 4), random_limit(d));
      dynamic_shape turned = shape;
      std::reverse(turned.begin(), turned.end());
      const leaf<double> a(d, turned), b(d, random_partner(d, shape));
      const auto va = a.view(), vb = b.view();
      description = "transpose(a) * b of " + describe(va) + " and " + describe(vb);
      INFO(description);
      return check_statement<double>(d, [](const auto& x, const auto& y) { return transpose(x) * y; }, va, vb);
    });
  }
  SECTION("outer product") {
    repeat(150, [&](dice& d, std::string& description) {
      const leaf<float> a(d, {random_extent(d)}), b(d, {random_extent(d)});
      const auto va = a.view(), vb = b.view();
      description = "outer product of " + describe(va) + " and " + describe(vb);
      INFO(description);
      return check_statement<float>(
          d, [](const auto& x, const auto& y) { return expand_dims(x, 1) * expand_dims(y, 0); }, va, vb);
    });
  }
  SECTION("small inner extents") {
    repeat(300, [&](dice& d, std::string& description) {
      const index rank = d.between(2, 4);
      dynamic_shape shape;
      for (index a = 0; a + 1 < rank; ++a) shape.push_back(d.between(1, 40));
      shape.push_back(d.between(1, 6));
      const leaf<float> a(d, shape), b(d, random_partner(d, shape)), c(d, random_partner(d, shape));
      const auto va = a.view(), vb = b.view(), vc = c.view();
      description = "a * b + c of " + describe(va) + ", " + describe(vb) + " and " + describe(vc);
      INFO(description);
      return check_statement<float>(
          d, [](const auto& x, const auto& y, const auto& z) { return x * y + z; }, va, vb, vc);
    });
  }
}

} // namespace random_test
