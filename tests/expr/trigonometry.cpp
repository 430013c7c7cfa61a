// SPDX-License-Identifier: MIT
// Tests include/tutti/expr/trigonometry.hpp.

#include <support/catch.hpp>
#include <support/values.hpp>

#include <tutti/expr/trigonometry.hpp>

namespace {

using test::differences, test::differences_of, test::inf, test::NaN;
using tutti::tensor, tutti::value_t;

template <class T>
using of = tensor<T, 1>&;

static_assert(std::same_as<value_t<decltype(sin(std::declval<of<float>>()))>, float>);
static_assert(std::same_as<value_t<decltype(sin(std::declval<of<std::int8_t>>()))>, double>);
static_assert(std::same_as<value_t<decltype(sin(std::declval<of<std::complex<double>>>()))>, std::complex<double>>);
static_assert(std::same_as<value_t<decltype(atan2(std::declval<of<float>>(), 1.0))>, float>);
static_assert(std::same_as<value_t<decltype(rad2deg(std::declval<of<float>>()))>, float>);
static_assert(std::same_as<value_t<decltype(deg2rad(std::declval<of<int>>()))>, double>);
static_assert(std::same_as<decltype(tutti::rad2deg(1.0f)), float> &&
              std::same_as<decltype(tutti::deg2rad(180)), double>);

constexpr double pi = 3.14159265358979323846;

} // namespace

TEMPLATE_TEST_CASE("circular and hyperbolic functions", "", float, double) {
  using T = TestType;
  const std::vector<T> x{-2.5, -1, -0.25, 0.25, 1, 3.5};
  CHECK(differences_of<T>([](const auto& v) { return tutti::sin(v); }, x,
                          {T(-0.59847214410395649), T(-0.84147098480789651), T(-0.24740395925452293),
                           T(0.24740395925452293), T(0.84147098480789651), T(-0.35078322768961985)},
                          4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::cos(v); }, x,
                          {T(-0.80114361554693371), T(0.54030230586813972), T(0.96891242171064478),
                           T(0.96891242171064478), T(0.54030230586813972), T(-0.93645668729079634)},
                          4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::tan(v); }, x,
                          {T(0.74702229723866028), T(-1.5574077246549022), T(-0.25534192122103627),
                           T(0.25534192122103627), T(1.5574077246549022), T(0.37458564015859467)},
                          4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::sinh(v); }, x,
                          {T(-6.0502044810397873), T(-1.1752011936438015), T(-0.25261231680816831),
                           T(0.25261231680816831), T(1.1752011936438015), T(16.542627287634998)},
                          4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::cosh(v); }, x,
                          {T(6.1322894796636861), T(1.5430806348152438), T(1.0314130998795732), T(1.0314130998795732),
                           T(1.5430806348152438), T(16.572824671057316)},
                          4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::tanh(v); }, x,
                          {T(-0.98661429815143029), T(-0.76159415595576489), T(-0.24491866240370913),
                           T(0.24491866240370913), T(0.76159415595576489), T(0.99817789761119871)},
                          4) == "");
}

TEMPLATE_TEST_CASE("inverse functions", "", float, double) {
  using T = TestType;
  std::vector<T> x{-2.5, -1, -0.25, 0.25, 1, 3.5};
  CHECK(differences_of<T>([](const auto& v) { return tutti::atan(v); }, x,
                          {T(-1.1902899496825317), T(-0.78539816339744831), T(-0.24497866312686415),
                           T(0.24497866312686415), T(0.78539816339744831), T(1.2924966677897853)},
                          4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::asinh(v); }, x,
                          {T(-1.6472311463710957), T(-0.88137358701954303), T(-0.24746646154726345),
                           T(0.24746646154726345), T(0.88137358701954303), T(1.9657204716496515)},
                          4) == "");
  x = {-1, -0.5, -0.125, 0.125, 0.625, 1};
  CHECK(differences_of<T>([](const auto& v) { return tutti::asin(v); }, x,
                          {T(-1.5707963267948966), T(-0.52359877559829887), T(-0.1253278311680654),
                           T(0.1253278311680654), T(0.67513153293703165), T(1.5707963267948966)},
                          4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::acos(v); }, x,
                          {T(3.1415926535897932), T(2.0943951023931955), T(1.696124157962962), T(1.4454684956268312),
                           T(0.89566479385786497), 0},
                          4) == "");
  x = {-0.5, -0.125, 0.125, 0.625};
  CHECK(differences_of<T>(
            [](const auto& v) { return tutti::atanh(v); }, x,
            {T(-0.54930614433405485), T(-0.12565721414045304), T(0.12565721414045304), T(0.73316853439671352)},
            4) == "");
  x = {1.5, 2, 10, T(0x1p20)};
  CHECK(differences_of<T>([](const auto& v) { return tutti::acosh(v); }, x,
                          {T(0.96242365011920689), T(1.3169578969248167), T(2.9932228461263809), T(14.556090791758624)},
                          4) == "");
}

