// SPDX-License-Identifier: MIT
#include <numeric>
#include <vector>

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

namespace {
tensor<int, 3> cube() { return iota<int>({2, 3, 4}); }
} // namespace

TEST_CASE("permute, transpose, swapaxes and moveaxis reorder axes") {
  const auto x = cube();
  const tensor p = permute(x, 2, 0, 1);
  CHECK(p.shape() == index_list(4, 2, 3));
  CHECK(p(3, 1, 2) == x(1, 2, 3));
  CHECK(array_equal(transpose(x), permute(x, 2, 1, 0)));
  CHECK(array_equal(permute(x, -1, 0, -2), p));
  CHECK(swapaxes(x, 0, -1).shape() == index_list(4, 3, 2));
  CHECK(moveaxis(x, 0, 2).shape() == index_list(3, 4, 2));
  CHECK(moveaxis(x, -1, 0).shape() == index_list(4, 2, 3));
  CHECK(array_equal(moveaxis(moveaxis(x, 1, 2), 2, 1), x));
}

TEST_CASE("axes are checked") {
  const auto x = cube();
  CHECK_THROWS_WITH(permute(x, 0, 1, 1), "permute: axis 1 is named twice");
  CHECK_THROWS_AS(permute(x, 0, 1, 3), axis_error);
  CHECK_THROWS_AS(swapaxes(x, 0, 3), axis_error);
  CHECK_THROWS_AS(moveaxis(x, -4, 0), axis_error);
  const tensor<int> any(cube());
  CHECK_THROWS_AS(permute(any, 0, 1), axis_error);
  CHECK_THROWS_AS(flip(x, 1, -2), axis_error);
}

TEST_CASE("squeeze and expand_dims take and make axes of extent 1") {
  const auto x = cube();
  CHECK(expand_dims(x, 0).shape() == index_list(1, 2, 3, 4));
  CHECK(expand_dims(x, -1).shape() == index_list(2, 3, 4, 1));
  CHECK(array_equal(squeeze(expand_dims(x, 1), 1), x));
  CHECK_THROWS_WITH(squeeze(x, 1), "squeeze: axis 1 of shape (2, 3, 4) is not of extent 1");
  CHECK_THROWS_AS(expand_dims(x, 4), axis_error);
  CHECK_THROWS_AS(expand_dims(tensor<int>(index_list<>::filled(8, 1)), 0), shape_error);
}

TEST_CASE("broadcast_to stretches and never copies") {
  const tensor row = array({1, 2, 3});
  const auto wide = broadcast_to(row, {2, 3});
  CHECK(wide.shape() == index_list(2, 3));
  CHECK(wide.data() == row.data());
  CHECK(sum(wide) == 12);
  CHECK_THROWS_AS(broadcast_to(row, {3, 2}), shape_error);
  CHECK(broadcast_to(expand_dims(row, 1), {3, 0}).size() == 0);
}

TEST_CASE("flip reverses along axes, or along all") {
  const tensor x = array({{1, 2}, {3, 4}});
  CHECK(array_equal(flip(x), array({{4, 3}, {2, 1}})));
  CHECK(array_equal(flip(x, 0), array({{3, 4}, {1, 2}})));
  CHECK(array_equal(flip(x, -1), array({{2, 1}, {4, 3}})));
  CHECK(flip(tensor<int, 1>({0})).size() == 0);
}

TEST_CASE("views sink through formulas to their leaves") {
  const tensor a = array({{1, 2, 3}, {4, 5, 6}});
  const tensor b = array({10, 20, 30});
  CHECK(array_equal(transpose(a + b), array({{11, 14}, {22, 25}, {33, 36}})));
  CHECK(array_equal((a + b)(1, all), array({14, 25, 36})));
  CHECK(array_equal((a * b)(all, range(none, none, -2)), array({{90, 10}, {180, 40}})));
  CHECK(array_equal(flip(a - b, 1)(0, all), array({-27, -18, -9})));
  static_assert(is_view<std::remove_cvref_t<decltype(get<0>(transpose(a + b).operands()))>>);
}

TEST_CASE("views of views of mutable tensors write through") {
  tensor<int, 3> x({2, 3, 4});
  permute(x(all, range(1, none), all), 2, 0, 1)(0, 1, all) = array({5, 6});
  CHECK(x(1, 1, 0) == 5);
  CHECK(x(1, 2, 0) == 6);
  CHECK(sum(x) == 11);
}

TEST_CASE("views of rank 0 and of scalars in formulas") {
  const tensor<double, 0> x({}, 3.);
  CHECK(transpose(x) == 3.);
  CHECK(double(expand_dims(x, 0)(0) + 1) == 4);
  const tensor a = array({1., 2.});
  CHECK(array_equal((a * 2. + x)(range(none, none, -1)), array({7., 5.})));
}

TEST_CASE("concatenate: more elements than can be counted") {
  const auto far = zeros<std::int8_t>({std::numeric_limits<index>::max()});
  CHECK_THROWS_WITH(concatenate(0, far, far), "concatenate: axis 0 has more elements than can be counted");
}

namespace {
const tensor<int, 1> constant(int n) { return tensor<int, 1>(arange(n)); }
const fixed<int, 3> constant_fixed() { return {0, 1, 2}; }
} // namespace

TEST_CASE("an expression owns what a temporary held") {
  const auto joined = concatenate(0, std::vector{tensor<int, 1>(arange(20)), tensor<int, 1>(arange(30))});
  CHECK(sum(joined * 1) == 190 + 435);
  const auto stacked = stack(0, std::vector{tensor<int, 1>(arange(20)), tensor<int, 1>(arange(20))});
  CHECK(array_equal(sum(stacked, 1), array({190, 190})));
  const std::vector kept{tensor<int, 1>(arange(2)), tensor<int, 1>(arange(2))};
  CHECK(array_equal(concatenate(0, kept), array({0, 1, 0, 1})));
  CHECK(kept[0].size() == 2);
  // A const temporary cannot give its memory away.
  const auto more = constant(40) + 1;
  CHECK(sum(more) == 820);
  const auto part = constant(200)(range(1, 200));
  CHECK(sum(part) == 19900);
  const auto few = constant_fixed() + 1;
  CHECK(array_equal(few, array({1, 2, 3})));
}

TEST_CASE("a formula of rank 0 gets axes") {
  const tensor<double, 0> x({}, 3.), y({}, 4.);
  const tensor<double> any({}, 5.);
  const tensor a = array({1., 2.});
  CHECK(array_equal((x + y)(newaxis), array({7.})));
  CHECK(array_equal((x * any + 1)(newaxis, newaxis), array({{16.}})));
  CHECK((x + y)(ellipsis) == 7.);
  CHECK(array_equal(expand_dims(sum(a) + 1, 0), array({4.})));
  CHECK(array_equal(broadcast_to(sqrt(sum(a) + 1), {2, 2}), array({{2., 2.}, {2., 2.}})));
  CHECK(array_equal(broadcast_to(where(x < y, x, y), {2}), array({3., 3.})));
  CHECK(array_equal(broadcast_to(x + any, {2}), array({8., 8.})));
  CHECK(array_equal(stack(0, mean(a) * 2, variance(a) * 4), array({3., 1.})));
  CHECK(array_equal(a + (x * y)(newaxis), array({13., 14.})));
  CHECK(array_equal(ravel(x - y), array({-1.})));
}

} // namespace tutti
