// SPDX-License-Identifier: MIT
// Several points stand in registers while a loop goes over all others, so that each load serves them all.

#include <rivals/hand.hpp>

namespace {

constexpr std::size_t held = 4;
using points = std::array<pack, held>;

points splat(const float* p) {
  points all;
  for (std::size_t k = 0; k < held; ++k) all[k] = pack(p[k]);
  return all;
}

} // namespace

const bench::a_case rbf("rbf", [](vector& y, const vector& p, const vector& q) {
  for (integer i = 0; i < p.size(); i += held) {
    const points here = splat(p.data() + i);
    points sum = splat(std::array<float, held>{}.data());
    for (integer j = 0; j < q.size(); j += lanes) {
      const pack there = bench::load(q.data() + j);
#pragma GCC unroll 8
      for (std::size_t k = 0; k < held; ++k) {
        const pack d = here[k] - there;
        sum[k] = sum[k] + exp(-(d * d));
      }
    }
    for (std::size_t k = 0; k < held; ++k) y.data()[i + static_cast<integer>(k)] = bench::total(sum[k]);
  }
});

// In each lane the least square so far, and the number of the pack where it was first seen; then the first of the least.
const bench::a_case nearest("nearest", [](bench::array<std::int64_t>& y, const vector& p, const vector& q) {
  using places = bench::simd::pack<std::int32_t, lanes>;
  for (integer i = 0; i < p.size(); i += held) {
    const points here = splat(p.data() + i);
    points least;
    std::array<places, held> where;
    for (std::size_t k = 0; k < held; ++k) least[k] = pack(INFINITY), where[k] = places(0);
    for (integer j = 0; j < q.size(); j += lanes) {
      const pack there = bench::load(q.data() + j);
      const places number(static_cast<std::int32_t>(j));
#pragma GCC unroll 8
      for (std::size_t k = 0; k < held; ++k) {
        const pack d = here[k] - there, square = d * d;
        const auto better = square < least[k];
        where[k] = select(better, number, where[k]);
        least[k] = select(better, square, least[k]);
      }
    }
    for (std::size_t k = 0; k < held; ++k) {
      integer best = -1;
      float value = INFINITY;
      for (integer lane = 0; lane < lanes; ++lane) {
        const integer at = where[k][lane] + lane;
        if (best < 0 || least[k][lane] < value || (least[k][lane] == value && at < best))
          best = at, value = least[k][lane];
      }
      y.data()[i + static_cast<integer>(k)] = best;
    }
  }
});

using three = std::tuple<vector, vector, vector>;
const bench::a_case nbody("nbody", [](three& a, const vector& x, const vector& y, const vector& z, const vector& m) {
  auto& [ax, ay, az] = a;
  const pack softening(1e-4f);
  for (integer i = 0; i < x.size(); ++i) {
    const pack xi(x.data()[i]), yi(y.data()[i]), zi(z.data()[i]);
    pack sx = bench::zero(), sy = sx, sz = sx;
    for (integer j = 0; j < x.size(); j += lanes) {
      const pack dx = bench::load(x.data() + j) - xi;
      const pack dy = bench::load(y.data() + j) - yi;
      const pack dz = bench::load(z.data() + j) - zi;
      const pack r2 = bench::fma(dx, dx, bench::fma(dy, dy, bench::fma(dz, dz, softening)));
      const pack w = bench::load(m.data() + j) / (r2 * sqrt(r2));
      sx = bench::fma(w, dx, sx);
      sy = bench::fma(w, dy, sy);
      sz = bench::fma(w, dz, sz);
    }
    ax.data()[i] = bench::total(sx);
    ay.data()[i] = bench::total(sy);
    az.data()[i] = bench::total(sz);
  }
});
