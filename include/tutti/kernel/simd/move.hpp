// SPDX-License-Identifier: MIT
#pragma once

// The lanes of one pack of real numbers from and to memory: whole, in part, and past the caches. No address needs to be
// aligned, and nothing outside of the elements named is touched.

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include <tutti/kernel/simd/half.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

namespace detail {

// ---- lanes as they lie in memory: arithmetic types ----

template <index N, lane T>
TUTTI_INLINE pack<T, N> load_lanes(const T* p) {
  if constexpr (too_wide<T, N>) {
    return {load_lanes<N / 2>(p), load_lanes<N / 2>(p + N / 2)};
  } else {
    pack<T, N> v;
    __builtin_memcpy(&v.raw, p, sizeof v.raw);
    return v;
  }
}

template <lane T, index N>
TUTTI_INLINE void store_lanes(T* p, const pack<T, N>& v) {
  if constexpr (too_wide<T, N>) {
    store_lanes(p, v.lower);
    store_lanes(p + N / 2, v.upper);
  } else {
    __builtin_memcpy(p, &v.raw, sizeof v.raw);
  }
}

// Copies fewer than 2 * Most bytes by pieces of constant size, the greatest first: a call of memcpy costs more.
template <std::size_t Most>
TUTTI_INLINE void copy_bytes(unsigned char* to, const unsigned char* from, std::size_t bytes) {
  if (bytes & Most) {
    __builtin_memcpy(to, from, Most);
    to += Most;
    from += Most;
  }
  if constexpr (Most > 1) copy_bytes<Most / 2>(to, from, bytes);
}

// Large lanes are put together in registers: a register that is read from memory just written in pieces waits for them.
template <index N, lane T>
TUTTI_INLINE pack<T, N> load_part_generic(const T* p, index count) {
  if (count >= N) return load_lanes<N>(p);
  using raw = typename pack<T, N>::raw_type;
  if constexpr (sizeof(T) >= 4 && N == 4)
    if (count >= 2) return raw{p[0], p[1], count == 3 ? p[2] : T(0)};
  if constexpr (sizeof(T) >= 4 && N <= 4) {
    return count > 0 ? raw{p[0]} : raw{};
  } else {
    unsigned char buffer[sizeof(raw)] = {};
    if constexpr (N > 1)
      copy_bytes<sizeof buffer / 2>(buffer, reinterpret_cast<const unsigned char*>(p),
                                    static_cast<std::size_t>(count) * sizeof(T));
    return std::bit_cast<raw>(buffer);
  }
}

template <lane T, index N>
TUTTI_INLINE void store_part_generic(T* p, const pack<T, N>& v, index count) {
  if (count >= N) store_lanes(p, v);
  else if constexpr (N > 1)
    copy_bytes<sizeof v.raw / 2>(reinterpret_cast<unsigned char*>(p), reinterpret_cast<const unsigned char*>(&v.raw),
                                 static_cast<std::size_t>(count) * sizeof(T));
}

#if TUTTI_REGISTER_BYTES == 64

// The lowest count of 64 bits.
TUTTI_INLINE std::uint64_t lowest_bits(index count) {
#if defined(__BMI2__)
  return _bzhi_u64(~std::uint64_t{0}, static_cast<unsigned>(count));
#else
  return count > 63 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
#endif
}

// A lane that is masked off cannot fault.
template <index N, lane T>
TUTTI_INLINE pack<T, N> load_part(const T* p, index count) {
  using raw = typename pack<T, N>::raw_type;
  const std::uint64_t bits = lowest_bits(count);
  const void* const from = p;
  if constexpr (sizeof(raw) == 64) {
    if constexpr (sizeof(T) == 1)
      return std::bit_cast<raw>(_mm512_maskz_loadu_epi8(static_cast<__mmask64>(bits), from));
    if constexpr (sizeof(T) == 2)
      return std::bit_cast<raw>(_mm512_maskz_loadu_epi16(static_cast<__mmask32>(bits), from));
    if constexpr (sizeof(T) == 4)
      return std::bit_cast<raw>(_mm512_maskz_loadu_epi32(static_cast<__mmask16>(bits), from));
    if constexpr (sizeof(T) == 8)
      return std::bit_cast<raw>(_mm512_maskz_loadu_epi64(static_cast<__mmask8>(bits), from));
  } else if constexpr (sizeof(raw) == 32) {
    if constexpr (sizeof(T) == 1)
      return std::bit_cast<raw>(_mm256_maskz_loadu_epi8(static_cast<__mmask32>(bits), from));
    if constexpr (sizeof(T) == 2)
      return std::bit_cast<raw>(_mm256_maskz_loadu_epi16(static_cast<__mmask16>(bits), from));
    if constexpr (sizeof(T) == 4)
      return std::bit_cast<raw>(_mm256_maskz_loadu_epi32(static_cast<__mmask8>(bits), from));
    if constexpr (sizeof(T) == 8)
      return std::bit_cast<raw>(_mm256_maskz_loadu_epi64(static_cast<__mmask8>(bits), from));
  } else if constexpr (sizeof(raw) == 16) {
    if constexpr (sizeof(T) == 1) return std::bit_cast<raw>(_mm_maskz_loadu_epi8(static_cast<__mmask16>(bits), from));
    if constexpr (sizeof(T) == 2) return std::bit_cast<raw>(_mm_maskz_loadu_epi16(static_cast<__mmask8>(bits), from));
    if constexpr (sizeof(T) == 4) return std::bit_cast<raw>(_mm_maskz_loadu_epi32(static_cast<__mmask8>(bits), from));
    if constexpr (sizeof(T) == 8) return std::bit_cast<raw>(_mm_maskz_loadu_epi64(static_cast<__mmask8>(bits), from));
  } else if constexpr (N > 1) {
    return lower_half(load_part<2 * N>(p, count));
  } else {
    return load_part_generic<N>(p, count);
  }
}

template <lane T, index N>
TUTTI_INLINE void store_part(T* p, const pack<T, N>& v, index count) {
  const std::uint64_t bits = lowest_bits(count);
  void* const to = p;
  if constexpr (sizeof v.raw == 64) {
    const auto r = __builtin_bit_cast(__m512i, v.raw);
    if constexpr (sizeof(T) == 1) _mm512_mask_storeu_epi8(to, static_cast<__mmask64>(bits), r);
    if constexpr (sizeof(T) == 2) _mm512_mask_storeu_epi16(to, static_cast<__mmask32>(bits), r);
    if constexpr (sizeof(T) == 4) _mm512_mask_storeu_epi32(to, static_cast<__mmask16>(bits), r);
    if constexpr (sizeof(T) == 8) _mm512_mask_storeu_epi64(to, static_cast<__mmask8>(bits), r);
  } else if constexpr (sizeof v.raw == 32) {
    const auto r = __builtin_bit_cast(__m256i, v.raw);
    if constexpr (sizeof(T) == 1) _mm256_mask_storeu_epi8(to, static_cast<__mmask32>(bits), r);
    if constexpr (sizeof(T) == 2) _mm256_mask_storeu_epi16(to, static_cast<__mmask16>(bits), r);
    if constexpr (sizeof(T) == 4) _mm256_mask_storeu_epi32(to, static_cast<__mmask8>(bits), r);
    if constexpr (sizeof(T) == 8) _mm256_mask_storeu_epi64(to, static_cast<__mmask8>(bits), r);
  } else if constexpr (sizeof v.raw == 16) {
    const auto r = __builtin_bit_cast(__m128i, v.raw);
    if constexpr (sizeof(T) == 1) _mm_mask_storeu_epi8(to, static_cast<__mmask16>(bits), r);
    if constexpr (sizeof(T) == 2) _mm_mask_storeu_epi16(to, static_cast<__mmask8>(bits), r);
    if constexpr (sizeof(T) == 4) _mm_mask_storeu_epi32(to, static_cast<__mmask8>(bits), r);
    if constexpr (sizeof(T) == 8) _mm_mask_storeu_epi64(to, static_cast<__mmask8>(bits), r);
  } else {
    store_part_generic(p, v, count);
  }
}

#elif TUTTI_REGISTER_BYTES == 32

// AVX2 has masked loads and stores of lanes of 4 and 8 bytes.
template <class T, index N>
inline constexpr bool has_masked_access = sizeof(T) >= 4 && sizeof(T) * N >= 16;

template <index N, class T>
TUTTI_INLINE auto lanes_below(index count) {
  using position = signed_like<T>;
  return (iota<position, N>() < broadcast<position, N>(static_cast<position>(count))).raw;
}

template <index N, lane T>
TUTTI_INLINE pack<T, N> load_part(const T* p, index count) {
  using raw = typename pack<T, N>::raw_type;
  if constexpr (!has_masked_access<T, N>) return load_part_generic<N>(p, count);
  else if constexpr (sizeof(raw) == 32) {
    const auto m = __builtin_bit_cast(__m256i, lanes_below<N, T>(count));
    if constexpr (sizeof(T) == 4) return std::bit_cast<raw>(_mm256_maskload_epi32(reinterpret_cast<const int*>(p), m));
    else return std::bit_cast<raw>(_mm256_maskload_epi64(reinterpret_cast<const long long*>(p), m));
  } else {
    const auto m = __builtin_bit_cast(__m128i, lanes_below<N, T>(count));
    if constexpr (sizeof(T) == 4) return std::bit_cast<raw>(_mm_maskload_epi32(reinterpret_cast<const int*>(p), m));
    else return std::bit_cast<raw>(_mm_maskload_epi64(reinterpret_cast<const long long*>(p), m));
  }
}

template <lane T, index N>
TUTTI_INLINE void store_part(T* p, const pack<T, N>& v, index count) {
  if constexpr (!has_masked_access<T, N>) store_part_generic(p, v, count);
  else if constexpr (sizeof v.raw == 32) {
    const auto m = __builtin_bit_cast(__m256i, lanes_below<N, T>(count));
    const auto r = __builtin_bit_cast(__m256i, v.raw);
    if constexpr (sizeof(T) == 4) _mm256_maskstore_epi32(reinterpret_cast<int*>(p), m, r);
    else _mm256_maskstore_epi64(reinterpret_cast<long long*>(p), m, r);
  } else {
    const auto m = __builtin_bit_cast(__m128i, lanes_below<N, T>(count));
    const auto r = __builtin_bit_cast(__m128i, v.raw);
    if constexpr (sizeof(T) == 4) _mm_maskstore_epi32(reinterpret_cast<int*>(p), m, r);
    else _mm_maskstore_epi64(reinterpret_cast<long long*>(p), m, r);
  }
}

#else

template <index N, lane T>
TUTTI_INLINE pack<T, N> load_part(const T* p, index count) { return load_part_generic<N>(p, count); }

template <lane T, index N>
TUTTI_INLINE void store_part(T* p, const pack<T, N>& v, index count) { store_part_generic(p, v, count); }

#endif

template <index N, lane T>
TUTTI_INLINE pack<T, N> load_lanes_partial(const T* p, index count) {
  if constexpr (too_wide<T, N>) {
    constexpr index half = N / 2;
    const bool more = count > half;
    return {load_lanes_partial<half>(p, more ? half : count),
            load_lanes_partial<half>(more ? p + half : p, more ? count - half : 0)};
  } else {
    return load_part<N>(p, count);
  }
}

template <lane T, index N>
TUTTI_INLINE void store_lanes_partial(T* p, const pack<T, N>& v, index count) {
  if constexpr (too_wide<T, N>) {
    constexpr index half = N / 2;
    const bool more = count > half;
    store_lanes_partial(p, v.lower, more ? half : count);
    store_lanes_partial(more ? p + half : p, v.upper, more ? count - half : 0);
  } else {
    store_part(p, v, count);
  }
}

// Writes a register past the caches; p is aligned to it.
template <lane T, index N>
TUTTI_INLINE void stream_lanes(T* p, const pack<T, N>& v) {
  if constexpr (too_wide<T, N>) {
    stream_lanes(p, v.lower);
    stream_lanes(p + N / 2, v.upper);
  } else {
#if TUTTI_REGISTER_BYTES == 64
    _mm512_stream_si512(reinterpret_cast<__m512i*>(p), __builtin_bit_cast(__m512i, v.raw));
#elif TUTTI_REGISTER_BYTES == 32
    _mm256_stream_si256(reinterpret_cast<__m256i*>(p), __builtin_bit_cast(__m256i, v.raw));
#elif defined(__SSE2__)
    _mm_stream_si128(reinterpret_cast<__m128i*>(p), __builtin_bit_cast(__m128i, v.raw));
#elif defined(__clang__)
    __builtin_nontemporal_store(v.raw, reinterpret_cast<typename pack<T, N>::raw_type*>(p));
#else
    store_lanes(p, v);
#endif
  }
}

// ---- pairs: complex numbers ----

} // namespace detail

} // namespace simd

TUTTI_NAMESPACE_END
