// SPDX-License-Identifier: MIT
#pragma once

// Loads and stores of packs of any element type, whole and in part, converted on the way.

#include <tutti/kernel/simd/move.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

namespace detail {

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
TUTTI_INLINE mask<1, N> mask_of_bools(const pack<std::int8_t, N>& v) { return reinterpret<mask<1, N>>(-v); }

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

/// v in a register: g++ would load what has several uses anew for each.
template <class T, index N>
  requires(N > 1)
TUTTI_INLINE pack<T, N> in_register(pack<T, N> v) {
#if defined(__x86_64__)
  if constexpr (!detail::too_wide<T, N>) asm("" : "+v"(v.raw));
#endif
  return v;
}

/// A number in a register of its own: compilers would gather several in one, and take them out of it again. Types that
/// fit none stay as they are.
template <class T>
TUTTI_INLINE T alone_in_register(T v) {
#if defined(__x86_64__)
  if constexpr (std::floating_point<T>) asm("" : "+x"(v));
  else if constexpr (std::integral<T> && sizeof(T) >= 4) asm("" : "+r"(v));
#endif
  return v;
}

} // namespace simd

TUTTI_NAMESPACE_END
