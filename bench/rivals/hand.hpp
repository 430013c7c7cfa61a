// SPDX-License-Identifier: MIT
#pragma once

// What an expert writes for one case: a loop over packs of the machine's registers. It shares tutti's packs and their
// exp, so that accuracy is the same, and nothing of its planner and kernels. Extents are whole packs, as
// those in cases.txt are, except where a case says otherwise.

#include <array>

#include <tasks/case.hpp>
#include <tutti/kernel/math/exponential.hpp>
#include <tutti/kernel/simd.hpp>

namespace bench {

namespace simd = tutti::simd;

/// Lanes of a register of floats.
inline constexpr integer lanes = simd::lanes<float>;
using pack = simd::pack<float, lanes>;

/// Row-major elements, aligned to a cache line.
template <class T>
class array {
public:
  explicit array(const shape& s) : extents_(s), size_(count(s)) {
    const auto bytes = (static_cast<std::size_t>(size_) * sizeof(T) + 63) / 64 * 64;
    data_.reset(static_cast<T*>(std::aligned_alloc(64, bytes)));
    std::fill_n(data_.get(), size_, T{});
  }
  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  integer size() const { return size_; }
  integer extent(std::size_t axis) const { return extents_[axis]; }
  T* row(integer i) { return data() + i * extents_[1]; }
  const T* row(integer i) const { return data() + i * extents_[1]; }

private:
  struct release {
    void operator()(T* p) const { std::free(p); }
  };
  shape extents_;
  integer size_;
  std::unique_ptr<T[], release> data_;
};

template <class T>
struct maker<array<T>> {
  static array<T> make(const shape& s) { return array<T>(s); }
};

TUTTI_INLINE pack load(const float* p) { return simd::load<lanes>(p); }
TUTTI_INLINE void store(float* p, const pack& v) { simd::store(p, v); }
/// Ways to store, to be chosen from when running.
struct through_caches {
  TUTTI_INLINE void operator()(float* p, const pack& v) const { store(p, v); }
};
struct past_caches {
  TUTTI_INLINE void operator()(float* p, const pack& v) const { simd::stream(p, v); }
};
TUTTI_INLINE pack fma(const pack& a, const pack& b, const pack& c) { return simd::fma(a, b, c); }
TUTTI_INLINE pack zero() { return pack(0.f); }

struct plus {
  template <class V>
  TUTTI_INLINE auto operator()(const V& a, const V& b) const { return a + b; }
};
struct greater {
  TUTTI_INLINE float operator()(float a, float b) const { return a < b ? b : a; }
  template <integer N>
  TUTTI_INLINE auto operator()(const simd::pack<float, N>& a, const simd::pack<float, N>& b) const {
    return simd::fast_max(a, b);
  }
};
TUTTI_INLINE float total(const pack& v) { return simd::fold(v, plus{}); }
TUTTI_INLINE float greatest(const pack& v) { return simd::fold(v, greater{}); }

/// step(i) for i = 0, lanes, ... below n, Unroll times in a row.
template <integer Unroll = 4, class Step>
TUTTI_INLINE void each(integer n, const Step& step) {
  integer i = 0;
  for (; i + Unroll * lanes <= n; i += Unroll * lanes) {
#pragma GCC unroll 16
    for (integer u = 0; u < Unroll; ++u) step(i + u * lanes);
  }
  for (; i < n; i += lanes) step(i);
}

/// The fold of value(i) for i = 0, lanes, ... below n: in Unroll accumulators, so that additions overlap.
template <integer Unroll = 8, class Op, class Value>
TUTTI_INLINE pack fold(integer n, float start, const Op& op, const Value& value) {
  std::array<pack, static_cast<std::size_t>(Unroll)> part;
  for (auto& p : part) p = pack(start);
  integer i = 0;
  for (; i + Unroll * lanes <= n; i += Unroll * lanes) {
#pragma GCC unroll 16
    for (integer u = 0; u < Unroll; ++u) {
      auto& p = part[static_cast<std::size_t>(u)];
      p = op(p, value(i + u * lanes));
    }
  }
  for (; i < n; i += lanes) part[0] = op(part[0], value(i));
  for (auto half = part.size() / 2; half > 0; half /= 2)
    for (std::size_t u = 0; u < half; ++u) part[u] = op(part[u], part[u + half]);
  return part[0];
}

/// A destination of so many elements does not stay in any cache.
inline bool leaves_caches(integer elements) { return elements >= integer{1} << 23; }

} // namespace bench

using bench::integer, bench::lanes, bench::pack;
using vector = bench::array<float>;
using matrix = bench::array<float>;
using cube = bench::array<float>;
