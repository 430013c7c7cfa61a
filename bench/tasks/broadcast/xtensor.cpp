// SPDX-License-Identifier: MIT
#include <rivals/xtensor.hpp>

const bench::a_case row("row",
                        [](matrix& y, const matrix& x, const vector& g, const vector& b) { noalias(y) = x * g + b; });

const bench::a_case column("column", [](matrix& y, const matrix& x, const vector& m) {
  noalias(y) = x - view(m, all(), newaxis());
});
