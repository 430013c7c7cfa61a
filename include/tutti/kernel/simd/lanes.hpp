// SPDX-License-Identifier: MIT
#pragma once

// Functions that no vector instructions are worth it for: one lane after the other.

#include <tutti/kernel/simd/memory.hpp>

TUTTI_NAMESPACE_BEGIN

namespace simd::detail {

template <class T, index N>
struct lane_array {
  T lane[static_cast<std::size_t>(N)];
};

// Out of line: the calls in f cost more than the way through memory, and the code need not stand in every loop.
template <class Result, index N, class F, class... T>
[[gnu::noinline]] void loop_over_lanes(lane_array<Result, N>& result, F f, const lane_array<T, N>&... v) {
  for (index i = 0; i < N; ++i) result.lane[i] = f(v.lane[i]...);
}

template <class V>
TUTTI_INLINE auto to_array(const V& v) {
  lane_array<typename V::value_type, V::size> result;
  store(result.lane, v);
  return result;
}

/// The pack or mask of f(v[i]...).
template <class F, class First, class... V>
TUTTI_INLINE auto by_lane(F f, const First& first, const V&... more) {
  using result = decltype(f(typename First::value_type(), typename V::value_type()...));
  lane_array<result, First::size> results;
  loop_over_lanes(results, f, to_array(first), to_array(more)...);
  return load<First::size>(results.lane);
}

} // namespace simd::detail

TUTTI_NAMESPACE_END
