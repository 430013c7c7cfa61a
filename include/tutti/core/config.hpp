// SPDX-License-Identifier: MIT
#pragma once

// Every macro of the library stands here (the version's three in version.hpp).

#if __SIZEOF_POINTER__ != 8
#error "tutti needs a 64-bit processor: compile without -m32."
#endif

#include <cstddef>

#include <tutti/core/version.hpp>

#if !defined(__GNUC__)
#error "tutti needs a compiler with GNU vector extensions: g++ 12 or later, or clang 16 or later."
#endif
#if !defined(__cpp_exceptions)
#error "tutti reports errors by exceptions: compile without -fno-exceptions."
#endif
// What tests numbers would be compiled away, and with clang log(2.f) with it.
#if __FINITE_MATH_ONLY__
#error \
    "tutti computes with infinities and NaN: compile without -ffinite-math-only, or with -ffast-math -fno-finite-math-only."
#endif
#if __cplusplus < 202002L
#error "tutti needs C++20: compile with -std=c++20 or later."
#endif

// TUTTI_CHECKED=1 builds in the run-time checks that cost time: element access checks bounds and rank, and
// a leaf whose tensor has died is found when its expression is evaluated.
#if !defined(TUTTI_CHECKED)
#define TUTTI_CHECKED 0
#endif

// TUTTI_TRACE=1 builds in tracing: see plan/trace.hpp.
#if !defined(TUTTI_TRACE)
#define TUTTI_TRACE 0
#endif

#if defined(_OPENMP)
#define TUTTI_OPENMP 1
#else
#define TUTTI_OPENMP 0
#endif

// The instruction set decides the width of a pack: 64 bytes, 32 or 16.
#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512VL__)
#define TUTTI_REGISTER_BYTES 64
#elif defined(__AVX2__) && defined(__FMA__)
#define TUTTI_REGISTER_BYTES 32
#else
#define TUTTI_REGISTER_BYTES 16
#endif

// Its name; "vnni" are instructions for sums of products of bytes.
#if TUTTI_REGISTER_BYTES == 64 && defined(__AVX512VNNI__)
#define TUTTI_ISA avx512vnni
#elif TUTTI_REGISTER_BYTES == 64
#define TUTTI_ISA avx512
#elif TUTTI_REGISTER_BYTES == 32 && defined(__AVXVNNI__)
#define TUTTI_ISA avx2vnni
#elif TUTTI_REGISTER_BYTES == 32
#define TUTTI_ISA avx2
#elif defined(__AVX__)
#define TUTTI_ISA avx
#elif defined(__SSE4_2__)
#define TUTTI_ISA sse4
#elif defined(__SSE2__)
#define TUTTI_ISA sse2
#elif defined(__ARM_NEON)
#define TUTTI_ISA neon
#else
#define TUTTI_ISA generic
#endif

// Everything lives in an inline namespace that carries the instruction set, the configuration and the version, so that
// objects compiled with different flags link into one program without violating the one-definition rule. It is a tag, too:
// functions outside that return one of its types have it in their symbols.
#define TUTTI_JOIN_(a, b, c, d, e, f, g) a##_checked##b##_openmp##c##_trace##d##_v##e##_##f##_##g
#define TUTTI_JOIN(a, b, c, d, e, f, g) TUTTI_JOIN_(a, b, c, d, e, f, g)
#define TUTTI_ABI                                                                                           \
  TUTTI_JOIN(TUTTI_ISA, TUTTI_CHECKED, TUTTI_OPENMP, TUTTI_TRACE, TUTTI_VERSION_MAJOR, TUTTI_VERSION_MINOR, \
             TUTTI_VERSION_PATCH)
#define TUTTI_TEXT_(a) #a
#define TUTTI_TEXT(a) TUTTI_TEXT_(a)
#if defined(__clang__)
#define TUTTI_NAMESPACE_BEGIN                      \
  _Pragma("GCC diagnostic push") namespace tutti { \
    inline namespace [[gnu::abi_tag(TUTTI_TEXT(TUTTI_ABI))]] TUTTI_ABI {
#else
// g++ compares the local names of a template with a program's global ones when it instantiates the template, warns of
// attributes that only clang has, of the sign of a constant rank or width that stands for a size, and, where it has
// inlined much, of accesses that cannot come about.
#define TUTTI_NAMESPACE_BEGIN                                                                                    \
  _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wshadow\"")                                  \
      _Pragma("GCC diagnostic ignored \"-Wsign-conversion\"") _Pragma("GCC diagnostic ignored \"-Wattributes\"") \
          _Pragma("GCC diagnostic ignored \"-Warray-bounds\"")                                                   \
              _Pragma("GCC diagnostic ignored \"-Wmaybe-uninitialized\"") namespace tutti {                      \
    inline namespace [[gnu::abi_tag(TUTTI_TEXT(TUTTI_ABI))]] TUTTI_ABI {
#endif
#define TUTTI_NAMESPACE_END \
  }                         \
  }                         \
  _Pragma("GCC diagnostic pop")

// A kernel's step must melt into its loop; the compilers' own judgement gives up on deep expression trees.
#define TUTTI_INLINE [[gnu::always_inline]] inline

// What has no state takes no room. Clang before 19 writes over its neighbours when it initializes an aggregate of such.
#if defined(__clang__) && __clang_major__ < 19
#define TUTTI_EMPTY_MEMBER
#else
#define TUTTI_EMPTY_MEMBER [[no_unique_address]]
#endif

/// clang warns where a view outlives its tensor.
#define TUTTI_LIFETIMEBOUND [[clang::lifetimebound]]

TUTTI_NAMESPACE_BEGIN

/// The type of extents, strides and indices: signed, as strides may be negative.
using index = std::ptrdiff_t;

/// The rank of a tensor whose rank is known at run time only.
inline constexpr index dynamic_rank = -1;

/// The greatest rank that a tensor or an expression can have.
inline constexpr index max_rank = 8;

TUTTI_NAMESPACE_END
