// SPDX-License-Identifier: MIT
#include <rivals/hand.hpp>

namespace {

// Sums `rows` rows of `columns` elements. Few columns stay in registers; of many, each pass over the result takes in
// eight rows.
void sum_rows(float* y, const float* x, integer rows, integer columns) {
  constexpr integer held = 4 * lanes, at_once = 8;
  if (columns <= 2 * held) {
    for (integer j = 0; j < columns; j += std::min(columns - j, held)) {
      const auto few = std::min(columns - j, held);
      const auto sum_packs = [&]<std::size_t... K>(std::index_sequence<K...>) {
        std::array<pack, sizeof...(K)> even{((void)K, bench::zero())...}, odd = even;
        for (integer i = 0; i < rows; i += 2) {
          ((even[K] = even[K] + bench::load(x + i * columns + j + static_cast<integer>(K) * lanes)), ...);
          ((odd[K] = odd[K] + bench::load(x + (i + 1) * columns + j + static_cast<integer>(K) * lanes)), ...);
        }
        (bench::store(y + j + static_cast<integer>(K) * lanes, even[K] + odd[K]), ...);
      };
      if (few == held) sum_packs(std::make_index_sequence<4>{});
      else if (few == 2 * lanes) sum_packs(std::make_index_sequence<2>{});
      else sum_packs(std::make_index_sequence<1>{});
    }
    return;
  }
  for (integer i = 0; i < rows; i += at_once)
    bench::each<2>(columns, [&, p = x + i * columns](integer j) {
      std::array<pack, at_once> v;
#pragma GCC unroll 8
      for (std::size_t k = 0; k < at_once; ++k) v[k] = bench::load(p + static_cast<integer>(k) * columns + j);
      const pack sum = ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7]));
      bench::store(y + j, i == 0 ? sum : bench::load(y + j) + sum);
    });
}

float sum_of(const float* x, integer n) {
  return bench::total(bench::fold(n, 0, bench::plus{}, [&](integer i) { return bench::load(x + i); }));
}

// The sums of the lanes of eight packs.
TUTTI_INLINE bench::simd::pack<float, 8> totals(const std::array<pack, 8>& v) {
#if defined(__AVX2__) && TUTTI_REGISTER_BYTES == 32
  const auto pairs = [&](std::size_t i, std::size_t j) { return _mm256_hadd_ps(v[i].raw, v[j].raw); };
  const __m256 low = _mm256_hadd_ps(pairs(0, 1), pairs(2, 3)), high = _mm256_hadd_ps(pairs(4, 5), pairs(6, 7));
  return pack(_mm256_permute2f128_ps(low, high, 0x20) + _mm256_permute2f128_ps(low, high, 0x31));
#else
  std::array<float, 8> sums;
  for (std::size_t i = 0; i < 8; ++i) sums[i] = bench::total(v[i]);
  return bench::simd::load<8>(sums.data());
#endif
}

} // namespace

const bench::a_case whole("all", [](float& y, const matrix& x) { y = sum_of(x.data(), x.size()); });

const bench::a_case axis0("axis0",
                          [](vector& y, const matrix& x) { sum_rows(y.data(), x.data(), x.extent(0), x.extent(1)); });

const bench::a_case axis1("axis1", [](vector& y, const matrix& x) {
  const integer rows = x.extent(0), columns = x.extent(1);
  if (columns > 8 * lanes) {
    for (integer i = 0; i < rows; ++i) y.data()[i] = sum_of(x.row(i), columns);
    return;
  }
  for (integer i = 0; i < rows; i += 8) {
    std::array<pack, 8> v;
#pragma GCC unroll 8
    for (std::size_t k = 0; k < 8; ++k) {
      const float* row = x.row(i + static_cast<integer>(k));
      v[k] = bench::load(row);
      for (integer j = lanes; j < columns; j += lanes) v[k] = v[k] + bench::load(row + j);
    }
    bench::simd::store(y.data() + i, totals(v));
  }
});

const bench::a_case middle("middle", [](matrix& y, const cube& x) {
  const integer rows = x.extent(1), columns = x.extent(2);
  for (integer i = 0; i < x.extent(0); ++i) sum_rows(y.row(i), x.data() + i * rows * columns, rows, columns);
});
