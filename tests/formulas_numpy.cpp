// SPDX-License-Identifier: MIT
// The formulas that the cheat sheet has for names of NumPy that tutti has not, against what NumPy 2.4.6 prints for these numbers.
#include <support/catch.hpp>
#include <support/close.hpp>

#include <limits>
#include <numbers>

#include <tutti/tutti.hpp>

namespace {

using namespace tutti;
using test::close;

constexpr double inf = std::numeric_limits<double>::infinity();
const tensor x = array({-2., -.5, .5, 3.}), z = array({1., -1., 2., .5});
const tensor m = stack(0, x, z);

TEST_CASE("arithmetic and arrangement") {
  CHECK(close(pow(cast<double>(array({2, 3})), 2), array({4., 9.})));
  CHECK(close(+x, array({-2., -0.5, 0.5, 3.})));
  CHECK(close(moveaxis(m, 1, 0), array({{-2., 1.}, {-0.5, -1.}, {0.5, 2.}, {3., 0.5}})));
  CHECK(close(stack(2, m, m)(0, all, 1), array({-2., -0.5, 0.5, 3.})));
  CHECK(close(stack(1, x, z), array({{-2., 1.}, {-0.5, -1.}, {0.5, 2.}, {3., 0.5}})));
  CHECK(close(concatenate(0, concatenate(1, m, 2 * m), concatenate(1, m, m)),
              array({{-2., -0.5, 0.5, 3., -4., -1., 1., 6.},
                     {1., -1., 2., 0.5, 2., -2., 4., 1.},
                     {-2., -0.5, 0.5, 3., -2., -0.5, 0.5, 3.},
                     {1., -1., 2., 0.5, 1., -1., 2., 0.5}})));
  CHECK(close(reshape(broadcast_to(m, {2, 2, 4}), 4, 4),
              array({{-2., -.5, .5, 3.}, {1., -1., 2., .5}, {-2., -.5, .5, 3.}, {1., -1., 2., .5}})));
  CHECK(close(reshape(broadcast_to(m(all, newaxis), {2, 2, 4}), 4, 4),
              array({{-2., -.5, .5, 3.}, {-2., -.5, .5, 3.}, {1., -1., 2., .5}, {1., -1., 2., .5}})));
  CHECK(close(concatenate(0, x(range(-1, none)), x(range(-1))), array({3., -2., -.5, .5})));
  tensor<double, 2> padded({4, 6});
  padded(range(1, -1), range(1, -1)) = m;
  CHECK(close(padded, array({{0., 0., 0., 0., 0., 0.},
                             {0., -2., -.5, .5, 3., 0.},
                             {0., 1., -1., 2., .5, 0.},
                             {0., 0., 0., 0., 0., 0.}})));
  CHECK(close(round(array({1.2349, -1.235, 2.5}) * 100) / 100, array({1.23, -1.24, 2.5})));
  CHECK(close(.1 / 2 * sum(m(ellipsis, range(1, none)) + m(ellipsis, range(-1)), -1), array({0.05, 0.175})));
}

TEST_CASE("without NaN") {
  tensor h = m;
  h(0, 1) = std::numeric_limits<double>::quiet_NaN();
  const double count = sum(cast<double>(!isnan(h)));
  const double average = sum(where(isnan(h), 0, h)) / count;
  CHECK(close(prod(where(isnan(h), 1, h)), 3.));
  CHECK(close(cumsum(where(isnan(h), 0, h), 1), array({{-2., -2., -1.5, 1.5}, {1., 0., 2., 2.5}})));
  CHECK(close(cumprod(where(isnan(h), 1, h), 1), array({{-2., -2., -1., -3.}, {1., -1., -2., -1.}})));
  CHECK(close(max(where(isnan(h), -inf, h)), 3.));
  CHECK(close(min(where(isnan(h), inf, h)), -2.));
  CHECK(close(argmax(where(isnan(h), -inf, h), 1), array({3., 2.})));
  CHECK(close(argmin(where(isnan(h), inf, h), 1), array({0., 1.})));
  CHECK(average == Approx(0.57142857));
  CHECK(close(sum(where(isnan(h), 0, square(h - average))) / count, 2.4591837));
  CHECK(close(where(isnan(h), 0, h), array({{-2., 0., 0.5, 3.}, {1., -1., 2., 0.5}})));
}

TEST_CASE("matrices") {
  const tensor u = (m - mean(m, 1, keepdims)) / stddev(m, 1, keepdims);
  CHECK(close(matmul(u, transpose(u)) / 4, array({{1., 0.047583095}, {0.047583095, 1.}})));
  CHECK(close(matmul(x, transpose(m)), array({13.5, 1.})));
  CHECK(close(norm(m, axes(-2, -1)), 4.4440972));
  CHECK(close(diagonal(m), array({-2., -1.})));
  CHECK(close(where(arange(4)(all, newaxis) == arange(4), 1, outer(x, z)),
              array({{1., 2., -4., -1.}, {-0.5, 1., -1., -0.25}, {0.5, -0.5, 1., 0.25}, {3., -3., 6., 1.}})));
  CHECK(close(cast<double>(arange(3)(all, newaxis) >= arange(3)), array({{1., 0., 0.}, {1., 1., 0.}, {1., 1., 1.}})));
}

TEST_CASE("choices and scales") {
  CHECK(close(where(x > 1, x, where(x < 0, z, 0)), array({1., -1., 0., 3.})));
  CHECK(close(where(x < 0, 0, where(x > 0, 1, .5)), array({0., 0., 1., 1.})));
  CHECK(close(pow(10., linspace(0, 2, 5)), array({1., 3.1622777, 10., 31.622777, 100.})));
  CHECK(close(maximum(x, z) + log2(1 + exp2(-abs(x - z))), array({1.169925, 0.2715533, 2.4367518, 3.2348406})));
}

TEST_CASE("windows") {
  const tensor t = linspace(0, 1, 5);
  const double pi = std::numbers::pi;
  CHECK(close(1 - abs(2 * t - 1), array({0., 0.5, 1., 0.5, 0.})));
  CHECK(close(.5 - .5 * cos(2 * pi * t), array({0., 0.5, 1., 0.5, 0.})));
  CHECK(close(.54 - .46 * cos(2 * pi * t), array({0.08, 0.54, 1., 0.54, 0.08})));
  CHECK(close(.42 - .5 * cos(2 * pi * t) + .08 * cos(4 * pi * t), array({0., 0.34, 1., 0.34, 0.})));
}

} // namespace
