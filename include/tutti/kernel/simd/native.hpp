// SPDX-License-Identifier: MIT
#pragma once

// What GNU vectors lack an operator for: square root, rounding to an integer and the fused multiply-add.
//
// Vectors become an intrinsic's type by the compiler's own bit cast: the type of such an operand depends on no template
// parameter, so that the intrinsic is looked up where it is written. Whoever imports a module could not look it up.

#include <cmath>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include <tutti/kernel/simd/operators.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd {

/// Whether fma rounds once; it is a product and a sum otherwise.
#if defined(__FMA__) || defined(__aarch64__) || defined(__ARM_FEATURE_FMA)
inline constexpr bool has_fma = true;
#else
inline constexpr bool has_fma = false;
#endif

namespace detail {

enum class rounding { nearest, down, up, toward_zero };

template <rounding Mode, float_lane T>
TUTTI_INLINE T round_scalar(T x) {
  if constexpr (Mode == rounding::nearest) return std::nearbyint(x);
  else if constexpr (Mode == rounding::down) return std::floor(x);
  else if constexpr (Mode == rounding::up) return std::ceil(x);
  else return std::trunc(x);
}

// Calls f for packs that fill a register of at least 16 bytes, or for one lane: intrinsics know nothing smaller.
template <class F, float_lane T, index N, class... V>
TUTTI_INLINE pack<T, N> by_register(F f, const pack<T, N>& a, const V&... more) {
  if constexpr (too_wide<T, N>) return {by_register(f, a.lower, more.lower...), by_register(f, a.upper, more.upper...)};
  else if constexpr (N > 1 && sizeof(T) * N < 16) return lower_half(by_register(f, join(a, a), join(more, more)...));
  else return f(a, more...);
}

// v as a value of its own, out of which -ffast-math takes nothing: it must not make x of (x + great) - great.
template <class T, index N>
TUTTI_INLINE pack<T, N> settled(const pack<T, N>& v) {
  if constexpr (too_wide<T, N>) return {settled(v.lower), settled(v.upper)};
#if defined(__ASSOCIATIVE_MATH__)
  else return pack<T, N>(__builtin_assoc_barrier(v.raw));
#elif defined(__clang__) && defined(__x86_64__) // not known for every processor
  else return pack<T, N>(__arithmetic_fence(v.raw));
#else
  else return v;
#endif
}

#if defined(__SSE2__)

// The plain forms of 512-bit intrinsics make g++ 12 warn of the uninitialised vector that they merge with; the zeroing
// forms compile to the same instructions.
struct square_root {
  template <class T, index N>
  TUTTI_INLINE pack<T, N> operator()(const pack<T, N>& v) const {
    using raw = typename pack<T, N>::raw_type;
    if constexpr (N == 1) return std::sqrt(v.raw);
#if TUTTI_REGISTER_BYTES == 64
    else if constexpr (sizeof(raw) == 64 && sizeof(T) == 4)
      return std::bit_cast<raw>(_mm512_maskz_sqrt_ps(0xffff, __builtin_bit_cast(__m512, v.raw)));
    else if constexpr (sizeof(raw) == 64)
      return std::bit_cast<raw>(_mm512_maskz_sqrt_pd(0xff, __builtin_bit_cast(__m512d, v.raw)));
#endif
#if TUTTI_REGISTER_BYTES >= 32
    else if constexpr (sizeof(raw) == 32 && sizeof(T) == 4)
      return std::bit_cast<raw>(_mm256_sqrt_ps(__builtin_bit_cast(__m256, v.raw)));
    else if constexpr (sizeof(raw) == 32) return std::bit_cast<raw>(_mm256_sqrt_pd(__builtin_bit_cast(__m256d, v.raw)));
#endif
    else if constexpr (sizeof(T) == 4) return std::bit_cast<raw>(_mm_sqrt_ps(__builtin_bit_cast(__m128, v.raw)));
    else return std::bit_cast<raw>(_mm_sqrt_pd(__builtin_bit_cast(__m128d, v.raw)));
  }
};

#else

struct square_root {
  template <class T, index N>
  TUTTI_INLINE pack<T, N> operator()(pack<T, N> v) const {
    if constexpr (N == 1) return std::sqrt(v.raw);
    else {
#if __has_builtin(__builtin_elementwise_sqrt)
      return pack<T, N>(__builtin_elementwise_sqrt(v.raw));
#else
      for (index i = 0; i < N; ++i) v.raw[i] = std::sqrt(v.raw[i]);
      return v;
#endif
    }
  }
};

#endif

#if defined(__SSE4_1__)

template <rounding Mode>
struct rounded {
  static constexpr int control = (Mode == rounding::nearest ? _MM_FROUND_TO_NEAREST_INT
                                  : Mode == rounding::down  ? _MM_FROUND_TO_NEG_INF
                                  : Mode == rounding::up    ? _MM_FROUND_TO_POS_INF
                                                            : _MM_FROUND_TO_ZERO) |
                                 _MM_FROUND_NO_EXC;

