// SPDX-License-Identifier: MIT
// Tests include/tutti/expr/math.hpp.

#include <support/catch.hpp>
#include <support/values.hpp>

#include <tutti/expr/math.hpp>

namespace {

using test::differences, test::differences_of, test::inf, test::NaN;
using tutti::float16, tutti::is_complex, tutti::tensor, tutti::value_t;

template <class T>
using of = tensor<T, 1>&;

// Types: integers become double where the result has a fraction, and stay what they are elsewhere.
static_assert(std::same_as<value_t<decltype(exp(std::declval<of<float>>()))>, float>);
static_assert(std::same_as<value_t<decltype(exp(std::declval<of<double>>()))>, double>);
static_assert(std::same_as<value_t<decltype(exp(std::declval<of<int>>()))>, double>);
static_assert(std::same_as<value_t<decltype(exp(std::declval<of<bool>>()))>, double>);
static_assert(std::same_as<value_t<decltype(exp(std::declval<of<float16>>()))>, float>);
static_assert(std::same_as<value_t<decltype(exp(std::declval<of<std::complex<float>>>()))>, std::complex<float>>);
static_assert(std::same_as<value_t<decltype(sqrt(std::declval<of<std::int8_t>>()))>, double>);
static_assert(std::same_as<value_t<decltype(abs(std::declval<of<std::int8_t>>()))>, std::int8_t>);
static_assert(std::same_as<value_t<decltype(abs(std::declval<of<bool>>()))>, bool>);
static_assert(std::same_as<value_t<decltype(abs(std::declval<of<std::complex<double>>>()))>, double>);
static_assert(std::same_as<value_t<decltype(square(std::declval<of<std::uint8_t>>()))>, std::uint8_t>);
static_assert(std::same_as<value_t<decltype(square(std::declval<of<bool>>()))>, std::int8_t>);
static_assert(std::same_as<value_t<decltype(sign(std::declval<of<std::int64_t>>()))>, std::int64_t>);
static_assert(std::same_as<value_t<decltype(pow(std::declval<of<float>>(), 2.0))>, float>);
static_assert(std::same_as<value_t<decltype(pow(std::declval<of<int>>(), 2))>, int>);
static_assert(std::same_as<value_t<decltype(pow(2.0, std::declval<of<float>>()))>, float>);
static_assert(std::same_as<value_t<decltype(pow(std::declval<of<std::int8_t>>(), std::declval<of<std::uint8_t>>()))>,
                           std::int16_t>);
static_assert(std::same_as<value_t<decltype(hypot(std::declval<of<float>>(), std::declval<of<int>>()))>, double>);

// Numbers alone: of one floating type; others are std's.
static_assert(std::same_as<decltype(tutti::exp(1.0f)), float> && std::same_as<decltype(tutti::exp(1.0)), double>);
static_assert(std::same_as<decltype(tutti::abs(std::complex<float>(3, 4))), float>);
static_assert(tutti::function_arguments<double, double> && tutti::function_arguments<of<int>, int>);
static_assert(!tutti::function_arguments<int> && !tutti::function_arguments<double, int> &&
              !tutti::function_arguments<const char*> && !tutti::function_arguments<of<int>, const char*>);

} // namespace

TEST_CASE("abs") {
  CHECK(differences_of<double>([](const auto& v) { return tutti::abs(v); }, {-1.5, 2, -0.0, 0.0, -inf, inf, NaN},
                               {1.5, 2, 0, 0, inf, inf, NaN}) == "");
  CHECK(differences_of<std::int8_t>([](const auto& v) { return abs(v); }, {-128, -127, -1, 0, 1, 127},
                                    {-128, 127, 1, 0, 1, 127}) == "");
  CHECK(differences_of<std::int64_t>([](const auto& v) { return abs(v); }, {INT64_MIN, INT64_MIN + 1, -5},
                                     {INT64_MIN, INT64_MAX, 5}) == "");
  CHECK(differences_of<std::uint16_t>([](const auto& v) { return abs(v); }, {0, 40000, 65535}, {0, 40000, 65535}) ==
        "");
  CHECK(differences_of<bool>([](const auto& v) { return abs(v); }, {true, false}, {true, false}) == "");
  CHECK(differences_of<std::complex<double>>([](const auto& v) { return tutti::abs(v); },
                                             {{3, 4}, {-1e200, 1e200}, {inf, NaN}, {NaN, 0}, {0, -2}},
                                             {5, 1.4142135623730950e200, inf, NaN, 2}, 2) == "");
}

