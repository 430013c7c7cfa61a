// SPDX-License-Identifier: MIT
#include <rivals/xtensor.hpp>

const bench::a_case rows("rows", [](matrix& y, const matrix& x) {
  const matrix greatest = xt::amax(x, {1}, keep_dims | now);
  noalias(y) = xt::exp(x - greatest);
  const matrix sums = xt::sum(y, {1}, keep_dims | now);
  y /= sums;
});

const bench::a_case log_rows("log_rows", [](matrix& y, const matrix& x) {
  const matrix greatest = xt::amax(x, {1}, keep_dims | now);
  noalias(y) = xt::exp(x - greatest);
  const matrix shift = greatest + xt::log(xt::sum(y, {1}, keep_dims | now));
  noalias(y) = x - shift;
});
