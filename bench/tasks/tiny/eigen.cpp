// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

namespace {

// The same for a size known when running and when compiling.
template <class A>
void add(A& y, const A& a, const A& b) { y = a + b; }
template <class A>
void formula(A& y, const A& a, const A& b, const A& c) { y = a * b + c.sqrt() - a.exp(); }
template <class A>
void sum(float& y, const A& x) { y = x.sum(); }
using eight = Eigen::Array<float, 8, 1>;

} // namespace

const bench::a_case adds[] = {{"add", add<vector>}, {"fixed_add", add<eight>}};
const bench::a_case formulas[] = {{"formula", formula<vector>}, {"fixed_formula", formula<eight>}};
const bench::a_case sums[] = {{"sum", sum<vector>}, {"fixed_sum", sum<eight>}};