TEST_CASE("sign and square") {
  CHECK(differences_of<float>([](const auto& v) { return tutti::sign(v); }, {-2, 0, 3, 1e-45f, -float(inf), float(NaN)},
                              {-1, 0, 1, 1, -1, float(NaN)}) == "");
  CHECK(differences_of<int>([](const auto& v) { return tutti::sign(v); }, {INT32_MIN, -1, 0, INT32_MAX},
                            {-1, -1, 0, 1}) == "");
  CHECK(differences_of<std::uint8_t>([](const auto& v) { return tutti::sign(v); }, {0, 1, 255}, {0, 1, 1}) == "");
  CHECK(differences_of<bool>([](const auto& v) { return tutti::sign(v); }, {true, false}, {1, 0}) == "");

  CHECK(differences_of<double>([](const auto& v) { return tutti::square(v); }, {-1.5, 1e200, -0.0, NaN},
                               {2.25, inf, 0, NaN}) == "");
  CHECK(differences_of<std::int8_t>([](const auto& v) { return tutti::square(v); }, {11, -11, 16, -128},
                                    {121, 121, 0, 0}) == "");
  CHECK(differences_of<std::uint16_t>([](const auto& v) { return tutti::square(v); }, {65535, 256}, {1, 0}) == "");
  CHECK(differences_of<bool>([](const auto& v) { return tutti::square(v); }, {true, false}, {1, 0}) == "");
  CHECK(differences_of<std::complex<float>>([](const auto& v) { return tutti::square(v); }, {{1, 2}, {-3, 0.5f}},
                                            {{-3, 4}, {8.75f, -3}}) == "");
}

TEST_CASE("pow of integers stays with integers") {
  const auto power = [](const auto& a, const auto& b) { return test::values(pow(a, b)); };
  const tensor<int, 1> base({8}, {2, -2, 0, 0, 7, -1, 3, 10});
  const tensor<int, 1> exponent({8}, {10, 3, 0, 5, 1, 1000001, 20, 9});
  CHECK(power(base, exponent) == std::vector<int>{1024, -8, 1, 0, 7, -1, static_cast<int>(3486784401u), 1000000000});
  CHECK(power(base, 2) == std::vector<int>{4, 4, 0, 0, 49, 1, 9, 100});
  CHECK(power(base, -1) == std::vector<int>(8, 0)); // NumPy raises an error here
  CHECK(test::values(pow(2, tensor<std::uint8_t, 1>({3}, {0, 7, 8}))) == std::vector<std::uint8_t>{1, 128, 0});
  CHECK(test::values(pow(tensor<bool, 1>({2}, {true, false}), tensor<bool, 1>({2}, {false, true}))) ==
        std::vector<std::int8_t>{1, 0});
  CHECK(std::same_as<value_t<decltype(pow(base, 0.5f))>, float>);
  CHECK(test::values(pow(tensor<int, 1>({2}, {4, 9}), 0.5)) == std::vector<double>{2, 3});
}

