// SPDX-License-Identifier: MIT
// Bytes of one colour are picked from 48 at a time by byte shuffles, then widened.

#include <bit>

#include <rivals/hand.hpp>

namespace {

using bytes = bench::array<std::uint8_t>;
using sixteen = bench::simd::pack<std::uint8_t, 16>;

// Pixel I's colour is byte 3 * I + Colour of the three registers: what register Part has of it, 0 elsewhere.
template <integer Part, integer Colour, integer... I>
TUTTI_INLINE sixteen pick(const sixteen& v, std::integer_sequence<integer, I...>) {
  const sixteen none(std::uint8_t{0});
  return sixteen(__builtin_shufflevector(
      v.raw, none.raw, static_cast<int>((3 * I + Colour) / 16 == Part ? (3 * I + Colour) % 16 : 16)...));
}

#if defined(__AVX2__)
// x / 255 to the bit: the product with the reciprocal, corrected by what it misses.
TUTTI_INLINE void share(float* to, __m256 x) {
  const __m256 r = _mm256_set1_ps(1 / 255.f), q = x * r;
  _mm256_storeu_ps(to, _mm256_fmadd_ps(_mm256_fnmadd_ps(q, _mm256_set1_ps(255.f), x), r, q));
}
#endif

template <integer Colour>
TUTTI_INLINE void put(float* to, const std::array<sixteen, 3>& v) {
  constexpr auto all = std::make_integer_sequence<integer, 16>{};
  const sixteen picked = pick<0, Colour>(v[0], all) | pick<1, Colour>(v[1], all) | pick<2, Colour>(v[2], all);
#if defined(__AVX2__)
  // g++ 12 widens bytes by way of memory, unless it is told how.
  const auto raw = std::bit_cast<__m128i>(picked.raw);
  share(to, _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(raw)));
  share(to + 8, _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_unpackhi_epi64(raw, raw))));
#else
  bench::simd::store(to, bench::simd::convert<float>(picked) / bench::simd::broadcast<float, 16>(255.f));
#endif
}

} // namespace

const bench::a_case planes("planes", [](cube& y, const bytes& x) {
  const integer pixels = x.size() / 3;
  for (integer i = 0; i < pixels; i += 16) {
    std::array<sixteen, 3> v;
    for (std::size_t k = 0; k < 3; ++k) v[k] = bench::simd::load<16>(x.data() + 3 * i + 16 * static_cast<integer>(k));
    put<0>(y.data() + i, v);
    put<1>(y.data() + pixels + i, v);
    put<2>(y.data() + 2 * pixels + i, v);
  }
});
