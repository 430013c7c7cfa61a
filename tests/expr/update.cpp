// SPDX-License-Identifier: MIT
// Tests include/tutti/expr/update.hpp.

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

namespace {
// Each operator on everything that can be changed in place.
template <class To>
void update_all(To&& y) {
  y += array({1, 2, 3});
  CHECK(array_equal(y, array({6, 8, 10})));
  y -= 1;
  CHECK(array_equal(y, array({5, 7, 9})));
  y *= y;
  CHECK(array_equal(y, array({25, 49, 81})));
  y /= 2; // true division, truncated into integers
  CHECK(array_equal(y, array({12, 24, 40})));
  y %= 7;
  CHECK(array_equal(y, array({5, 3, 5})));
  y |= array({8, 0, 2});
  CHECK(array_equal(y, array({13, 3, 7})));
  y &= 6;
  CHECK(array_equal(y, array({4, 2, 6})));
  y ^= 3;
  CHECK(array_equal(y, array({7, 1, 5})));
  y <<= array({1, 2, 0});
  CHECK(array_equal(y, array({14, 4, 5})));
  y >>= 1;
  CHECK(array_equal(y, array({7, 2, 2})));
}

template <class To, class X>
concept has_bits_updated = requires(To& to, const X& x) { to &= x; };
template <class To>
concept is_added_to = requires(To& to) { to += 1; };
using floats = tensor<float, 1>;
static_assert(has_bits_updated<tensor<int, 1>, tensor<bool, 1>> && !has_bits_updated<floats, tensor<int, 1>>);
static_assert(is_added_to<floats> && is_added_to<tensor<float>> && is_added_to<const view<float, 1>>);
// Neither what is const nor what has no memory.
static_assert(!is_added_to<const floats> && !is_added_to<decltype(-std::declval<floats&>())>);
} // namespace

TEST_CASE("every operator updates tensors, views and fixed tensors") {
  tensor<int, 1> whole({3}, {5, 6, 7});
  update_all(whole);
  tensor<int> any({3}, {5, 6, 7});
  update_all(any);
  tensor<int, 2> matrix({2, 3}, {5, 0, 6, 0, 7, 0});
  update_all(view_as(matrix, 6)(range(none, none, 2)));
  CHECK(array_equal(matrix, array({{7, 0, 2}, {0, 2, 0}})));
  fixed<int, 3> few = {5, 6, 7};
  update_all(few);
  fixed<int, 2, 3> fixed_rows = {0, 0, 0, 5, 6, 7};
  update_all(fixed_rows(1, all));
  CHECK(array_equal(fixed_rows, array({{0, 0, 0}, {7, 2, 2}})));
}

TEST_CASE("what is updated is returned, and keeps its shape and type") {
  tensor<double, 1> x({2}, 1.);
  CHECK(&(x += 1) == &x);
  (x *= 2) -= 3;
  CHECK(array_equal(x, array({1., 1.})));
  x += array({0.5f, 1.5f});
  CHECK(array_equal(x, array({1.5, 2.5})));
  tensor<double, 1> one({1}, 1.);
  CHECK_THROWS_AS(one += x, shape_error);
  CHECK(array_equal(one, array({1.})));
  CHECK(array_equal(tensor<double, 1>({2}, 1.) += x, array({2.5, 3.5}))); // of a tensor that nobody else has
}

TEST_CASE("the right side may read what is updated") {
  tensor x = arange(6);
  x(range(1, none)) += x(range(none, -1));
  CHECK(array_equal(x, array({0, 1, 3, 5, 7, 9})));
  x -= x(0) + sum(x);
  CHECK(array_equal(x, array({-25, -24, -22, -20, -18, -16})));
  tensor hit = x > -23;
  hit &= x < -17;
  hit |= x == -25;
  CHECK(array_equal(hit, array({true, false, true, true, true, false})));
}

} // namespace tutti
