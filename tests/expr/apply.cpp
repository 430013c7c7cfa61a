// SPDX-License-Identifier: MIT
// Tests include/tutti/expr/apply.hpp.

#include <functional>
#include <vector>

#include <support/catch.hpp>
#include <support/values.hpp>

#include <tutti/expr/apply.hpp>
#include <tutti/expr/operators.hpp>

namespace {

using test::differences, test::NaN;
using tutti::tensor, tutti::value_t;

// A function of one type of number only, with a branch: nothing that packs could go through.
float leak(float x) { return x > 0 ? x : x / 4; }

template <class F, class... Xs>
using applied_t = value_t<decltype(tutti::apply(std::declval<F>(), std::declval<Xs>()...))>;
template <class T>
using of = tensor<T, 1>&;

constexpr auto identity = [](auto x) { return x; };
using identity_t = decltype(identity);

// Each element comes in its own type, half types as float; the result type is what the function returns.
static_assert(std::same_as<applied_t<identity_t, of<float>>, float>);
static_assert(std::same_as<applied_t<identity_t, of<std::int8_t>>, std::int8_t>);
static_assert(std::same_as<applied_t<identity_t, of<bool>>, bool>);
static_assert(std::same_as<applied_t<identity_t, of<tutti::float16>>, float>);
static_assert(std::same_as<applied_t<decltype(leak)&, of<double>>, float>);
static_assert(std::same_as<applied_t<std::function<bool(double)>, of<int>>, bool>);
static_assert(std::same_as<applied_t<tutti::packed_function<identity_t>, of<double>>, double>);

struct takes_exactly {
  int operator()(float, std::int16_t, int, double) const { return 1; }
  template <class... Ts>
  int operator()(Ts...) const = delete;
};
static_assert(std::same_as<applied_t<takes_exactly, of<float>, of<std::int16_t>, int, double>, int>);

template <class E>
inline constexpr bool one_at_a_time = requires { E::operation::lanewise; };
static_assert(one_at_a_time<decltype(tutti::apply(identity, std::declval<of<float>>()))>);
static_assert(!one_at_a_time<decltype(tutti::apply(tutti::packed(identity), std::declval<of<float>>()))>);

} // namespace

TEST_CASE("apply calls a function with each element") {
  const tensor<float, 2> x({2, 3}, {1, -2, 3, -4, 5, -6});
  CHECK(differences(tutti::apply(leak, x), {1, -0.5f, 3, -1, 5, -1.5f}) == "");
  CHECK(differences(tutti::apply([](auto v) { return v > 0; }, x), {true, false, true, false, true, false}) == "");
  CHECK(differences(tutti::apply(leak, x + 1) * 2, {4, -0.5f, 8, -1.5f, 12, -2.5f}) == "");
}

TEST_CASE("apply calls with every number of elements right") {
  for (int count = 0; count < 70; ++count) {
    tensor<double, 1> x(tutti::index_list<1>{count});
    for (int k = 0; k < count; ++k) x(k) = k;
    const tensor<std::int16_t, 1> y = tutti::apply([](double v) { return static_cast<std::int16_t>(3 * v); }, x);
    int wrong = 0;
    for (int k = 0; k < count; ++k) wrong += y(k) != 3 * k;
    CHECK(wrong == 0);
  }
}

TEST_CASE("apply calls with nothing but elements") {
  // What lies beside the last elements in a pack may be zeros: a function must not see them.
  for (int count = 1; count < 40; ++count) {
    const tensor<int, 2> x({3, count}, 42), y({3, count}, 6);
    const tensor<int, 2> quotients = tutti::apply([](int a, int b) { return a / b; }, x, y);
    const tensor<int, 1> sums = sum(tutti::apply([](int a, int b) { return b == 6 ? a / b : 1000; }, x, y), 0);
    int wrong = 0;
    for (const int q : quotients) wrong += q != 7;
    for (const int s : sums) wrong += s != 21;
    CHECK(wrong == 0);
  }
}