TEMPLATE_TEST_CASE("pow of floating numbers", "", float, double) {
  using T = TestType;
  const T i = static_cast<T>(inf), n = static_cast<T>(NaN);
  const tensor<T, 1> base({14}, {2, T(-2), T(-2), T(-2), 0, 0, T(-0.0), n, 1, n, i, T(0.5), T(-1), T(-i)});
  const tensor<T, 1> exponent({14}, {T(0.5), 3, -2, T(0.5), 0, -1, -3, 0, n, 1, -1, i, i, 3});
  CHECK(differences(pow(base, exponent), {T(1.4142135623730950488), -8, T(0.25), n, 1, i, -i, 1, 1, n, 0, 0, 1, -i},
                    2) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::pow(v, T(2)); }, {T(-1.5), 0, 3, n}, {T(2.25), 0, 9, n}) ==
        "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::pow(T(10), v); }, {-2, 0, 3, 5}, {T(0.01), 1, 1000, 100000},
                          2) == "");
}

TEMPLATE_TEST_CASE("hypot", "", float, double) {
  using T = TestType;
  const T i = static_cast<T>(inf), n = static_cast<T>(NaN), great = std::numeric_limits<T>::max() / 4,
          small = std::numeric_limits<T>::min();
  const tensor<T, 1> a({8}, {3, -1, 0, i, n, n, great * 3 / 4, small * 3});
  const tensor<T, 1> b({8}, {4, 2, 0, n, -i, 1, great, small * 4});
  CHECK(differences(hypot(a, b), {5, T(2.2360679774997897), 0, i, i, n, great * 5 / 4, small * 5}, 2) == "");
  CHECK(tutti::hypot(T(3), T(4)) == 5);
}

TEMPLATE_TEST_CASE("roots, exponentials and logarithms", "", float, double) {
  using T = TestType;
  std::vector<T> x{-2.5, -1, -0.25, 0.25, 1, 3.5};
  CHECK(differences_of<T>([](const auto& v) { return tutti::exp(v); }, x,
                          {T(0.082084998623898795), T(0.36787944117144232), T(0.77880078307140487),
                           T(1.2840254166877415), T(2.7182818284590452), T(33.115451958692314)},
                          4) == "");
  CHECK(differences_of<T>(
            [](const auto& v) { return tutti::exp2(v); }, x,
            {T(0.17677669529663688), T(0.5), T(0.84089641525371454), T(1.1892071150027211), 2, T(11.31370849898476)},
            4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::expm1(v); }, x,
                          {T(-0.9179150013761012), T(-0.63212055882855768), T(-0.22119921692859513),
                           T(0.28402541668774148), T(1.7182818284590452), T(32.115451958692314)},
                          4) == "");
  CHECK(differences_of<T>(
            [](const auto& v) { return tutti::cbrt(v); }, x,
            {T(-1.3572088082974533), -1, T(-0.62996052494743658), T(0.62996052494743658), 1, T(1.5182944859378313)},
            4) == "");
  x = {T(0x1p-20), T(0.25), 1, 2, 10, T(0x1p20)};
  CHECK(differences_of<T>([](const auto& v) { return tutti::sqrt(v); }, x,
                          {T(0x1p-10), T(0.5), 1, T(1.414213562373095), T(3.1622776601683793), 1024}, 1) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::rsqrt(v); }, x,
                          {1024, 2, 1, T(0.70710678118654752), T(0.31622776601683793), T(0x1p-10)}, 4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::log(v); }, x,
                          {T(-13.862943611198906), T(-1.3862943611198906), 0, T(0.69314718055994531),
                           T(2.3025850929940457), T(13.862943611198906)},
                          4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::log2(v); }, x, {-20, -2, 0, 1, T(3.3219280948873623), 20},
                          4) == "");
  CHECK(differences_of<T>(
            [](const auto& v) { return tutti::log10(v); }, x,
            {T(-6.0205999132796239), T(-0.60205999132796239), 0, T(0.3010299956639812), 1, T(6.0205999132796239)},
            4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::log1p(v); }, x,
                          {T(9.5367386165918823e-7), T(0.22314355131420976), T(0.69314718055994531),
                           T(1.0986122886681097), T(2.3978952727983705), T(13.862944564872768)},
                          4) == "");
  x = {T(0x1p-40), T(-0.0)};
  CHECK(differences_of<T>([](const auto& v) { return tutti::expm1(v); }, x, {T(9.0949470177334183e-13), T(-0.0)}, 4) ==
        "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::log1p(v); }, x, {T(9.0949470177251465e-13), T(-0.0)}, 4) ==
        "");
}

