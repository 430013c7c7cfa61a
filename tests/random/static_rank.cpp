// SPDX-License-Identifier: MIT
#include <random/support.hpp>

namespace random_test {

using tutti::keepdims;

// Leaves and destinations whose rank the compiler knows.
template <index Rank, class Formula>
void of_rank(const char* name, int count, const Formula& formula) {
  repeat(count, [&](dice& d, std::string& description) -> std::string {
    const dynamic_shape shape = random_shape(d, Rank, random_limit(d));
    dynamic_shape partner = shape;
    for (index a = 0; a < Rank; ++a)
      if (d.chance(0.3)) partner[a] = 1;
    const leaf<float> a(d, shape), b(d, partner);
    const auto va = a.view<Rank>(), vb = b.view<Rank>();
    description = std::string(name) + " of " + describe(va) + " and " + describe(vb);
    INFO(description);
    const auto expected = formula(copy_of(va), copy_of(vb));
    const auto e = formula(va, vb);
    constexpr index R = std::remove_const_t<decltype(e)>::rank;
    static_assert(R != tutti::dynamic_rank);
    if (d.chance(0.5)) {
      const tutti::tensor<float, R> y(e);
      return difference(y.leaf(), expected);
    }
    const leaf<float> destination(d, as_dynamic(e.shape()), false, false);
    const auto to = destination.view<R>();
    to = e;
    return difference(to, expected);
  });
}

TEST_CASE("static ranks") {
  SECTION("rank 1") {
    of_rank<1>("x * y + x", 200, [](const auto& x, const auto& y) { return x * y + x; });
  }
  SECTION("rank 2") {
    of_rank<2>("transpose(x + y)", 200, [](const auto& x, const auto& y) { return transpose(x + y) * 2; });
  }
  SECTION("rank 2 to 1") {
    of_rank<2>("max(x - y, 1)", 200, [](const auto& x, const auto& y) { return sum(x - y, 1); });
  }
  SECTION("rank 3") {
    of_rank<3>("x - mean(x + y, 1, keepdims)", 200,
               [](const auto& x, const auto& y) { return x - sum(x + y, 1, keepdims); });
  }
  SECTION("rank 4") {
    of_rank<4>("sum(x * y, axes(0, 2))", 200,
               [](const auto& x, const auto& y) { return sum(x * y, tutti::axes(0, 2)); });
  }
}

} // namespace random_test
