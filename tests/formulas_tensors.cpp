// SPDX-License-Identifier: MIT
// The formulas that the cheat sheet has for PyTorch's functions of tensors, against what PyTorch 2.13.0 prints for these numbers.
#include <support/catch.hpp>
#include <support/close.hpp>

#include <tutti/tutti.hpp>

namespace {

using namespace tutti;
using test::close;

const tensor x = array({-2., -.5, .5, 3.}), z = array({1., -1., 2., .5}), p = array({.1, .4, .6, .9});
const tensor m = stack(0, x, z), n = stack(0, z, p);

TEST_CASE("shapes and views") {
  const tensor a = stack(0, m, n);
  CHECK(a.shape() == index_list<3>{2, 2, 4});
  CHECK(close(concatenate(1, m, n), array({{-2., -.5, .5, 3., 1., -1., 2., .5}, {1., -1., 2., .5, .1, .4, .6, .9}})));
  CHECK(close(reshape(a, 2, -1), array({{-2., -.5, .5, 3., 1., -1., 2., .5}, {1., -1., 2., .5, .1, .4, .6, .9}})));
  CHECK(close(swapaxes(a, 0, 1)(0, all), array({{-2., -.5, .5, 3.}, {1., -1., 2., .5}})));
  CHECK(close(moveaxis(a, 0, -1)(0, all), array({{-2., 1.}, {-.5, -1.}, {.5, 2.}, {3., .5}})));
  CHECK(expand_dims(a, 1).shape() == index_list<4>{2, 1, 2, 4});
  CHECK(close(broadcast_to(x, {3, 4}), array({{-2., -.5, .5, 3.}, {-2., -.5, .5, 3.}, {-2., -.5, .5, 3.}})));
  CHECK(close(broadcast_to(x, m.shape()), array({{-2., -.5, .5, 3.}, {-2., -.5, .5, 3.}})));
  CHECK(close(m(all, range(1, 3)), array({{-.5, .5}, {-1., 2.}})));
  CHECK(close(where(eye<bool>(4), m(ellipsis, newaxis), 0)(1, all), where(eye<bool>(4), z, 0)));
  CHECK(close(where(eye<bool>(2), array({std::numeric_limits<double>::infinity(), 2.}), 0)(1, all), array({0., 2.})));
  tensor w = m;
  w(all, range(0, 2)) = zeros<double>({2, 2});
  CHECK(close(w, array({{0., 0., .5, 3.}, {0., 0., 2., .5}})));
}

TEST_CASE("products") {
  const tensor a = stack(0, m, n), b = stack(0, transpose(m), transpose(n));
  CHECK(close(reshape(matmul(a, b), 4, 2), array({{13.5, 1.}, {1., 6.25}, {6.25, 1.35}, {1.35, 1.34}})));
  CHECK(close(reshape(array({1., 2.}) + matmul(a, b), 4, 2),
              array({{14.5, 3.}, {2., 8.25}, {7.25, 3.35}, {2.35, 3.34}})));
  CHECK(close(matmul(m, x), array({13.5, 1.})));
  CHECK(close(array({1., 2.}) + matmul(m, x), array({14.5, 3.})));
  CHECK(close((ones<double>({4, 4}) + outer(x, p))(range(2)), array({{.8, .2, -.2, -.8}, {.95, .8, .7, .55}})));
  CHECK(close(multi_dot(m, transpose(n), m), array({{.6, -3.1, 5.7, 4.3}, {-11.15, -4.475, 5.825, 19.425}})));
  CHECK(allclose(norm(x - z), 4.21307489));
  CHECK(close(norm(m(all, newaxis) - n, -1), array({{4.2130749, 3.1048349}, {0., 2.2113344}})));
}

TEST_CASE("elements") {
  CHECK(close(clip(x, 0, 6), array({0., 0., .5, 3.})));
  CHECK(close(maximum(x, 0), array({0., 0., .5, 3.})));
  CHECK(close(minimum(x, 1), array({-2., -.5, .5, 1.})));
  CHECK(close(where(z > 0, 7, x), array({7., -.5, 7., 7.})));
  CHECK(close(x + .25 * (z - x), array({-1.25, -.625, .875, 2.375})));
  CHECK(close(x + z * p, array({-1.9, -.9, 1.7, 3.45})));
  CHECK(close(x + z / p, array({8., -3., 3.8333333, 3.5555556})));
  CHECK(close(log(p / (1 - p)), array({-2.1972246, -.40546511, .40546511, 2.1972246})));
  CHECK(close(x * 1.25 - trunc(x * 1.25), array({-.5, -.625, .625, .75})));
  CHECK_FALSE(array_equal(m, n));

  const tensor u = array({0., 1., 2.}), v = array({0., 2., 3.});
  CHECK(close(where(u == 0, 0, u * log(v)), array({0., .69314718, 2.19722458})));
  using namespace std::complex_literals;
  const tensor c = array({3. + 4i, 0i, -2i});
  CHECK(allclose(where(c == 0, 0, c / abs(c)), array({.6 + .8i, 0i, -1i})));
  CHECK(
      allclose(array({1., 2.}) * exp(1i * array({.5, 2.})), array({.87758256 + .47942554i, -.83229367 + 1.81859485i})));
  CHECK(
      close(.5 - .5 * cos(2 * std::numbers::pi * arange(5) / 5), array({0., .3454915, .9045085, .9045085, .3454915})));
}

TEST_CASE("reductions and scans") {
  CHECK(close(variance(m, 1, ddof(1)), array({4.4166667, 1.5625})));
  CHECK(close(stddev(m, 1, ddof(1)), array({2.1015867, 1.25})));
  const auto [spread, middle] = eval(variance(m, 1, ddof(1)), mean(m, 1));
  CHECK(close(spread, array({4.4166667, 1.5625})));
  CHECK(close(middle, array({.25, .625})));
  const auto [least, most] = eval(min(m, 1), max(m, 1));
  CHECK(close(least, array({-2., -1.})));
  CHECK(close(most, array({3., 2.})));
  const auto pairs = m(ellipsis, range(1, none)) + m(ellipsis, range(-1));
  CHECK(close(sum(pairs, -1) / 2, array({.5, 1.75})));
  CHECK(close(cumsum(pairs, -1) / 2, array({{-1.25, -1.25, .5}, {0., .5, 1.75}})));
  const auto [greatest, where_it_is] = eval(max(m, 1), argmax(m, 1));
  CHECK(close(greatest, array({3., 2.})));
  CHECK(close(where_it_is, array({3., 2.})));
  CHECK(close(cummax(m, 1), array({{-2., -.5, .5, 3.}, {1., 1., 2., 2.}})));
  CHECK(close(cummin(m, 1), array({{-2., -2., -2., -2.}, {1., -1., -1., -1.}})));
}

} // namespace