TEMPLATE_TEST_CASE("special values of roots, exponentials and logarithms", "", float, double) {
  using T = TestType;
  const T i = static_cast<T>(inf), n = static_cast<T>(NaN);
  const std::vector<T> x{n, i, -i, 0, T(-0.0), T(-1), 20000};
  CHECK(differences_of<T>([](const auto& v) { return tutti::exp(v); }, x, {n, i, 0, 1, 1, T(0.36787944117144232), i},
                          4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::exp2(v); }, x, {n, i, 0, 1, 1, T(0.5), i}, 4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::expm1(v); }, x,
                          {n, i, -1, 0, T(-0.0), T(-0.63212055882855768), i}, 4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::sqrt(v); }, x,
                          {n, i, n, 0, T(-0.0), n, T(141.4213562373095)}, 1) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::cbrt(v); }, x,
                          {n, i, -i, 0, T(-0.0), -1, T(27.144176165949066)}, 4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::log(v); }, x, {n, i, n, -i, -i, n, T(9.9034875525361281)},
                          4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::log2(v); }, x, {n, i, n, -i, -i, n, T(14.287712379549449)},
                          4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::log10(v); }, x, {n, i, n, -i, -i, n, T(4.3010299956639812)},
                          4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::log1p(v); }, x,
                          {n, i, n, 0, T(-0.0), -i, T(9.9035375512861698)}, 4) == "");
  CHECK(differences_of<T>([](const auto& v) { return tutti::rsqrt(v); }, {n, i, 0, T(-1), 4}, {n, 0, i, n, T(0.5)},
                          4) == "");
}

TEST_CASE("functions of integers and of half types") {
  CHECK(differences(sqrt(tensor<int, 1>({3}, {4, 9, -1})), {2, 3, NaN}) == "");
  CHECK(differences(exp(tensor<std::uint8_t, 1>({2}, {0, 1})), {1, 2.7182818284590452}, 4) == "");
  CHECK(differences(log2(tensor<std::int64_t, 1>({2}, {1, std::int64_t{1} << 60})), {0, 60}) == "");
  CHECK(differences(exp(tensor<bool, 1>({2}, {false, true})), {1, 2.7182818284590452}, 4) == "");
  CHECK(differences(sqrt(tensor<float16, 1>({2}, {float16(4.f), float16(0.25f)})), {2.f, 0.5f}) == "");
}

TEMPLATE_TEST_CASE("functions of complex numbers", "", float, double) {
  using C = std::complex<TestType>;
  const std::vector<C> z{{1, 2}, {-3, TestType(0.5)}, {TestType(0.25), -1}};
  const auto c = [](double re, double im) { return C(static_cast<TestType>(re), static_cast<TestType>(im)); };
  CHECK(differences_of<C>([](const auto& v) { return tutti::exp(v); }, z,
                          {c(-1.1312043837568136, 2.4717266720048189), c(0.043692263007281176, 0.023869192067787449),
                           c(0.69376189342968565, -1.0804701318986035)},
                          8) == "");
  CHECK(differences_of<C>([](const auto& v) { return tutti::log(v); }, z,
                          {c(0.80471895621705019, 1.1071487177940905), c(1.1123117757621669, 2.9764439761751664),
                           c(0.030312310908217421, -1.3258176636680325)},
                          8) == "");
  CHECK(differences_of<C>([](const auto& v) { return tutti::log10(v); }, z,
                          {c(0.34948500216800940, 0.48082857878423410), c(0.48307086636951632, 1.2926531945470487),
                           c(0.013164469361174574, -0.57579529534088794)},
                          8) == "");
  CHECK(differences_of<C>([](const auto& v) { return tutti::sqrt(v); }, z,
                          {c(1.272019649514069, 0.78615137775742329), c(0.14384238796180673, 1.7380134155335381),
                           c(0.80024259022012042, -0.62481053384382659)},
                          8) == "");
  CHECK(differences_of<C>([](const auto& v) { return tutti::pow(v, C(2)); }, z,
                          {c(-3, 4), c(8.75, -3), c(-0.9375, -0.5)}, 16) == "");
}

