// SPDX-License-Identifier: MIT
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

// NaN is NaN, and zeros have their signs.
bool same_bits(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b) || (std::isnan(a) && std::isnan(b));
}
// Or the last bit is another.
bool nearly_same_bits(float a, float b) {
  return same_bits(a, b) ||
         (std::isfinite(b) && b != 0 && (a == std::nextafter(b, infinity) || a == std::nextafter(b, -infinity)));
}

tensor<float, 2> numbers(index rows, index columns) {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> any(-2, 2);
  tensor<float, 2> x({rows, columns});
  for (float& v : x) v = any(random);
  return x;
}

// Whether every quotient is that of a division of its own, to the bit or, by what reductions gave, but for the last bit.
void check_quotients(const tensor<float, 2>& x, const tensor<float, 2>& y, auto&& divisor, auto&& same) {
  for (index i = 0; i < x.shape()[0]; ++i)
    for (index j = 0; j < x.shape()[1]; ++j)
      if (const float expected = x(i, j) / divisor(i, j); !same(y(i, j), expected))
        FAIL("at " << i << ", " << j << ": " << y(i, j) << " instead of " << expected);
}

} // namespace

TEST_CASE("a quotient by one value for many is that of a division, wherever a special number stands") {
  constexpr index columns = 75; // pairs of packs, a pack and a part of one
  for (const float special : {infinity, -infinity, std::numeric_limits<float>::quiet_NaN(), 0.f, -0.f, 3e38f, 1e-30f})
    for (index at = 0; at < columns; ++at) {
      tensor<float, 2> x = numbers(2, columns);
      x(0, at) = special;
      tensor<float, 2> y = x / 3.f;
      check_quotients(x, y, [](index, index) { return 3.f; }, same_bits);
      y = x / -3.f;
      check_quotients(x, y, [](index, index) { return -3.f; }, same_bits);
      // The other row's divisor is none of its business, and neither is what comes after the division.
      const tensor<float, 2> sums = sum(x, 1, keepdims), halves = x / sums;
      y = x / sum(x, 1, keepdims);
      check_quotients(x, y, [&](index i, index) { return sums(i, 0); }, nearly_same_bits);
      const tensor<float, 2> z = abs(x / sum(x, 1, keepdims));
      for (index j = 0; j < columns; ++j) CHECK(nearly_same_bits(z(1, j), std::abs(halves(1, j))));
      y = x;
      y = y / sum(y, 1, keepdims);
      check_quotients(x, y, [&](index i, index) { return sums(i, 0); }, nearly_same_bits);
    }
}

TEST_CASE("divisors for which no reciprocal will do") {
  for (const float divisor :
       {0.f, -0.f, infinity, -infinity, std::numeric_limits<float>::quiet_NaN(), 1e-40f, 3e38f, 1e-38f, -1e-38f}) {
    const tensor<float, 2> x = numbers(3, 40), y = x / divisor;
    check_quotients(x, y, [&](index, index) { return divisor; }, same_bits);
  }
}

TEST_CASE("a divisor for each column") {
  tensor<float, 2> x = numbers(70, 75);
  x(3, 5) = infinity;
  x(4, 40) = 0;
  x(5, 41) = -0.f;
  const tensor<float, 2> greatest = max(x, 0, keepdims), y = x / max(x, 0, keepdims);
  check_quotients(x, y, [&](index, index j) { return greatest(0, j); }, nearly_same_bits);
  const tensor<float, 2> least = min(x, 0, keepdims), z = x / min(x, 0, keepdims);
  check_quotients(x, z, [&](index, index j) { return least(0, j); }, nearly_same_bits);
}

TEST_CASE("hardly any quotient by a result of a reduction has another last bit than a division gives") {
  const tensor<float, 2> x = numbers(1000, 1000), greatest = max(x, 1, keepdims), y = x / max(x, 1, keepdims);
  check_quotients(x, y, [&](index i, index) { return greatest(i, 0); }, nearly_same_bits);
  CHECK(sum(cast<index>(y != x / greatest)) <= 3);
  // One that is a number is exact.
  const tensor<float, 2> whole = round(x * 1000.f) * 7.f, sevens = full({1000, 1}, 7.f),
                         z = whole / max(sevens, 1, keepdims);
  CHECK(array_equal(z, round(x * 1000.f)));
}

TEST_CASE("divisors from reductions for which no reciprocal will do") {
  for (const float divisor : {0.f, -0.f, infinity, -infinity, std::numeric_limits<float>::quiet_NaN(), 1e-40f, 3e38f,
                              1e-38f, -1e-38f, 2.f, -0.5f}) {
    tensor<float, 2> x = numbers(70, 75);
    x(3, 5) = infinity;
    x(4, 40) = 0;
    x(5, 74) = -0.f;
    x(6, 0) = -infinity;
    const tensor<float, 2> rows = full({70, 75}, divisor), columns = x / max(rows, 0, keepdims);
    const tensor<float, 2> y = x / max(rows, 1, keepdims);
    const float greatest = max(rows);
    check_quotients(x, y, [&](index, index) { return greatest; }, same_bits);
    check_quotients(x, columns, [&](index, index) { return greatest; }, same_bits);
  }
}

} // namespace tutti
