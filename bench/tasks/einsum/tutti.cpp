// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

using tutti::einsum;
using four_axes = tutti::tensor<float, 4>;

const bench::a_case scores("scores", [](four_axes& y, const four_axes& q, const four_axes& k) {
  y = einsum<"bhqd,bhkd->bhqk">(q, k);
});

const bench::a_case batch("batch", [](cube& y, const cube& a, const matrix& b) { y = einsum<"ijk,kl->ijl">(a, b); });

const bench::a_case chain("chain", [](matrix& y, const matrix& a, const matrix& b, const matrix& c) {
  y = einsum<"ij,jk,kl->il">(a, b, c);
});
