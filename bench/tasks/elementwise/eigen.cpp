// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

const bench::a_case formula("formula", [](vector& y, const vector& a, const vector& b, const vector& c) {
  y = a * b + c.sqrt() - a.exp();
});
