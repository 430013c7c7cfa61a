// SPDX-License-Identifier: MIT
#include <rivals/hand.hpp>

namespace {

template <integer... I>
TUTTI_INLINE pack even_lanes(const pack& a, const pack& b, std::integer_sequence<integer, I...>) {
  return pack(__builtin_shufflevector(a.raw, b.raw, static_cast<int>(2 * I)...));
}
template <integer... I>
TUTTI_INLINE pack backwards(const pack& v, std::integer_sequence<integer, I...>) {
  return pack(__builtin_shufflevector(v.raw, v.raw, static_cast<int>(lanes - 1 - I)...));
}
constexpr auto each_lane = std::make_integer_sequence<integer, lanes>{};

// Every second of the 2n elements from p on, doubled.
TUTTI_INLINE void take_halves(float* to, const float* p, integer n) {
  bench::each(n, [=](integer i) {
    const pack v = even_lanes(bench::load(p + 2 * i), bench::load(p + 2 * i + lanes), each_lane);
    bench::store(to + i, v + v);
  });
}

} // namespace

const bench::a_case every_second("every_second",
                                 [](vector& y, const vector& v) { take_halves(y.data(), v.data(), y.size()); });

const bench::a_case reversed("reversed", [](vector& y, const vector& v) {
  bench::each(y.size(), [to = y.data(), last = v.data() + v.size() - lanes](integer i) {
    const pack x = backwards(bench::load(last - i), each_lane);
    bench::store(to + i, x + x);
  });
});

const bench::a_case source("source", [](matrix& y, const matrix& a) {
  for (integer i = 0; i < y.extent(0); ++i) take_halves(y.row(i), a.row(2 * i), y.extent(1));
});

// Single stores: what lies between the elements is not to be touched.
const bench::a_case destination("destination", [](matrix& y, const matrix& a) {
  for (integer i = 0; i < a.extent(0); ++i) {
    float* to = y.row(2 * i);
    const float* from = a.row(i);
    for (integer j = 0; j < a.extent(1); j += lanes) {
      const pack x = bench::load(from + j), twice = x + x;
#pragma GCC unroll 16
      for (integer k = 0; k < lanes; ++k) to[2 * (j + k)] = twice[k];
    }
  }
});
