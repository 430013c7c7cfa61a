// SPDX-License-Identifier: MIT
#include <rivals/xtensor.hpp>

const bench::a_case add("add", [](matrix& y, const matrix& a, const matrix& b) { noalias(y) = a + xt::transpose(b); });

const bench::a_case permute201("permute201", [](cube& y, const cube& x) { noalias(y) = xt::transpose(x, {2, 0, 1}); });

const bench::a_case permute021("permute021", [](cube& y, const cube& x) { noalias(y) = xt::transpose(x, {0, 2, 1}); });

const bench::a_case permute210("permute210", [](cube& y, const cube& x) { noalias(y) = xt::transpose(x, {2, 1, 0}); });
