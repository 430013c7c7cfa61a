// SPDX-License-Identifier: MIT
#include <random/support.hpp>

namespace random_test {

using tutti::keepdims;

// Views of what is not elementwise: reductions and generators, inside larger formulas.
TEST_CASE("views of reductions") {
  const auto run = [](const char* name, int count, index low, const auto& formula) {
    repeat(count, [&](dice& d, std::string& description) -> std::string {
      const leaf<double> a(d, random_shape(d, d.between(low, 4), random_limit(d)));
      const auto va = a.view();
      description = std::string(name) + " of " + describe(va);
      INFO(description);
      return check_statement<double>(d, formula, va);
    });
  };
  SECTION("transpose") {
    run("transpose(sum(x, 0))", 200, 1, [](const auto& x) { return transpose(sum(x, 0)); });
  }
  SECTION("flip") {
    run("flip(sum(x, -1), 0)", 200, 2, [](const auto& x) { return flip(sum(x, -1), 0); });
  }
  SECTION("expand_dims") {
    run("expand_dims(mean(x, 0), 0) - x", 200, 1, [](const auto& x) { return expand_dims(mean(x, 0), 0) - x; });
  }
  SECTION("transpose of a map with a reduction") {
    run("transpose(x - mean(x, 0, keepdims))", 200, 1,
        [](const auto& x) { return transpose(x - mean(x, 0, keepdims)); });
  }
  SECTION("flip of a map with a reduction along the flipped axis") {
    run("flip(x - mean(x, -1, keepdims), -1)", 200, 1, [](const auto& x) {
      const index last = static_cast<index>(x.shape().size()) - 1;
      return flip(x - mean(x, -1, keepdims), last);
    });
  }
}

} // namespace random_test
