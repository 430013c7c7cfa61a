// SPDX-License-Identifier: MIT
#include <rivals/hand.hpp>

namespace {

// Eight elements, whatever a register holds.
using eight = bench::simd::pack<float, 8>;

eight of(const vector& v) { return bench::simd::load<8>(v.data()); }

void add(vector& y, const vector& a, const vector& b) { bench::simd::store(y.data(), of(a) + of(b)); }

void formula(vector& y, const vector& a, const vector& b, const vector& c) {
  bench::simd::store(y.data(), bench::simd::fma(of(a), of(b), sqrt(of(c))) - exp(of(a)));
}

void sum(float& y, const vector& x) { y = bench::simd::fold(of(x), bench::plus{}); }

} // namespace

const bench::a_case adds[] = {{"add", add}, {"fixed_add", add}};
const bench::a_case formulas[] = {{"formula", formula}, {"fixed_formula", formula}};
const bench::a_case sums[] = {{"sum", sum}, {"fixed_sum", sum}};
