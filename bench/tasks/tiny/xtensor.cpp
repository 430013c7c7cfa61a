// SPDX-License-Identifier: MIT
#include <rivals/xtensor.hpp>

namespace {

// The same for a size known when running and when compiling.
template <class A>
void add(A& y, const A& a, const A& b) { noalias(y) = a + b; }
template <class A>
void formula(A& y, const A& a, const A& b, const A& c) { noalias(y) = a * b + xt::sqrt(c) - xt::exp(a); }
template <class A>
void sum(float& y, const A& x) { y = xt::sum(x, now)(); }
using eight = xt::xtensor_fixed<float, xt::xshape<8>>;

} // namespace

const bench::a_case adds[] = {{"add", add<vector>}, {"fixed_add", add<eight>}};
const bench::a_case formulas[] = {{"formula", formula<vector>}, {"fixed_formula", formula<eight>}};
const bench::a_case sums[] = {{"sum", sum<vector>}, {"fixed_sum", sum<eight>}};
