// SPDX-License-Identifier: MIT
#pragma once

// A few elements of memory again and again, so that a shuffle can take lanes of a pack from them.

#include <tutti/kernel/simd/memory.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

/// The N lanes p[0], ..., p[Period - 1], p[0], ... of elements that fill at most one register.
template <index N, index Period, lane T>
TUTTI_INLINE pack<T, N> load_repeated(const T* p) {
  static_assert(!detail::too_wide<T, N> && N % Period == 0);
  if constexpr (Period == N) {
    return load<N>(p);
  } else if constexpr (Period == 1) {
    return broadcast<T, N>(*p);
#if TUTTI_REGISTER_BYTES == 64
  } else if constexpr (sizeof(T) * N == 64 && sizeof(T) * Period == 32) {
    // The zeroing forms: the plain ones make g++ 12 warn of the uninitialised vector that they merge with.
    return std::bit_cast<detail::raw_t<T, N>>(
        _mm512_maskz_broadcast_f64x4(0xff, _mm256_loadu_pd(reinterpret_cast<const double*>(p))));
  } else if constexpr (sizeof(T) * N == 64 && sizeof(T) * Period == 16) {
    return std::bit_cast<detail::raw_t<T, N>>(
        _mm512_maskz_broadcast_f32x4(0xffff, _mm_loadu_ps(reinterpret_cast<const float*>(p))));
#endif
#if TUTTI_REGISTER_BYTES >= 32
  } else if constexpr (sizeof(T) * N == 32 && sizeof(T) * Period == 16) {
    return std::bit_cast<detail::raw_t<T, N>>(_mm256_broadcast_ps(reinterpret_cast<const __m128*>(p)));
#endif
  } else {
    const auto half = load_repeated<N / 2, Period>(p);
    return join(half, half);
  }
}

} // namespace simd

TUTTI_NAMESPACE_END
