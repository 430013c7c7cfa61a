// SPDX-License-Identifier: MIT
#include <rivals/hand.hpp>

namespace {

template <class Store>
void run(vector& y, const vector& a, const vector& b, const vector& c, const Store& put) {
  bench::each(y.size(), [&, to = y.data(), p = a.data(), q = b.data(), r = c.data()](integer i) {
    put(to + i, bench::fma(bench::load(q + i), bench::load(r + i), bench::load(p + i)));
  });
}

} // namespace

const bench::a_case multiply_add("fma", [](vector& y, const vector& a, const vector& b, const vector& c) {
  if (!bench::leaves_caches(y.size())) return run(y, a, b, c, bench::through_caches{});
  run(y, a, b, c, bench::past_caches{});
  bench::simd::stream_fence();
});
