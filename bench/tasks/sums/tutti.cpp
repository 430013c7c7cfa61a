// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

const bench::a_case whole("all", [](float& y, const matrix& x) { y = sum(x); });

const bench::a_case axis0("axis0", [](vector& y, const matrix& x) { y = sum(x, 0); });

const bench::a_case axis1("axis1", [](vector& y, const matrix& x) { y = sum(x, 1); });

const bench::a_case middle("middle", [](matrix& y, const cube& x) { y = sum(x, 1); });
