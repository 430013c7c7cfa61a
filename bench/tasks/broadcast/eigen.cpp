// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

const bench::a_case row("row", [](matrix& y, const matrix& x, const vector& g, const vector& b) {
  y = (x.rowwise() * g.transpose()).rowwise() + b.transpose();
});

const bench::a_case column("column", [](matrix& y, const matrix& x, const vector& m) { y = x.colwise() - m; });
