// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

const bench::a_case row("row", [](matrix& y, const matrix& x, const vector& g, const vector& b) { y = x * g + b; });

const bench::a_case column("column", [](matrix& y, const matrix& x, const vector& m) { y = x - m(all, newaxis); });
