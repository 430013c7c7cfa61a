// SPDX-License-Identifier: MIT
#include <rivals/hand.hpp>

namespace {

template <class Store>
void run(vector& y, const vector& a, const vector& b, const vector& c, const Store& put) {
  bench::each<4>(y.size(), [&, to = y.data(), p = a.data(), q = b.data(), r = c.data()](integer i) {
    const pack x = bench::load(p + i);
    put(to + i, bench::fma(x, bench::load(q + i), sqrt(bench::load(r + i))) - exp(x));
  });
}

} // namespace

const bench::a_case formula("formula", [](vector& y, const vector& a, const vector& b, const vector& c) {
  if (!bench::leaves_caches(y.size())) return run(y, a, b, c, bench::through_caches{});
  run(y, a, b, c, bench::past_caches{});
  bench::simd::stream_fence();
});
