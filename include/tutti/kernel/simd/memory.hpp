// SPDX-License-Identifier: MIT
#pragma once

// Packs from and to memory: whole, in part, past the caches, and strided. No address needs to be aligned.

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

template <index N, lane T>
TUTTI_INLINE pack<T, N> load_part_generic(const T* p, index count) {
  unsigned char buffer[sizeof(T) * static_cast<std::size_t>(N)] = {};
  copy_bytes<sizeof buffer>(buffer, reinterpret_cast<const unsigned char*>(p),
                            static_cast<std::size_t>(count) * sizeof(T));
  pack<T, N> v;
  __builtin_memcpy(&v.raw, buffer, sizeof v.raw);
  return v;
}

template <lane T, index N>
TUTTI_INLINE void store_part_generic(T* p, const pack<T, N>& v, index count) {
  copy_bytes<sizeof v.raw>(reinterpret_cast<unsigned char*>(p), reinterpret_cast<const unsigned char*>(&v.raw),
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
  if constexpr (sizeof(raw) == 64) {
    if constexpr (sizeof(T) == 1) return std::bit_cast<raw>(_mm512_maskz_loadu_epi8(static_cast<__mmask64>(bits), p));
    if constexpr (sizeof(T) == 2) return std::bit_cast<raw>(_mm512_maskz_loadu_epi16(static_cast<__mmask32>(bits), p));
    if constexpr (sizeof(T) == 4) return std::bit_cast<raw>(_mm512_maskz_loadu_epi32(static_cast<__mmask16>(bits), p));
    if constexpr (sizeof(T) == 8) return std::bit_cast<raw>(_mm512_maskz_loadu_epi64(static_cast<__mmask8>(bits), p));
  } else if constexpr (sizeof(raw) == 32) {
    if constexpr (sizeof(T) == 1) return std::bit_cast<raw>(_mm256_maskz_loadu_epi8(static_cast<__mmask32>(bits), p));
    if constexpr (sizeof(T) == 2) return std::bit_cast<raw>(_mm256_maskz_loadu_epi16(static_cast<__mmask16>(bits), p));
    if constexpr (sizeof(T) == 4) return std::bit_cast<raw>(_mm256_maskz_loadu_epi32(static_cast<__mmask8>(bits), p));
    if constexpr (sizeof(T) == 8) return std::bit_cast<raw>(_mm256_maskz_loadu_epi64(static_cast<__mmask8>(bits), p));
  } else if constexpr (sizeof(raw) == 16) {
    if constexpr (sizeof(T) == 1) return std::bit_cast<raw>(_mm_maskz_loadu_epi8(static_cast<__mmask16>(bits), p));
    if constexpr (sizeof(T) == 2) return std::bit_cast<raw>(_mm_maskz_loadu_epi16(static_cast<__mmask8>(bits), p));
    if constexpr (sizeof(T) == 4) return std::bit_cast<raw>(_mm_maskz_loadu_epi32(static_cast<__mmask8>(bits), p));
    if constexpr (sizeof(T) == 8) return std::bit_cast<raw>(_mm_maskz_loadu_epi64(static_cast<__mmask8>(bits), p));
  } else if constexpr (N > 1) {
    return lower_half(load_part<2 * N>(p, count));
  } else {
    return load_part_generic<N>(p, count);
  }
}

template <lane T, index N>
TUTTI_INLINE void store_part(T* p, const pack<T, N>& v, index count) {
  const std::uint64_t bits = lowest_bits(count);
  if constexpr (sizeof v.raw == 64) {
    const auto r = std::bit_cast<__m512i>(v.raw);
    if constexpr (sizeof(T) == 1) _mm512_mask_storeu_epi8(p, static_cast<__mmask64>(bits), r);
    if constexpr (sizeof(T) == 2) _mm512_mask_storeu_epi16(p, static_cast<__mmask32>(bits), r);
    if constexpr (sizeof(T) == 4) _mm512_mask_storeu_epi32(p, static_cast<__mmask16>(bits), r);
    if constexpr (sizeof(T) == 8) _mm512_mask_storeu_epi64(p, static_cast<__mmask8>(bits), r);
  } else if constexpr (sizeof v.raw == 32) {
    const auto r = std::bit_cast<__m256i>(v.raw);
    if constexpr (sizeof(T) == 1) _mm256_mask_storeu_epi8(p, static_cast<__mmask32>(bits), r);
    if constexpr (sizeof(T) == 2) _mm256_mask_storeu_epi16(p, static_cast<__mmask16>(bits), r);
    if constexpr (sizeof(T) == 4) _mm256_mask_storeu_epi32(p, static_cast<__mmask8>(bits), r);
    if constexpr (sizeof(T) == 8) _mm256_mask_storeu_epi64(p, static_cast<__mmask8>(bits), r);
  } else if constexpr (sizeof v.raw == 16) {
    const auto r = std::bit_cast<__m128i>(v.raw);
    if constexpr (sizeof(T) == 1) _mm_mask_storeu_epi8(p, static_cast<__mmask16>(bits), r);
    if constexpr (sizeof(T) == 2) _mm_mask_storeu_epi16(p, static_cast<__mmask8>(bits), r);
    if constexpr (sizeof(T) == 4) _mm_mask_storeu_epi32(p, static_cast<__mmask8>(bits), r);
    if constexpr (sizeof(T) == 8) _mm_mask_storeu_epi64(p, static_cast<__mmask8>(bits), r);
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
    const auto m = std::bit_cast<__m256i>(lanes_below<N, T>(count));
    if constexpr (sizeof(T) == 4)
      return std::bit_cast<raw>(_mm256_maskload_epi32(reinterpret_cast<const int*>(p), m));
    else return std::bit_cast<raw>(_mm256_maskload_epi64(reinterpret_cast<const long long*>(p), m));
  } else {
    const auto m = std::bit_cast<__m128i>(lanes_below<N, T>(count));
    if constexpr (sizeof(T) == 4) return std::bit_cast<raw>(_mm_maskload_epi32(reinterpret_cast<const int*>(p), m));
    else return std::bit_cast<raw>(_mm_maskload_epi64(reinterpret_cast<const long long*>(p), m));
  }
}

template <lane T, index N>
TUTTI_INLINE void store_part(T* p, const pack<T, N>& v, index count) {
  if constexpr (!has_masked_access<T, N>) store_part_generic(p, v, count);
  else if constexpr (sizeof v.raw == 32) {
    const auto m = std::bit_cast<__m256i>(lanes_below<N, T>(count));
    const auto r = std::bit_cast<__m256i>(v.raw);
    if constexpr (sizeof(T) == 4) _mm256_maskstore_epi32(reinterpret_cast<int*>(p), m, r);
    else _mm256_maskstore_epi64(reinterpret_cast<long long*>(p), m, r);
  } else {
    const auto m = std::bit_cast<__m128i>(lanes_below<N, T>(count));
    const auto r = std::bit_cast<__m128i>(v.raw);
    if constexpr (sizeof(T) == 4) _mm_maskstore_epi32(reinterpret_cast<int*>(p), m, r);
    else _mm_maskstore_epi64(reinterpret_cast<long long*>(p), m, r);
  }
}

#else

template <index N, lane T>
TUTTI_INLINE pack<T, N> load_part(const T* p, index count) {
  return load_part_generic<N>(p, count);
}

template <lane T, index N>
TUTTI_INLINE void store_part(T* p, const pack<T, N>& v, index count) {
  store_part_generic(p, v, count);
}

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
    _mm512_stream_si512(reinterpret_cast<__m512i*>(p), std::bit_cast<__m512i>(v.raw));
#elif TUTTI_REGISTER_BYTES == 32
    _mm256_stream_si256(reinterpret_cast<__m256i*>(p), std::bit_cast<__m256i>(v.raw));
#elif defined(__SSE2__)
    _mm_stream_si128(reinterpret_cast<__m128i*>(p), std::bit_cast<__m128i>(v.raw));
#elif defined(__clang__)
    __builtin_nontemporal_store(v.raw, reinterpret_cast<typename pack<T, N>::raw_type*>(p));
#else
    store_lanes(p, v);
#endif
  }
}

