// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

const bench::a_case formula("formula", [](vector& y, const vector& a, const vector& b, const vector& c) {
  y = a * b + sqrt(c) - exp(a);
});
