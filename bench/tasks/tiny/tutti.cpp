// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

const bench::a_case add("add", [](vector& y, const vector& a, const vector& b) { y = a + b; });

const bench::a_case formula("formula", [](vector& y, const vector& a, const vector& b, const vector& c) {
  y = a * b + sqrt(c) - exp(a);
});

const bench::a_case total("sum", [](float& y, const vector& x) { y = sum(x); });

using eight = tutti::fixed<float, 8>;
const bench::a_case fixed_add("fixed_add", [](eight& y, const eight& a, const eight& b) { y = a + b; });

const bench::a_case fixed_formula("fixed_formula", [](eight& y, const eight& a, const eight& b, const eight& c) {
  y = a * b + sqrt(c) - exp(a);
});

const bench::a_case fixed_total("fixed_sum", [](float& y, const eight& x) { y = sum(x); });