// ---- pairs: complex numbers ----

// The even and the odd lanes of (lower, upper).
template <lane T, index N, index... I>
TUTTI_INLINE pack<std::complex<T>, N> unzip(const pack<T, N>& l, const pack<T, N>& u,
                                            std::integer_sequence<index, I...>) {
  if constexpr (N == 1) return {l, u};
  else
    return {pack<T, N>(__builtin_shufflevector(l.raw, u.raw, static_cast<int>(2 * I)...)),
            pack<T, N>(__builtin_shufflevector(l.raw, u.raw, static_cast<int>(2 * I + 1)...))};
}

// Real and imaginary parts by turns, in a pair of packs.
template <lane T, index N, index... I>
TUTTI_INLINE pack<std::complex<T>, N> zip(const pack<T, N>& re, const pack<T, N>& im,
                                          std::integer_sequence<index, I...>) {
  if constexpr (N == 1) return {re, im};
  else
    return {pack<T, N>(__builtin_shufflevector(re.raw, im.raw, static_cast<int>(I / 2 + (I % 2) * N)...)),
            pack<T, N>(__builtin_shufflevector(re.raw, im.raw, static_cast<int>(N / 2 + I / 2 + (I % 2) * N)...))};
}

template <lane T, index N>
TUTTI_INLINE pack<std::complex<T>, N> deinterleave(const pack<T, N>& l, const pack<T, N>& u) {
  if constexpr (too_wide<T, N>) return join(deinterleave(l.lower, l.upper), deinterleave(u.lower, u.upper));
  else return unzip(l, u, std::make_integer_sequence<index, N>{});
}