  template <class T, index N>
  TUTTI_INLINE pack<T, N> operator()(const pack<T, N>& v) const {
    using raw = typename pack<T, N>::raw_type;
    if constexpr (N == 1) return round_scalar<Mode>(v.raw);
#if TUTTI_REGISTER_BYTES == 64
    else if constexpr (sizeof(raw) == 64 && sizeof(T) == 4)
      return std::bit_cast<raw>(_mm512_maskz_roundscale_ps(0xffff, __builtin_bit_cast(__m512, v.raw), control));
    else if constexpr (sizeof(raw) == 64)
      return std::bit_cast<raw>(_mm512_maskz_roundscale_pd(0xff, __builtin_bit_cast(__m512d, v.raw), control));
#endif
#if TUTTI_REGISTER_BYTES >= 32
    else if constexpr (sizeof(raw) == 32 && sizeof(T) == 4)
      return std::bit_cast<raw>(_mm256_round_ps(__builtin_bit_cast(__m256, v.raw), control));
    else if constexpr (sizeof(raw) == 32)
      return std::bit_cast<raw>(_mm256_round_pd(__builtin_bit_cast(__m256d, v.raw), control));
#endif
    else if constexpr (sizeof(T) == 4)
      return std::bit_cast<raw>(_mm_round_ps(__builtin_bit_cast(__m128, v.raw), control));
    else return std::bit_cast<raw>(_mm_round_pd(__builtin_bit_cast(__m128d, v.raw), control));
  }
};

#else

// Adding and taking away a number so great that no fraction fits beside it leaves the nearest integer; the other
// directions correct that by one. The sign is put back for the sake of zeros.
template <rounding Mode>
struct rounded {
  template <class T, index N>
  TUTTI_INLINE pack<T, N> operator()(const pack<T, N>& v) const {
    if constexpr (N == 1) return round_scalar<Mode>(v.raw);
    else {
      using bits = pack<unsigned_like<T>, N>;
      const bits sign = reinterpret<bits>(broadcast<T, N>(T(-0.0)));
      const bits sign_of_v = reinterpret<bits>(v) & sign;
      const auto magnitude = reinterpret<pack<T, N>>(reinterpret<bits>(v) ^ sign_of_v);
      const auto great = broadcast<T, N>(sizeof(T) == 4 ? T(0x1p23) : T(0x1p52));
      const auto one = broadcast<T, N>(T(1)), zero = broadcast<T, N>(T(0));
      const auto negative = sign_of_v != bits(0);
      auto nearest = settled(magnitude + great) - great;
      const auto too_great = select(nearest > magnitude, one, zero), too_small = select(nearest < magnitude, one, zero);
      if constexpr (Mode == rounding::toward_zero) nearest = nearest - too_great;
      if constexpr (Mode == rounding::down) nearest = select(negative, nearest + too_small, nearest - too_great);
      if constexpr (Mode == rounding::up) nearest = select(negative, nearest - too_great, nearest + too_small);
      const auto result = reinterpret<pack<T, N>>(reinterpret<bits>(nearest) | sign_of_v);
      return select(magnitude < great, result, v);
    }
  }
};

#endif

struct multiplied_and_added {
  template <class T, index N>
  TUTTI_INLINE pack<T, N> operator()(const pack<T, N>& a, const pack<T, N>& b, const pack<T, N>& c) const {
    using raw [[maybe_unused]] = typename pack<T, N>::raw_type;
    if constexpr (!has_fma) return settled(a * b + c);
    else if constexpr (N == 1) return std::fma(a.raw, b.raw, c.raw);
    else {
#if defined(__FMA__)
#if TUTTI_REGISTER_BYTES == 64
      if constexpr (sizeof(raw) == 64 && sizeof(T) == 4)
        return std::bit_cast<raw>(_mm512_fmadd_ps(__builtin_bit_cast(__m512, a.raw), __builtin_bit_cast(__m512, b.raw),
                                                  __builtin_bit_cast(__m512, c.raw)));
      else if constexpr (sizeof(raw) == 64)
        return std::bit_cast<raw>(_mm512_fmadd_pd(__builtin_bit_cast(__m512d, a.raw),
                                                  __builtin_bit_cast(__m512d, b.raw),
                                                  __builtin_bit_cast(__m512d, c.raw)));
      else
#endif
          if constexpr (sizeof(raw) == 32 && sizeof(T) == 4)
        return std::bit_cast<raw>(_mm256_fmadd_ps(__builtin_bit_cast(__m256, a.raw), __builtin_bit_cast(__m256, b.raw),
                                                  __builtin_bit_cast(__m256, c.raw)));
      else if constexpr (sizeof(raw) == 32)
        return std::bit_cast<raw>(_mm256_fmadd_pd(__builtin_bit_cast(__m256d, a.raw),
                                                  __builtin_bit_cast(__m256d, b.raw),
                                                  __builtin_bit_cast(__m256d, c.raw)));
      else if constexpr (sizeof(T) == 4)
        return std::bit_cast<raw>(_mm_fmadd_ps(__builtin_bit_cast(__m128, a.raw), __builtin_bit_cast(__m128, b.raw),
                                               __builtin_bit_cast(__m128, c.raw)));
      else
        return std::bit_cast<raw>(_mm_fmadd_pd(__builtin_bit_cast(__m128d, a.raw), __builtin_bit_cast(__m128d, b.raw),
                                               __builtin_bit_cast(__m128d, c.raw)));
#elif __has_builtin(__builtin_elementwise_fma)
      return pack<T, N>(raw(__builtin_elementwise_fma(a.raw, b.raw, c.raw)));
#else
      raw r = c.raw;
      for (index i = 0; i < N; ++i) r[i] = std::fma(a.raw[i], b.raw[i], c.raw[i]);
      return r;
#endif
    }
  }
};

// a < b ? b : a (or b < a ? b : a): what the instructions do with their operands exchanged. g++ 12 does not see them in
// the conditional where one operand is constant.
template <bool Greatest>
struct extreme {
  template <class T, index N>
  TUTTI_INLINE pack<T, N> operator()(const pack<T, N>& a, const pack<T, N>& b) const {
    using raw = typename pack<T, N>::raw_type;
#if TUTTI_REGISTER_BYTES == 64
    if constexpr (sizeof(raw) == 64 && sizeof(T) == 4) {
      const auto x = __builtin_bit_cast(__m512, b.raw), y = __builtin_bit_cast(__m512, a.raw);
      return std::bit_cast<raw>(Greatest ? _mm512_maskz_max_ps(0xffff, x, y) : _mm512_maskz_min_ps(0xffff, x, y));
    } else if constexpr (sizeof(raw) == 64 && sizeof(T) == 8) {
      const auto x = __builtin_bit_cast(__m512d, b.raw), y = __builtin_bit_cast(__m512d, a.raw);
      return std::bit_cast<raw>(Greatest ? _mm512_maskz_max_pd(0xff, x, y) : _mm512_maskz_min_pd(0xff, x, y));
    } else
#endif
#if TUTTI_REGISTER_BYTES >= 32
        if constexpr (sizeof(raw) == 32 && sizeof(T) == 4) {
      const auto x = __builtin_bit_cast(__m256, b.raw), y = __builtin_bit_cast(__m256, a.raw);
      return std::bit_cast<raw>(Greatest ? _mm256_max_ps(x, y) : _mm256_min_ps(x, y));
    } else if constexpr (sizeof(raw) == 32 && sizeof(T) == 8) {
      const auto x = __builtin_bit_cast(__m256d, b.raw), y = __builtin_bit_cast(__m256d, a.raw);
      return std::bit_cast<raw>(Greatest ? _mm256_max_pd(x, y) : _mm256_min_pd(x, y));
    } else
#endif
        if constexpr (Greatest)
      return raw(a.raw < b.raw ? b.raw : a.raw);
    else return raw(b.raw < a.raw ? b.raw : a.raw);
  }
};

} // namespace detail

} // namespace simd

TUTTI_NAMESPACE_END
