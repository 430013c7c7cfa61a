// SPDX-License-Identifier: MIT
#pragma once

// Several folds in one loop, as one fold of what they hold side by side: reduce_row_to_pack takes it for any other.

#include <array>
#include <utility>

#include <tutti/core/bundle.hpp>
#include <tutti/kernel/reduce.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

/// A pack, or a number, of each of K folds.
template <class V, std::size_t K>
struct joint_value {
  std::array<V, K> each;

  joint_value() = default;
  TUTTI_INLINE explicit constexpr joint_value(const std::array<V, K>& values) : each(values) {}
  /// Packs of one number each.
  template <class T>
    requires(!std::same_as<T, V>)
  TUTTI_INLINE explicit joint_value(const joint_value<T, K>& numbers)
      : joint_value(numbers, std::make_index_sequence<K>{}) {}

private:
  template <class T, std::size_t... I>
  TUTTI_INLINE joint_value(const joint_value<T, K>& numbers, std::index_sequence<I...>) : each{V(numbers.each[I])...} {}
};

/// What the folds do, all with numbers of type In.
template <class In, class... Ops>
struct joint_operation {
  static constexpr std::size_t count = sizeof...(Ops);
  bundle<Ops...> ops;

  template <class>
  static joint_value<In, count> identity() { return joint_value<In, count>({Ops::template identity<In>()...}); }
  template <class V>
  TUTTI_INLINE joint_value<V, count> combine(const joint_value<V, count>& a, const joint_value<V, count>& b) const {
    return combine(a, b, std::make_index_sequence<count>{});
  }

private:
  // Written out, so that all stay in registers.
  template <class V, std::size_t... I>
  TUTTI_INLINE joint_value<V, count> combine(const joint_value<V, count>& a, const joint_value<V, count>& b,
                                             std::index_sequence<I...>) const {
    return joint_value<V, count>({get<I>(ops).combine(a.each[I], b.each[I])...});
  }
};

template <index N, class Op, class In, class V, std::size_t K>
TUTTI_INLINE joint_value<V, K> pad_tail(const joint_value<V, K>& v, index count) {
  // (A tail is loaded once a row: the identities of all operations are made again.)
  const auto none = joint_value<V, K>(Op::template identity<In>());
  const auto inside =
      simd::iota<std::int32_t, N>() < simd::broadcast<std::int32_t, N>(static_cast<std::int32_t>(count));
  joint_value<V, K> padded;
  for (std::size_t k = 0; k < K; ++k) padded.each[k] = simd::select(inside, v.each[k], none.each[k]);
  return padded;
}

} // namespace kernel

TUTTI_NAMESPACE_END