// The result's re is the first register, its im the second: not a complex number any more.
template <lane T, index N>
TUTTI_INLINE pack<std::complex<T>, N> interleave(const pack<std::complex<T>, N>& z) {
  if constexpr (too_wide<T, N>) {
    const auto l = interleave(lower_half(z)), u = interleave(upper_half(z));
    return {join(l.re, l.im), join(u.re, u.im)};
  } else {
    return zip(z.re, z.im, std::make_integer_sequence<index, N>{});
  }
}

// The integer type that elements of T are moved as, where they are not computed with as they are stored.
template <class T>
using stored_bits = std::conditional_t<is_half<T>, std::uint16_t, std::int8_t>;

// A loaded bool is 0 or 1: its negative is the mask.
template <index N>
TUTTI_INLINE mask<1, N> mask_of_bools(const pack<std::int8_t, N>& v) {
  return reinterpret<mask<1, N>>(-v);
}

template <class T, class V>
TUTTI_INLINE auto to_stored(const V& v) {
  if constexpr (is_half<T>) return narrow<T>(convert<float>(v));
  else if constexpr (std::same_as<T, bool>) {
    if constexpr (is_mask<V>) return -reinterpret<pack<std::int8_t, V::size>>(resize<1>(v));
    else return -reinterpret<pack<std::int8_t, V::size>>(resize<1>(convert<bool>(v)));
  } else return convert<T>(v);
}

} // namespace detail

/// N elements from p on.
template <index N, class T>
TUTTI_INLINE loaded_t<T, N> load(const T* p) {
  if constexpr (is_complex<T>) {
    const auto* parts = reinterpret_cast<const real_t<T>*>(p);
    return detail::deinterleave(detail::load_lanes<N>(parts), detail::load_lanes<N>(parts + N));
  } else if constexpr (is_half<T>) {
    return detail::widen<T>(detail::load_lanes<N>(&p->bits));
  } else if constexpr (std::same_as<T, bool>) {
    return detail::mask_of_bools(detail::load_lanes<N>(reinterpret_cast<const std::int8_t*>(p)));
  } else {
    return detail::load_lanes<N>(p);
  }
}

/// The first count (0 to N) elements from p on, in lanes of which the others are 0. Touches no other memory.
template <index N, class T>
TUTTI_INLINE loaded_t<T, N> load_partial(const T* p, index count) {
  if constexpr (is_complex<T>) {
    const auto* parts = reinterpret_cast<const real_t<T>*>(p);
    const auto both = detail::load_lanes_partial<2 * N>(parts, 2 * count);
    return detail::deinterleave(lower_half(both), upper_half(both));
  } else if constexpr (is_half<T>) {
    return detail::widen<T>(detail::load_lanes_partial<N>(reinterpret_cast<const std::uint16_t*>(p), count));
  } else if constexpr (std::same_as<T, bool>) {
    return detail::mask_of_bools(detail::load_lanes_partial<N>(reinterpret_cast<const std::int8_t*>(p), count));
  } else {
    return detail::load_lanes_partial<N>(p, count);
  }
}