TEST_CASE("apply of several arguments broadcasts") {
  const tensor<int, 2> column({2, 1}, {10, 20});
  const tensor<double, 1> row({3}, {0.25, 0.5, 1});
  CHECK(differences(tutti::apply([](int a, double b) { return a * b; }, column, row), {2.5, 5, 10, 5, 10, 20}) == "");
  CHECK(differences(tutti::apply([](int a, double b, int c) { return static_cast<int>(a * b) + c; }, column, row, 1),
                    {3, 6, 11, 6, 11, 21}) == "");
  CHECK(differences(tutti::apply([](auto a, auto b) { return a < b; }, 15, column), {false, true}) == "");
  CHECK_THROWS_WITH(tutti::apply([](int a, double b) { return a * b; }, tensor<int, 1>({2}), row),
                    "cannot apply a function to shapes (2,) and (3,): axis 0 is 2 and 3");
}

TEST_CASE("apply with a function that remembers something") {
  const double scale = 3;
  const tensor<float, 1> x({2}, {1, 2});
  CHECK(differences(tutti::apply([scale](float v) { return scale * v; }, x), {3, 6}) == "");
  const std::function<float(float)> f = leak;
  CHECK(differences(tutti::apply(f, x), {1, 2}) == "");
}

TEST_CASE("folding a function that remembers something") {
  const tensor<float, 2> x({5, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
  const float scale = 3;
  const auto scaled = tutti::apply([scale](float v) { return scale * v; }, x);
  CHECK(differences(tensor<float, 1>(sum(scaled, 1)), {18, 45, 72, 99, 126}) == "");
  CHECK(differences(tensor<float, 1>(sum(scaled, 0)), {105, 120, 135}) == "");

  // Two folds of one value, whose function owns memory that has to be given back.
  const std::function<float(float)> f = [v = std::vector<float>{3}](float y) { return v[0] * y; };
  const auto [sums, greatest] = eval(sum(tutti::apply(f, x), 1), max(tutti::apply(f, x), 1));
  CHECK(differences(sums, {18, 45, 72, 99, 126}) == "");
  CHECK(differences(greatest, {9, 18, 27, 36, 45}) == "");
  const auto owned = tutti::apply(f, x);
  const auto [of_sums, of_greatest] = eval(sum(exp(owned * 0) * owned, 1), max(exp(owned * 0) + owned, 1));
  CHECK(differences(of_sums, {18, 45, 72, 99, 126}) == "");
  CHECK(differences(of_greatest, {10, 19, 28, 37, 46}) == "");
}

TEST_CASE("apply of complex numbers, where std has a function of that name too") {
  using namespace tutti;
  const tensor<std::complex<float>, 1> z({2}, {{1, 2}, {3, 4}});
  CHECK(differences(apply([](std::complex<float> v) { return v.real() * v.imag(); }, z), {2, 12}) == "");
  CHECK(differences(apply(std::function<float(std::complex<float>)>([](std::complex<float> v) { return v.imag(); }), z),
                    {2, 4}) == "");
}

TEST_CASE("packed functions compute with packs") {
  const auto polynomial = [](const auto& v) { return v * v + v; };
  tensor<float, 1> x(tutti::index_list<1>{37});
  for (int k = 0; k < 37; ++k) x(k) = static_cast<float>(k);
  const tensor<float, 1> once = tutti::apply(tutti::packed(polynomial), x), other = tutti::apply(polynomial, x);
  CHECK(once(36) == 36 * 37);
  CHECK(test::values(once) == test::values(other));
}

TEST_CASE("reductions and views of apply") {
  const tensor<float, 2> x({2, 2}, {1, -2, 3, -4});
  CHECK(differences(tutti::apply(leak, x)(1, tutti::all_t{}), {3, -1}) == "");
  CHECK(differences(sum(tutti::apply(leak, x), 0), {4, -1.5f}) == "");
}
