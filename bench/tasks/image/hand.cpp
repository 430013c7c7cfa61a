// SPDX-License-Identifier: MIT
// Bytes of one colour are picked from 48 at a time by byte shuffles, then widened.

#include <rivals/hand.hpp>

namespace {

using bytes = bench::array<std::uint8_t>;
using sixteen = bench::simd::pack<std::uint8_t, 16>;

template <integer Colour, integer... I>
TUTTI_INLINE sixteen pick(const std::array<sixteen, 3>& v, std::integer_sequence<integer, I...>) {
  // Pixel i's colour is byte 3 * i + Colour: of the first two registers, then of what they gave and the third.
  constexpr integer known = (32 - Colour + 2) / 3;
  const auto first = __builtin_shufflevector(v[0].raw, v[1].raw, static_cast<int>(I < known ? 3 * I + Colour : 0)...);
  return sixteen(__builtin_shufflevector(first, v[2].raw, static_cast<int>(I < known ? I : 3 * I + Colour - 16)...));
}

template <integer Colour>
TUTTI_INLINE void put(float* to, const std::array<sixteen, 3>& v) {
  const auto picked = bench::simd::convert<float>(pick<Colour>(v, std::make_integer_sequence<integer, 16>{}));
  bench::simd::store(to, picked * bench::simd::broadcast<float, 16>(1 / 255.f));
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
