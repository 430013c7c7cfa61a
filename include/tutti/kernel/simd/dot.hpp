// SPDX-License-Identifier: MIT
#pragma once

// Scalar products of four bytes in each lane.

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include <tutti/kernel/simd/operators.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

/// Whether dot_quads is an instruction.
#if (TUTTI_REGISTER_BYTES == 64 && defined(__AVX512VNNI__)) || (TUTTI_REGISTER_BYTES == 32 && defined(__AVXVNNI__))
inline constexpr bool has_dot_quads = true;
#else
inline constexpr bool has_dot_quads = false;
#endif

/// sum + the sum of the four products of bytes of each lane: those of `a` are from 0 to 255, those of `b` from -128 to 127.
/// Exact, but that sums wrap around.
template <index N>
TUTTI_INLINE pack<std::int32_t, N> dot_quads(const pack<std::int32_t, N>& a, const pack<std::int32_t, N>& b,
                                             const pack<std::int32_t, N>& sum) {
  if constexpr (has_dot_quads && N * 4 == register_bytes) {
    using raw [[maybe_unused]] = typename pack<std::int32_t, N>::raw_type;
#if TUTTI_REGISTER_BYTES == 64 && defined(__AVX512VNNI__)
    return std::bit_cast<raw>(_mm512_dpbusd_epi32(
        __builtin_bit_cast(__m512i, sum.raw), __builtin_bit_cast(__m512i, a.raw), __builtin_bit_cast(__m512i, b.raw)));
#elif TUTTI_REGISTER_BYTES == 32 && defined(__AVXVNNI__)
    return std::bit_cast<raw>(_mm256_dpbusd_avx_epi32(
        __builtin_bit_cast(__m256i, sum.raw), __builtin_bit_cast(__m256i, a.raw), __builtin_bit_cast(__m256i, b.raw)));
#endif
  } else {
    using V = pack<std::int32_t, N>;
    V result = sum;
    for (std::int32_t low = 0; low < 32; low += 8)
      result = result + ((a >> V(low)) & V(0xff)) * ((b << V(24 - low)) >> V(24));
    return result;
  }
}

} // namespace simd

TUTTI_NAMESPACE_END
