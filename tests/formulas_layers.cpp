// SPDX-License-Identifier: MIT
// The formulas that the cheat sheet has for functions of torch.nn.functional, against what PyTorch 2.13.0 prints for these numbers.
#include <support/catch.hpp>
#include <support/close.hpp>

#include <cmath>

#include <tutti/tutti.hpp>

namespace {

using namespace tutti;
using test::close;

const tensor x = array({-2., -.5, .5, 3.}), z = array({1., -1., 2., .5}), p = array({.1, .4, .6, .9});
const tensor m = stack(0, x, z);

TEST_CASE("activations") {
  CHECK(close(clip(x, 0, 6), array({0., 0., 0.5, 3.})));
  CHECK(close(clip(x, -1, 1), array({-1., -0.5, 0.5, 1.})));
  CHECK(close(where(x <= .1, 7, x), array({7., 7., 0.5, 3.})));
  const tensor gap = array({std::nan(""), 2.}); // whose NaN both functions keep
  CHECK(std::isnan(max(where(gap <= 1, 7, gap)).item()));
  CHECK(std::isnan(max(where(abs(gap) <= 1, 0, gap)).item()));
  CHECK(close(where(x > 0, x, .2 * x), array({-0.4, -0.1, 0.5, 3.})));
  CHECK(close(where(x > 0, x, expm1(x)), array({-0.86466472, -0.39346934, 0.5, 3.})));
  CHECK(close(where(x > 0, x, 2 * expm1(x / 2)), array({-1.2642411, -0.44239843, 0.5, 3.})));
  CHECK(close(1.0507009873554805 * where(x > 0, x, 1.6732632423543772 * expm1(x)),
              array({-1.5201665, -0.69175819, 0.52535049, 3.152103})));
  CHECK(close(clip(x + 3, 0, 6) / 6, array({0.16666667, 0.41666667, 0.58333333, 1.})));
  CHECK(close(x * clip(x + 3, 0, 6) / 6, array({-0.33333333, -0.20833333, 0.29166667, 3.})));
  CHECK(close(maximum(x, 0) + log1p(exp(-abs(x))), array({0.12692801, 0.47407698, 0.97407698, 3.0485874})));
  CHECK(close(minimum(x, 0) - log1p(exp(-abs(x))), array({-2.126928, -0.97407698, -0.47407698, -0.048587352})));
  CHECK(close(x * tanh(maximum(x, 0) + log1p(exp(-abs(x)))), array({-0.25250148, -0.22074377, 0.37524521, 2.986535})));
  CHECK(close(x / (1 + abs(x)), array({-0.66666667, -0.33333333, 0.33333333, 0.75})));
  CHECK(close(x - tanh(x), array({-1.0359724, -0.037882843, 0.037882843, 2.0049452})));
  CHECK(close(softmax(-x, 0), array({0.76222237, 0.1700748, 0.062567022, 0.0051358139})));
  CHECK(close(where(abs(x) <= 1, 0, x), array({-2., 0., 0., 3.})));
  CHECK(close(sign(x) * maximum(abs(x) - 1, 0), array({-1., -0., 0., 2.})));
  CHECK(close(x(ellipsis, range(2)) * sigmoid(x(ellipsis, range(2, none))), array({-1.2449187, -0.47628706})));
}

TEST_CASE("normalizations") {
  const tensor i = reshape(m, 1, 2, 2, 2);
  const auto w = axes(-2, -1);
  CHECK(close(x / sqrt(mean(square(x), -1, keepdims) + 1e-6), array({-1.0886619, -0.27216549, 0.27216549, 1.6329929})));
  CHECK(close(m / maximum(norm(m, 1, keepdims), 1e-12),
              array({{-0.54433105, -0.13608276, 0.13608276, 0.81649658}, {0.4, -0.4, 0.8, 0.2}})));
  CHECK(close((m - z) / sqrt(p + 1e-5), array({{-9.4863587, 0.79055953, -1.9364755, 2.6352167}, {0., 0., 0., 0.}})));
  CHECK(close(
      reshape((i - mean(i, w, keepdims)) / sqrt(variance(i, w, keepdims) + 1e-5), 2, 4),
      array({{-1.2362432, -0.41208107, 0.13736036, 1.5109639}, {0.34640868, -1.5011043, 1.2701652, -0.11546956}})));
  const tensor k = reshape(square(arange(32.)), 2, 2, 2, 4); // n, g, c / g, h * w
  CHECK(
      close(reshape((k - mean(k, w, keepdims)) / sqrt(variance(k, w, keepdims) + 1e-5), 2, 16),
            array({{-1.0491086, -0.98915955, -0.80931236, -0.50956704, -0.089923596, 0.44961798, 1.1090577, 1.8883955,
                    -1.3894537, -1.0680835, -0.70890495, -0.31191818, 0.12287686, 0.59548016, 1.1058917, 1.6541116},
                   {-1.4472888, -1.0784816, -0.68732247, -0.27381139, 0.16205164, 0.62026662, 1.1008335, 1.6037524,
                    -1.4710066, -1.0824388, -0.67801113, -0.25772353, 0.17842398, 0.63043141, 1.0982987, 1.582026}})));
}

} // namespace
