// SPDX-License-Identifier: MIT
// Tests include/tutti/expr/special.hpp.

#include <support/catch.hpp>
#include <support/values.hpp>

#include <tutti/expr/special.hpp>

namespace {

using test::differences, test::differences_of, test::inf, test::NaN;
using tutti::tensor, tutti::value_t;

static_assert(std::same_as<value_t<decltype(erf(std::declval<tensor<float, 1>&>()))>, float>);
static_assert(std::same_as<value_t<decltype(lgamma(std::declval<tensor<int, 2>&>()))>, double>);
static_assert(tutti::rank_of<decltype(tgamma(std::declval<tensor<int, 2>&>()))> == 2);

} // namespace

TEMPLATE_TEST_CASE("error function", "", float, double) {
  using T = TestType;
  const T i = static_cast<T>(inf), n = static_cast<T>(NaN);
  const std::vector<T> x{-3, -1, T(-0x1p-30), T(0.125), T(0.5), T(2.5), 4};
  CHECK(
      differences_of<T>([](const auto& v) { return tutti::erf(v); }, x,
                        {T(-0.99997790950300141), T(-0.84270079294971487), T(-1.050884991041862e-9),
                         T(0.14031620480133382), T(0.52049987781304654), T(0.99959304798255504), T(0.9999999845827421)},
                        4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::erfc(v); }, x,
                          {T(1.9999779095030014), T(1.8427007929497149), T(1.000000001050885), T(0.85968379519866618),
                           T(0.47950012218695346), T(0.00040695201744495894), T(1.5417257900280019e-8)},
                          4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::erf(v); }, {n, i, -i, 0, T(-0.0)},
                          {n, 1, -1, 0, T(-0.0)}) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::erfc(v); }, {n, i, -i, 0, 6},
                          {n, 0, 2, 1, T(2.1519736712498913e-17)}, 4) == "");
}

TEMPLATE_TEST_CASE("gamma function", "", float, double) {
  using T = TestType;
  const T i = static_cast<T>(inf), n = static_cast<T>(NaN);
  CHECK(differences_of<T>([](const auto& v) { return tutti::tgamma(v); },
                          {T(-1.5), T(-0.5), T(0.125), T(0.5), T(2.5), 4, 10},
                          {T(2.3632718012073547), T(-3.5449077018110321), T(7.5339415987976119), T(1.772453850905516),
                           T(1.329340388179137), 6, 362880},
                          4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::lgamma(v); },
                          {T(-1.5), T(-0.5), T(0.125), T(0.5), T(2.5), 4, 10, 100},
                          {T(0.86004701537648101), T(1.2655121234846454), T(2.0194183575537963), T(0.57236494292470009),
                           T(0.28468287047291916), T(1.791759469228055), T(12.80182748008147), T(359.1342053695754)},
                          4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::tgamma(v); }, {n, i, -i, 0, T(-0.0), -2},
                          {n, i, n, i, -i, n}) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::lgamma(v); }, {n, i, -i, 0, -2, 1, 2},
                          {n, i, i, i, i, 0, 0}) == "");
}

TEST_CASE("special functions of integers") {
  CHECK(differences(tgamma(tensor<int, 1>({3}, {1, 5, 11})), {1, 24, 3628800}, 4) == "");
  CHECK(differences(erf(tensor<std::uint8_t, 1>({2}, {0, 1})), {0, 0.84270079294971487}, 4) == "");
}