TEMPLATE_TEST_CASE("special values of trigonometric functions", "", float, double) {
  using T = TestType;
  const T i = static_cast<T>(inf), n = static_cast<T>(NaN), o = T(-0.0), half = T(pi / 2);
  const std::vector<T> x{n, i, -i, 0, o};
  CHECK(differences_of<T>([](const auto& v) { return tutti::sin(v); }, x, {n, n, n, 0, o}) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::cos(v); }, x, {n, n, n, 1, 1}) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::tan(v); }, x, {n, n, n, 0, o}) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::sinh(v); }, x, {n, i, -i, 0, o}) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::cosh(v); }, x, {n, i, i, 1, 1}) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::tanh(v); }, x, {n, 1, -1, 0, o}) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::atan(v); }, x, {n, half, -half, 0, o}, 1) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::asinh(v); }, x, {n, i, -i, 0, o}) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::asin(v); }, {n, 2, T(-1.5), o}, {n, n, n, o}) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::acos(v); }, {n, 2, T(-1.5), 1}, {n, n, n, 0}) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::atanh(v); }, {n, 1, -1, T(1.5), o}, {n, i, -i, n, o}) ==
        "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::acosh(v); }, {n, 1, T(0.5), -1, i}, {n, 0, n, n, i}) == "");
}

TEST_CASE("large and small angles") {
  CHECK(differences_of<double>([](const auto& v) { return tutti::sin(v); }, {1e6, 0x1p100},
                               {-0.34999350217129295, -0.87218360541826731}, 4) == "");
  CHECK(differences_of<double>([](const auto& v) { return tutti::sinh(v); }, {0x1p-40}, {9.0949470177292824e-13}, 4) ==
        "");
}

TEMPLATE_TEST_CASE("atan2", "", float, double) {
  using T = TestType;
  const T i = static_cast<T>(inf), n = static_cast<T>(NaN), o = T(-0.0), whole = T(pi), half = T(pi / 2);
  const tensor<T, 1> y({13}, {0, o, 0, o, 1, -1, 1, 2, i, i, 1, n, 1});
  const tensor<T, 1> x({13}, {-1, -1, 1, 1, 0, 0, 1, -3, i, -i, -i, 1, n});
  CHECK(differences(
            atan2(y, x),
            {whole, -whole, 0, o, half, -half, T(pi / 4), T(2.5535900500422257), T(pi / 4), T(3 * pi / 4), whole, n, n},
            4) == "");
  CHECK(tutti::atan2(T(1), T(1)) == T(pi / 4));
  CHECK_THROWS_WITH(atan2(y, tensor<T, 1>({2})), "cannot take atan2 of shapes (13,) and (2,): axis 0 is 13 and 2");
}

TEMPLATE_TEST_CASE("trigonometric functions of complex numbers", "", float, double) {
  using C = std::complex<TestType>;
  const std::vector<C> z{{1, 2}, {-3, TestType(0.5)}, {TestType(0.25), -1}};
  const auto c = [](double re, double im) { return C(static_cast<TestType>(re), static_cast<TestType>(im)); };
  CHECK(differences_of<C>([](const auto& v) { return tutti::sin(v); }, z,
                          {c(3.1657785132161681, 1.9596010414216059), c(-0.15913058529844001, -0.51588044245252677),
                           c(0.38176425850227395, -1.1386670345306561)},
                          8) == "");
  CHECK(differences_of<C>([](const auto& v) { return tutti::cos(v); }, z,
                          {c(2.0327230070196655, -3.0518977991518001), c(-1.116341244526152, 0.0735369737112366),
                           c(1.4951099947736369, 0.29074942822811777)},
                          8) == "");
  CHECK(differences_of<C>([](const auto& v) { return tutti::tan(v); }, z,
                          {c(0.03381282607989669, 1.0147936161466336), c(0.11162105077158344, 0.46946999342588542),
                           c(0.10332940767091637, -0.78168830709145948)},
                          8) == "");
  CHECK(differences_of<C>([](const auto& v) { return tutti::acos(v); }, z,
                          {c(1.1437177404024205, -1.5285709194809982), c(2.966946188504344, -1.7789904938267686),
                           c(1.3944938940179297, 0.89246336390334824)},
                          16) == "");
  CHECK(differences_of<C>([](const auto& v) { return tutti::atan(v); }, z,
                          {c(1.3389725222944936, 0.40235947810852509), c(-1.2563981835871801, 0.048936144281523828),
                           c(0.84757566067082903, -1.0435968174739093)},
                          16) == "");
  CHECK(differences_of<C>([](const auto& v) { return tutti::sinh(v); }, z,
                          {c(-0.48905625904129367, 1.4031192506220406), c(-8.7915123434937133, 4.8266942748108207),
                           c(0.13648701726214636, -0.86790419689942976)},
                          8) == "");
  CHECK(differences_of<C>([](const auto& v) { return tutti::tanh(v); }, z,
                          {c(1.1667362572409199, -0.24345820118572525), c(-0.99731636528320201, 0.0041604265928938304),
                           c(0.73241123246403056, -1.2780380902237092)},
                          8) == "");
}

TEST_CASE("degrees and radians") {
  CHECK(differences_of<double>([](const auto& v) { return tutti::deg2rad(v); }, {0, 90, -180, inf, NaN},
                               {0, pi / 2, -pi, inf, NaN}, 1) == "");
  CHECK(differences_of<float>([](const auto& v) { return tutti::rad2deg(v); }, {0, float(pi), -1},
                              {0, 180, -57.295779513f}, 1) == "");
  CHECK(tutti::rad2deg(tutti::acos(0.6)) == Approx(53.13010235415598));
  CHECK(differences(rad2deg(tensor<int, 1>({2}, {0, 1})), {0, 57.29577951308232}, 1) == "");
}
