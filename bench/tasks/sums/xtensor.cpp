// SPDX-License-Identifier: MIT
#include <rivals/xtensor.hpp>

const bench::a_case whole("all", [](float& y, const matrix& x) { y = xt::sum(x, now)(); });

const bench::a_case axis0("axis0", [](vector& y, const matrix& x) { noalias(y) = xt::sum(x, {0}, now); });

const bench::a_case axis1("axis1", [](vector& y, const matrix& x) { noalias(y) = xt::sum(x, {1}, now); });

const bench::a_case middle("middle", [](matrix& y, const cube& x) { noalias(y) = xt::sum(x, {1}, now); });