/// Writes all lanes to p on, converted to elements of type T.
template <class T, lanewise V>
TUTTI_INLINE void store(T* p, const V& v) {
  const auto stored = detail::to_stored<T>(v);
  if constexpr (is_complex<T>) {
    auto* parts = reinterpret_cast<real_t<T>*>(p);
    const auto pairs = detail::interleave(stored);
    detail::store_lanes(parts, pairs.re);
    detail::store_lanes(parts + V::size, pairs.im);
  } else if constexpr (lane<T>) {
    detail::store_lanes(p, stored);
  } else {
    detail::store_lanes(reinterpret_cast<detail::stored_bits<T>*>(p), stored);
  }
}

/// Writes the first count (0 to V::size) lanes to p on, converted to elements of type T. Touches no other memory.
template <class T, lanewise V>
TUTTI_INLINE void store_partial(T* p, const V& v, index count) {
  const auto stored = detail::to_stored<T>(v);
  if constexpr (is_complex<T>) {
    const auto pairs = detail::interleave(stored);
    detail::store_lanes_partial(reinterpret_cast<real_t<T>*>(p), join(pairs.re, pairs.im), 2 * count);
  } else if constexpr (lane<T>) {
    detail::store_lanes_partial(p, stored, count);
  } else {
    detail::store_lanes_partial(reinterpret_cast<detail::stored_bits<T>*>(p), stored, count);
  }
}

/// As store, but past the caches where the lanes fill whole registers and p is aligned to them: for destinations that
/// no cache holds anyway. Other threads see the elements after stream_fence.
template <class T, lanewise V>
TUTTI_INLINE void stream(T* p, const V& v) {
  constexpr bool whole_registers = static_cast<index>(sizeof(T)) * V::size % register_bytes == 0;
  if (whole_registers && reinterpret_cast<std::uintptr_t>(p) % register_bytes == 0) {
    if constexpr (whole_registers) {
      const auto stored = detail::to_stored<T>(v);
      if constexpr (is_complex<T>) {
        const auto pairs = detail::interleave(stored);
        detail::stream_lanes(reinterpret_cast<real_t<T>*>(p), join(pairs.re, pairs.im));
      } else if constexpr (lane<T>) {
        detail::stream_lanes(p, stored);
      } else {
        detail::stream_lanes(reinterpret_cast<detail::stored_bits<T>*>(p), stored);
      }
    }
  } else {
    store(p, v);
  }
}

/// Orders streamed elements before what is stored next.
TUTTI_INLINE void stream_fence() {
#if defined(__SSE2__)
  _mm_sfence();
#else
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

namespace detail {
template <lane T, index... I>
TUTTI_INLINE auto gather(const T* p, index stride, std::integer_sequence<index, I...>) {
  constexpr index n = sizeof...(I);
  if constexpr (n == 1) return pack<T, n>(*p);
  else return pack<T, n>(raw_t<T, n>{p[I * stride]...});
}

template <index N, lane T>
TUTTI_INLINE pack<T, N> gather_lanes(const T* p, index stride) {
  if constexpr (too_wide<T, N>)
    return {gather_lanes<N / 2>(p, stride), gather_lanes<N / 2>(p + (N / 2) * stride, stride)};
  else return gather(p, stride, std::make_integer_sequence<index, N>{});
}
} // namespace detail

/// The N elements p[0], p[stride], ..., p[(N - 1) * stride].
template <index N, class T>
TUTTI_INLINE loaded_t<T, N> load_strided(const T* p, index stride) {
  if constexpr (is_complex<T>) {
    const auto* parts = reinterpret_cast<const real_t<T>*>(p);
    return {detail::gather_lanes<N>(parts, 2 * stride), detail::gather_lanes<N>(parts + 1, 2 * stride)};
  } else if constexpr (is_half<T>) {
    return detail::widen<T>(detail::gather_lanes<N>(reinterpret_cast<const std::uint16_t*>(p), stride));
  } else if constexpr (std::same_as<T, bool>) {
    return detail::mask_of_bools(detail::gather_lanes<N>(reinterpret_cast<const std::int8_t*>(p), stride));
  } else {
    return detail::gather_lanes<N>(p, stride);
  }
}

} // namespace simd

TUTTI_NAMESPACE_END
