// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

const bench::a_case multiply_add("fma",
                                 [](vector& y, const vector& a, const vector& b, const vector& c) { y = a + b * c; });
