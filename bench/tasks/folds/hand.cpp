// SPDX-License-Identifier: MIT
#include <limits>

#include <rivals/hand.hpp>

namespace {

using positions = bench::array<std::int64_t>;
using places = bench::simd::pack<std::int32_t, lanes>;

// The greatest element in each lane, and the number of the pack where it was first seen.
struct best {
  pack value{-INFINITY};
  places where{0};

  TUTTI_INLINE void see(const pack& v, const places& here) {
    const auto better = v > value;
    where = select(better, here, where);
    value = select(better, v, value);
  }
};

// The first position of the greatest of n elements: four independent searches, and the least position among those that
// found the greatest value.
integer position_of_greatest(const float* x, integer n) {
  std::array<best, 4> found;
  places here(0);
  for (integer i = 0; i < n; i += 4 * lanes) {
#pragma GCC unroll 4
    for (std::size_t k = 0; k < 4; ++k) found[k].see(bench::load(x + i + static_cast<integer>(k) * lanes), here);
    here = here + places(1);
  }
  const bench::greater of{};
  const pack most(bench::greatest(of(of(found[0].value, found[1].value), of(found[2].value, found[3].value))));
  places first(std::numeric_limits<std::int32_t>::max());
  for (std::size_t k = 0; k < 4; ++k) {
    const places at = (found[k].where * places(4) + places(static_cast<std::int32_t>(k))) * places(lanes) +
                      bench::simd::iota<std::int32_t, lanes>();
    first = bench::simd::fast_min(first, select(found[k].value == most, at, first));
  }
  return bench::simd::fold(first, [](const auto& a, const auto& b) {
    if constexpr (std::is_arithmetic_v<std::remove_cvref_t<decltype(a)>>) return std::min(a, b);
    else return bench::simd::fast_min(a, b);
  });
}

} // namespace

const bench::a_case moments("moments", [](std::tuple<vector, vector>& y, const matrix& x) {
  auto& [means, variances] = y;
  const integer n = x.extent(1);
  const float share = 1 / static_cast<float>(n);
  for (integer i = 0; i < x.extent(0); ++i) {
    const auto at = [from = x.row(i)](integer j) { return bench::load(from + j); };
    const float mean = bench::total(bench::fold(n, 0, bench::plus{}, at)) * share;
    const pack squares = bench::fold(n, 0, bench::plus{}, [&, m = pack(mean)](integer j) {
      const pack d = at(j) - m;
      return d * d;
    });
    means.data()[i] = mean;
    variances.data()[i] = bench::total(squares) * share;
  }
});

const bench::a_case argmax_all("argmax_all",
                               [](std::int64_t& y, const matrix& x) { y = position_of_greatest(x.data(), x.size()); });

const bench::a_case argmax_rows("argmax_rows", [](positions& y, const matrix& x) {
  for (integer i = 0; i < x.extent(0); ++i) y.data()[i] = position_of_greatest(x.row(i), x.extent(1));
});

// Panels of columns, so that what was found so far stays in registers.
const bench::a_case argmax_columns("argmax_columns", [](positions& y, const matrix& x) {
  constexpr std::size_t packs = 4;
  for (integer j = 0; j < x.extent(1); j += static_cast<integer>(packs) * lanes) {
    std::array<best, packs> found;
    for (integer i = 0; i < x.extent(0); ++i) {
      const places here(static_cast<std::int32_t>(i));
#pragma GCC unroll 4
      for (std::size_t k = 0; k < packs; ++k)
        found[k].see(bench::load(x.row(i) + j + static_cast<integer>(k) * lanes), here);
    }
    for (std::size_t k = 0; k < packs; ++k)
      bench::simd::store(y.data() + j + static_cast<integer>(k) * lanes, found[k].where);
  }
});

// Four rows at once: the sums of a row wait for one another, those of different rows do not.
const bench::a_case cumsum_rows("cumsum_rows", [](matrix& y, const matrix& x) {
  const integer n = x.extent(1);
  for (integer i = 0; i < x.extent(0); i += 4) {
    std::array<float, 4> sum{};
    const float* from = x.row(i);
    float* to = y.row(i);
    for (integer j = 0; j < n; ++j) {
#pragma GCC unroll 4
      for (std::size_t k = 0; k < 4; ++k) {
        sum[k] += from[static_cast<integer>(k) * n + j];
        to[static_cast<integer>(k) * n + j] = sum[k];
      }
    }
  }
});

const bench::a_case cumsum_columns("cumsum_columns", [](matrix& y, const matrix& x) {
  const integer n = x.extent(1);
  std::copy_n(x.data(), n, y.data());
  for (integer i = 1; i < x.extent(0); ++i)
    bench::each(n, [&, to = y.row(i), before = y.row(i - 1), from = x.row(i)](integer j) {
      bench::store(to + j, bench::load(before + j) + bench::load(from + j));
    });
});
