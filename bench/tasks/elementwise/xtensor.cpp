// SPDX-License-Identifier: MIT
#include <rivals/xtensor.hpp>

const bench::a_case formula("formula", [](vector& y, const vector& a, const vector& b, const vector& c) {
  noalias(y) = a * b + xt::sqrt(c) - xt::exp(a);
});
