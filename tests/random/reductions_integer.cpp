// SPDX-License-Identifier: MIT
#include <random/support.hpp>

namespace random_test {

template <class T, class A, class Reduce>
void along_one_axis(const char* name, int count, const Reduce& reduce) {
  repeat(count, [&](dice& d, std::string& description) -> std::string {
    const dynamic_shape shape = random_shape(d, d.between(1, 4), random_limit(d));
    const leaf<A> a(d, shape);
    const auto va = a.view();
    const index axis = d.between(-shape.size(), shape.size() - 1);
    description = std::string(name) + "(x, " + std::to_string(axis) + ") of " + describe(va);
    INFO(description);
    if (d.chance(0.2)) return check_statement<T>(d, [&](const auto& x) { return reduce(x); }, va);
    return check_statement<T>(d, [&](const auto& x) { return reduce(x, axis); }, va);
  });
}

TEST_CASE("reductions of integers, bools, halves and complex numbers") {
  const auto sums = [](const auto& x, auto... where) { return sum(x, where...); };
  const auto products = [](const auto& x, auto... where) { return prod(x, where...); };
  const auto means = [](const auto& x, auto... where) { return mean(x, where...); };
  const auto greatest = [](const auto& x, auto... where) { return max(x, where...); };
  const auto least = [](const auto& x, auto... where) { return min(x, where...); };
  SECTION("sum of uint8") { along_one_axis<std::uint64_t, std::uint8_t>("sum", 200, sums); }
  SECTION("sum of int32") { along_one_axis<std::int64_t, std::int32_t>("sum", 200, sums); }
  SECTION("sum of bool") { along_one_axis<std::int64_t, bool>("sum", 200, sums); }
  SECTION("sum of float16") { along_one_axis<float, tutti::float16>("sum", 150, sums); }
  SECTION("sum of complex") { along_one_axis<std::complex<float>, std::complex<float>>("sum", 150, sums); }
  SECTION("prod of int8") { along_one_axis<std::int64_t, std::int8_t>("prod", 200, products); }
  SECTION("prod of complex") {
    along_one_axis<std::complex<double>, std::complex<double>>(
        "prod of 1 + z / 1000", 100, [](const auto& x, auto... where) { return prod(x / 1000. + 1., where...); });
  }
  SECTION("mean of int16") { along_one_axis<double, std::int16_t>("mean", 150, means); }
  SECTION("max of uint8") { along_one_axis<std::uint8_t, std::uint8_t>("max", 200, greatest); }
  SECTION("min of int64") { along_one_axis<std::int64_t, std::int64_t>("min", 150, least); }
  SECTION("max of bool") { along_one_axis<bool, bool>("max", 150, greatest); }
  SECTION("min of bfloat16") { along_one_axis<float, tutti::bfloat16>("min", 150, least); }
}

} // namespace random_test