TEMPLATE_TEST_CASE("pow of a number does not depend on its neighbours", "", float, double) {
  using T = TestType;
  const tensor<T, 1> base({6}, {T(1.1), T(-2.3), T(1e10), T(0.7), T(-0.0), T(inf)}),
      exponents({6}, {2, 3, 4, T(2.5), 3, 2});
  const tensor<T, 1> together = pow(base, exponents);
  for (tutti::index i = 0; i < 6; ++i)
    CHECK(differences(pow(base, exponents(i))(tutti::range(i, i + 1)), {together(i)}) == "");
}

TEMPLATE_TEST_CASE("exponentials of complex numbers of any size", "", float, double) {
  using T = TestType;
  using C = std::complex<T>;
  std::vector<C> z;
  for (const T re :
       {T(0), T(-0.0), T(1), T(-87.5), T(88.9), T(-709), T(709.5), T(1e4), T(-1e4), T(inf), T(-inf), T(NaN)})
    for (const T im : {T(0), T(-0.0), T(0.5), T(-3), T(1e10), T(inf), T(NaN)}) z.emplace_back(re, im);
  const auto n = static_cast<tutti::index>(z.size());
  tensor<C, 1> x({n});
  std::copy(z.begin(), z.end(), x.begin());
  const tensor<C, 1> together = exp(x);
  for (tutti::index i = 0; i < n; ++i) {
    const C exact = std::exp(x(i)), alone = tensor<C, 1>(exp(x(tutti::range(i, i + 1))))(0);
    INFO(x(i));
    CHECK(differences(tensor<T, 1>({2}, {together(i).real(), together(i).imag()}), {alone.real(), alone.imag()}) == "");
    CHECK(differences(tensor<T, 1>({2}, {together(i).real(), together(i).imag()}), {exact.real(), exact.imag()}, 4) ==
          "");
  }
}

TEST_CASE("shapes of functions of two arguments") {
  const tensor<float, 2> a({2, 3}, {1, 2, 3, 4, 5, 6});
  const tensor<float, 1> row({3}, {1, 2, 0}), wrong({4});
  CHECK(differences(pow(a, row), {1, 4, 1, 4, 25, 1}) == "");
  CHECK(pow(a, row).shape() == tutti::index_list<2>(2, 3));
  CHECK_THROWS_WITH(pow(a, wrong), "cannot take pow of shapes (2, 3) and (4,): axis 1 is 3 and 4");
  CHECK_THROWS_WITH(hypot(a, wrong), "cannot take hypot of shapes (2, 3) and (4,): axis 1 is 3 and 4");
  CHECK_THROWS_AS(pow(a, wrong), tutti::shape_error);
}

TEST_CASE("functions may be used beside those of std") {
  using namespace std;
  using namespace tutti;
  const double d = 2;
  const complex<double> z(3, 4);
  CHECK(pow(d, 3) == 8);
  CHECK(pow(2, 3) == 8);
  CHECK(sqrt(4) == 2);
  CHECK(abs(-3) == 3);
  CHECK(abs(z) == 5);
  CHECK(hypot(3, 4) == 5);
  CHECK(exp(0.0) == 1);
  const tensor<double, 1> x({2}, {1, 4});
  CHECK(differences(sqrt(x) + pow(x, 2) + abs(-x), {3, 22}) == "");
}
