// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

const bench::a_case whole("all", [](float& y, const matrix& x) { y = x.sum(); });

const bench::a_case axis0("axis0", [](vector& y, const matrix& x) { y = x.colwise().sum(); });

const bench::a_case axis1("axis1", [](vector& y, const matrix& x) { y = x.rowwise().sum(); });
