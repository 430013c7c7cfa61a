// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

const bench::a_case add("add", [](matrix& y, const matrix& a, const matrix& b) { y = a + transpose(b); });

const bench::a_case permute201("permute201", [](cube& y, const cube& x) { y = permute(x, 2, 0, 1); });

const bench::a_case permute021("permute021", [](cube& y, const cube& x) { y = permute(x, 0, 2, 1); });

const bench::a_case permute210("permute210", [](cube& y, const cube& x) { y = permute(x, 2, 1, 0); });
