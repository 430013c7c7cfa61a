// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

const bench::a_case add("add", [](matrix& y, const matrix& a, const matrix& b) { y = a + b.transpose(); });
