// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

const bench::a_case rows("rows", [](matrix& y, const matrix& x) {
  const vector greatest = x.rowwise().maxCoeff();
  y = (x.colwise() - greatest).exp();
  const vector scale = y.rowwise().sum().inverse();
  y.colwise() *= scale;
});

const bench::a_case log_rows("log_rows", [](matrix& y, const matrix& x) {
  const vector greatest = x.rowwise().maxCoeff();
  const vector shift = greatest + (x.colwise() - greatest).exp().rowwise().sum().log();
  y = x.colwise() - shift;
});
