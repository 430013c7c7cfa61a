// SPDX-License-Identifier: MIT
// Panels of columns so narrow that they stay in the second cache from one sweep over them to the next.

#include <rivals/hand.hpp>

namespace {

constexpr integer panel = 64, packs = panel / lanes;
using columns = std::array<pack, packs>;

// What step(row, column offset, accumulator) makes of the accumulators over all rows.
template <class Step>
TUTTI_INLINE columns fold_rows(integer rows, float start, const Step& step) {
  columns all;
  for (auto& one : all) one = pack(start);
  for (integer i = 0; i < rows; ++i) {
#pragma GCC unroll 16
    for (integer k = 0; k < packs; ++k) {
      auto& one = all[static_cast<std::size_t>(k)];
      one = step(i, k, one);
    }
  }
  return all;
}

} // namespace

const bench::a_case softmax("softmax", [](matrix& y, const matrix& x) {
  const integer rows = x.extent(0);
  for (integer j = 0; j < x.extent(1); j += panel) {
    const auto at = [&](integer i, integer k) { return bench::load(x.row(i) + j + k * lanes); };
    const columns greatest = fold_rows(
        rows, -INFINITY, [&](integer i, integer k, const pack& m) { return bench::simd::fast_max(m, at(i, k)); });
    columns scale = fold_rows(rows, 0, [&](integer i, integer k, const pack& sum) {
      const pack e = exp(at(i, k) - greatest[static_cast<std::size_t>(k)]);
      bench::store(y.row(i) + j + k * lanes, e);
      return sum + e;
    });
    for (auto& s : scale) s = pack(1.f) / s;
    for (integer i = 0; i < rows; ++i) {
      float* to = y.row(i) + j;
      for (integer k = 0; k < packs; ++k)
        bench::store(to + k * lanes, bench::load(to + k * lanes) * scale[static_cast<std::size_t>(k)]);
    }
  }
});

const bench::a_case zscore("zscore", [](matrix& y, const matrix& x) {
  const integer rows = x.extent(0);
  const pack share(1 / static_cast<float>(rows));
  for (integer j = 0; j < x.extent(1); j += panel) {
    const auto at = [&](integer i, integer k) { return bench::load(x.row(i) + j + k * lanes); };
    columns mean = fold_rows(rows, 0, [&](integer i, integer k, const pack& sum) { return sum + at(i, k); });
    for (auto& m : mean) m = m * share;
    columns scale = fold_rows(rows, 0, [&](integer i, integer k, const pack& sum) {
      const pack d = at(i, k) - mean[static_cast<std::size_t>(k)];
      return bench::fma(d, d, sum);
    });
    for (auto& s : scale) s = pack(1.f) / sqrt(s * share);
    for (integer i = 0; i < rows; ++i)
      for (integer k = 0; k < packs; ++k) {
        const auto of = static_cast<std::size_t>(k);
        bench::store(y.row(i) + j + k * lanes, (at(i, k) - mean[of]) * scale[of]);
      }
  }
});
