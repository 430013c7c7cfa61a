// SPDX-License-Identifier: MIT
// The formulas that the cheat sheet has for functions of torch.nn.functional, against what PyTorch 2.13.0 prints for these numbers.
#include <support/catch.hpp>
#include <support/close.hpp>

#include <tutti/tutti.hpp>

namespace {

using namespace tutti;
using test::close;

const tensor x = array({-2., -.5, .5, 3.}), z = array({1., -1., 2., .5}), p = array({.1, .4, .6, .9});
const tensor e = array({0., 1., .25, 1.}), y = array({0., 1., 1., 0.}), s = array({-1., 1., 1., -1.}),
             q = array({1., -1.});
const tensor m = stack(0, x, z), n = stack(0, z, p);

TEST_CASE("losses") {
  const auto d = abs(x - z);
  CHECK(close(mean(square(x - z)), 4.4375));
  CHECK(close(mean(abs(x - z)), 1.875));
  CHECK(close(mean(where(d < 1, d * d / 2, d - .5)), 1.40625));
  CHECK(close(-mean(y * maximum(log(p), -100) + (1 - y) * maximum(log1p(-p), -100)), 0.95876549));
  CHECK(close(-mean(y * maximum(log(e), -100) + (1 - y) * maximum(log1p(-e), -100)), 25.346574));
  CHECK(close(mean(maximum(x, 0) - x * y + log1p(exp(-abs(x)))), 1.1559173));
  CHECK(close(mean(log1p(exp(-s * x))), 1.1559173));
  CHECK(close(mean(exp(x) - y * x), 5.619031));
  CHECK(close(sum(where(p == 0, 0, p * log(p)) - p * x), -3.5980946));
  CHECK(close(sum(where(e == 0, 0, e * log(e)) - e * x), -2.9715736));
  CHECK(close(mean(log(p) + square(x - y) / p) / 2, 6.5258256));
  CHECK(close(mean(where(s > 0, x, maximum(0, 1 - x))), 0.75));
  CHECK(close(mean(maximum(0, -s * (x - z))), 1.));
}

TEST_CASE("distances") {
  const auto c = sum(m * n, 1) / (norm(m, 1) * norm(n, 1));
  CHECK(close(c, array({0.10886621, 0.46648895})));
  CHECK(close(mean(where(q > 0, 1 - c, maximum(0, c))), 0.67881137));
  CHECK(close(norm(m - n, -1), array({4.2130745, 2.2113347})));
  CHECK(close(mean(maximum(0, norm(m - n, -1) - norm(m - 1, -1) + 1)), 1.0980594));
  CHECK(close(norm(m(all, newaxis) - m, -1)(0, 1), 4.2130749));
}

TEST_CASE("rearrangements of channels") {
  const tensor k = reshape(arange(16.), 1, 4, 2, 2);
  CHECK(close(ravel(reshape(permute(reshape(k, 1, 1, 2, 2, 2, 2), 0, 1, 4, 2, 5, 3), 1, 1, 4, 4)),
              array({0., 4., 1., 5., 8., 12., 9., 13., 2., 6., 3., 7., 10., 14., 11., 15.})));
  CHECK(close(ravel(reshape(permute(reshape(k, 1, 4, 1, 2, 1, 2), 0, 1, 3, 5, 2, 4), 1, 16, 1, 1)),
              array({0., 1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 12., 13., 14., 15.})));
  CHECK(close(ravel(reshape(swapaxes(reshape(k, 1, 2, 2, 2, 2), 1, 2), 1, 4, 2, 2)),
              array({0., 1., 2., 3., 8., 9., 10., 11., 4., 5., 6., 7., 12., 13., 14., 15.})));
  const tensor g = reshape(arange(24.), 1, 2, 3, 4);
  CHECK(close(reshape(permute(sliding_window_view(g, {2, 2}, {2, 3}), 0, 1, 4, 5, 2, 3), 8, 6),
              array({{0., 1., 2., 4., 5., 6.},
                     {1., 2., 3., 5., 6., 7.},
                     {4., 5., 6., 8., 9., 10.},
                     {5., 6., 7., 9., 10., 11.},
                     {12., 13., 14., 16., 17., 18.},
                     {13., 14., 15., 17., 18., 19.},
                     {16., 17., 18., 20., 21., 22.},
                     {17., 18., 19., 21., 22., 23.}})));
}

TEST_CASE("products") {
  CHECK(close(matmul(m, transpose(n)) + array({1., 2.}), array({{2., 4.6}, {7.25, 3.35}})));
  CHECK(close(einsum<"ni,kij,nj->nk">(m, einsum<"i,j,k->kij">(x, z, q), n), array({{84.375, -84.375}, {1.35, -1.35}})));
}

} // namespace
