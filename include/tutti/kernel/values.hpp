// SPDX-License-Identifier: MIT
#pragma once

// What inner loops read values through that are mostly the same for a whole row, as results of reductions are.

#include <tutti/kernel/simd.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// A loader some of whose values may be the same for a whole row: where all are, `steady()` is the loader that knows.
template <class Loader>
concept may_be_steady = requires(const Loader& x) { x.is_steady(); };

template <class Loader>
TUTTI_INLINE bool is_steady(const Loader& x) {
  if constexpr (may_be_steady<Loader>) return x.is_steady();
  else return true;
}
template <class Loader>
TUTTI_INLINE auto steady(const Loader& x) {
  if constexpr (may_be_steady<Loader>) return x.steady();
  else return x;
}

/// Calls f with a loader, or with its steady one if it is steady.
template <class F, class Loader>
TUTTI_INLINE auto with_steady(const F& f, const Loader& x) {
  if constexpr (may_be_steady<Loader>)
    if (x.is_steady()) return f(x.steady());
  return f(x);
}

/// Gives one element in all lanes; that of the next row stands `step` behind it.
template <class T, index N>
struct splat_loader {
  const T* at;
  index step;
  std::remove_cvref_t<decltype(simd::broadcast<T, N>(T{}))> value = simd::broadcast<T, N>(*at);

  TUTTI_INLINE void advance() {
    at += step;
    value = simd::broadcast<T, N>(*at);
  }
  TUTTI_INLINE auto load(index) const { return value; }
  TUTTI_INLINE auto load_partial(index, index) const { return value; }
};

/// What a value that is mostly the same for a whole row is read through: one element, or consecutive ones.
template <class T, index N>
struct value_loader {
  const T* p;
  bool is_row;
  index step;

  /// Consecutive elements from `first` on, or (mask 0) the one at `first`.
  TUTTI_INLINE value_loader(const T* first, index mask, index next = 0) : p(first), is_row(mask != 0), step(next) {}
  TUTTI_INLINE void advance() { p += step; }
  TUTTI_INLINE auto load(index j) const { return is_row ? simd::load<N>(p + j) : simd::broadcast<T, N>(*p); }
  TUTTI_INLINE auto load_partial(index j, index count) const {
    return is_row ? simd::load_partial<N>(p + j, count) : simd::broadcast<T, N>(*p);
  }
  TUTTI_INLINE bool is_steady() const { return !is_row; }
  TUTTI_INLINE auto steady() const { return splat_loader<T, N>{p, step}; }
};

} // namespace kernel

TUTTI_NAMESPACE_END
