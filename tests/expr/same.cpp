// SPDX-License-Identifier: MIT
// Tests include/tutti/expr/same.hpp.

#include <limits>

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

TEST_CASE("views are the same where they show the same memory in the same way") {
  const tensor<float, 2> x({4, 4}), y({4, 4});
  CHECK(same(x.leaf(), x.leaf()));
  CHECK_FALSE(same(x.leaf(), y.leaf()));
  CHECK_FALSE(same(x(range(0, 2)), x(range(1, 3))));
  CHECK_FALSE(same(transpose(x), x(all, all)));
}

TEST_CASE("formulas are the same where their operations and operands are") {
  const tensor<float, 1> x({4}), y({4});
  CHECK(same(exp(x) * 2.f, exp(x) * 2.f));
  CHECK_FALSE(same(exp(x) * 2.f, exp(y) * 2.f));
  CHECK_FALSE(same(x * 0.f, x * -0.f)); // x / 0 and x / -0 differ
  CHECK(same(sum(x + y, 0, keepdims), sum(x + y, 0, keepdims)));
  CHECK_FALSE(same(sum(x + y, 0, keepdims), sum(y + x, 0, keepdims)));
}

TEST_CASE("generators are the same where they give the same numbers") {
  CHECK(same(arange(5), arange(5)));
  CHECK_FALSE(same(arange(5), arange(6)));
  CHECK_FALSE(same(arange(0, 5), arange(1, 6)));
  CHECK_FALSE(same(arange(0, 6, 2), arange(0, 9, 3)));
  const auto slice = [](index first, index last) { return arange(9)(range(first, last)); };
  CHECK(same(slice(2, 5), slice(2, 5)));
  CHECK_FALSE(same(slice(2, 5), slice(3, 6)));
  CHECK_FALSE(same(arange(9)(range(0, 9, 2)), slice(0, 5)));
  CHECK_FALSE(same(iota<int>({3, 3}), transpose(iota<int>({3, 3}))));
  CHECK(same(linspace(0, 1, 5), linspace(0, 1, 5)));
  CHECK_FALSE(same(linspace(0, 1, 5), linspace(0, 1, 6)));
  CHECK_FALSE(same(linspace(0, 1, 5), linspace(0, 2, 5)));
  CHECK_FALSE(same(full({2}, 0.f), full({2}, -0.f)));
  CHECK_FALSE(same(full({2}, 0.f), full({3}, 0.f)));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(same(full({2}, nan), full({2}, nan)));
}

TEST_CASE("functions of the user are the same where they have no state") {
  const auto position = [](index i) { return i; };
  CHECK(same(from_function({4}, position), from_function({4}, position)));
  CHECK_FALSE(same(from_function({4}, position), from_function({5}, position)));
  const auto shifted = [](index by) { return from_function({4}, [by](index i) { return i + by; }); };
  CHECK_FALSE(same(shifted(1), shifted(1)));
  const auto generated = shifted(1);
  CHECK(same(generated, generated));
}

} // namespace tutti
