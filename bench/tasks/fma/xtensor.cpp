// SPDX-License-Identifier: MIT
#include <rivals/xtensor.hpp>

const bench::a_case multiply_add("fma", [](vector& y, const vector& a, const vector& b, const vector& c) {
  noalias(y) = a + b * c;
});
