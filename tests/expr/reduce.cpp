// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

namespace {
constexpr float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
}

TEST_CASE("reductions of everything are numbers") {
  const tensor x = array({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}});
  const float total = sum(x);
  CHECK(total == 21);
  CHECK(float(mean(x)) == 3.5f);
  CHECK(float(prod(x)) == 720);
  CHECK(float(max(x)) == 6);
  CHECK(float(min(x)) == 1);
  CHECK(sum(x, keepdims).shape() == index_list(1, 1));
}

TEST_CASE("reductions along axes have the shape that is left") {
  const tensor x = iota<double>({2, 3, 4});
  CHECK(sum(x, 1).shape() == index_list(2, 4));
  CHECK(sum(x, -1, keepdims).shape() == index_list(2, 3, 1));
  CHECK(sum(x, axes(0, 2)).shape() == index_list<1>{{3}});
  CHECK(sum(x, axes(-1, 0), keepdims).shape() == index_list(1, 3, 1));
  CHECK(array_equal(sum(x, axes(0, 2)), array({60., 92., 124.})));
  static_assert(decltype(sum(x, 1))::rank == 2);
  static_assert(decltype(sum(x, axes(0, 1)))::rank == 1);
}

TEST_CASE("axes of reductions are checked") {
  const tensor x = iota<double>({2, 3});
  CHECK_THROWS_WITH(sum(x, 2), "sum: axis 2 is out of range for rank 2");
  CHECK_THROWS_WITH(max(x, axes(0, -2)), "max: axis 0 is named twice");
  CHECK_THROWS_AS(sum(x, index_list<>{}), axis_error);
}

TEST_CASE("integers and bools sum in 64 bits") {
  const tensor<std::uint8_t, 1> bytes({1000}, 255);
  static_assert(std::same_as<value_t<decltype(sum(bytes))>, std::uint64_t>);
  CHECK(std::uint64_t(sum(bytes)) == 255000);
  const tensor<std::int32_t, 1> ints({3}, std::numeric_limits<std::int32_t>::max());
  CHECK(std::int64_t(sum(ints)) == 3 * std::int64_t{std::numeric_limits<std::int32_t>::max()});
  CHECK(std::int64_t(sum(array({1, 2, 3, 4}) > 2)) == 2);
  CHECK(double(mean(bytes)) == 255);
  CHECK(double(mean(array({1, 2}) > 1)) == 0.5);
  static_assert(std::same_as<value_t<decltype(max(bytes))>, std::uint8_t>);
}

TEST_CASE("products of integers wrap in 64 bits") {
  const tensor<std::int64_t, 1> x({3}, std::int64_t{1} << 40);
  CHECK(std::int64_t(prod(x)) == 0);
}

TEST_CASE("nothing sums to 0, multiplies to 1, has mean NaN and no maximum") {
  const tensor<float, 2> x({0, 3});
  CHECK(float(sum(x)) == 0);
  CHECK(float(prod(x)) == 1);
  CHECK(std::isnan(float(mean(x))));
  CHECK(array_equal(sum(x, 0), array({0.f, 0.f, 0.f})));
  CHECK(array_equal(prod(x, 0), array({1.f, 1.f, 1.f})));
  CHECK(std::isnan(tensor<float, 1>(mean(x, 0))(2)));
  CHECK(sum(x, 1).size() == 0);
  CHECK_THROWS_WITH(max(x), "max: nothing to reduce in shape (0, 3), and there is no result for nothing");
  CHECK_THROWS_AS(min(x, 0), value_error);
  CHECK(tensor<float, 1>(max(x, 1)).size() == 0);
}

TEST_CASE("max and min propagate NaN wherever it stands, and know infinities") {
  for (const index n : {1, 3, 16, 17, 100, 1000}) {
    tensor<float, 1> x({n}, 1.f);
    for (index at = 0; at < n; at += std::max<index>(1, n / 7)) {
      x = 1.f;
      x(at) = nan;
      CHECK(std::isnan(float(max(x))));
      CHECK(std::isnan(float(min(x))));
      x(at) = inf;
      CHECK(float(max(x)) == inf);
      x(at) = -inf;
      CHECK(float(min(x)) == -inf);
    }
    x = -inf;
    CHECK(float(max(x)) == -inf);
    x = inf;
    CHECK(float(min(x)) == inf);
  }
}

TEST_CASE("max along the first axis propagates NaN too") {
  tensor<double, 2> x({70, 40}, 1.);
  x(33, 5) = std::nan("");
  const tensor<double, 1> m = max(x, 0);
  CHECK(std::isnan(m(5)));
  CHECK(m(4) == 1);
  CHECK(m(39) == 1);
}

TEST_CASE("a variance along no axis is of one element each") {
  const tensor x = array({1., 3.});
  CHECK(array_equal(variance(x, axes()), array({0., 0.})));
  CHECK(all(isnan(variance(x, axes(), ddof(1))))); // 0 / 0, as NumPy's
}

TEST_CASE("integer extremes") {
  const tensor<std::int8_t, 1> low({40}, -128);
  CHECK(int(max(low)) == -128);
  const tensor<std::uint64_t, 1> high({5}, ~std::uint64_t{});
  CHECK(std::uint64_t(min(high)) == ~std::uint64_t{});
}

TEST_CASE("sums of infinities and NaN") {
  CHECK(float(sum(array({1.f, inf}))) == inf);
  CHECK(std::isnan(float(sum(array({-inf, inf})))));
  CHECK(std::isnan(float(sum(array({1.f, nan, 2.f})))));
}

TEST_CASE("float sums are accurate") {
  const index n = 10'000'000;
  const tensor<float, 1> x({n}, 0.1f);
  CHECK(std::abs(float(sum(x)) / (n * static_cast<double>(0.1f)) - 1) < 1e-6);
  const tensor<float, 2> columns({1'000'000, 3}, 0.1f);
  const tensor<float, 1> s = sum(columns, 0);
  for (const float total : s) CHECK(std::abs(total / (1e6 * static_cast<double>(0.1f)) - 1) < 1e-6);
}

TEST_CASE("reductions of rank 0") {
  const tensor<float, 0> x({}, 3.f);
  CHECK(float(sum(x)) == 3);
  CHECK(float(max(x, keepdims)) == 3);
  CHECK_THROWS_AS(sum(x, 0), axis_error);
}

TEST_CASE("reductions of reductions and of formulas") {
  const tensor x = iota<float>({3, 4});
  CHECK(float(max(sum(x, 1))) == 38);
  CHECK(float(sum(x * x)) == 506);
  CHECK(array_equal(sum(x, 0) - min(sum(x, 0)), array({0.f, 3.f, 6.f, 9.f})));
  CHECK(float(sum(x, 1)(1)) == 22);
}

} // namespace tutti
