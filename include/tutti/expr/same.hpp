// SPDX-License-Identifier: MIT
#pragma once

// Whether two trees of the same type are the same value: equal operations over the same memory and numbers. The planner
// computes such trees once.

#include <cstring>

#include <tutti/expr/generate.hpp>
#include <tutti/expr/reduce.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {

template <class T>
bool same_bits(const T& a, const T& b) { return std::memcmp(&a, &b, sizeof(T)) == 0; }

// Operations without state are alike; one with state must say so itself.
template <class Op>
bool same_operation(const Op& a, const Op& b) {
  if constexpr (std::is_empty_v<Op>) return true;
  else if constexpr (requires {
                       { a == b } -> std::same_as<bool>;
                     })
    return a == b;
  else return false;
}

// Whether the functions of two generators give the same numbers.
template <class T>
bool same_function(const constant_fn<T>& a, const constant_fn<T>& b) { return same_bits(a.value, b.value); }
template <class T>
bool same_function(const arange_fn<T>& a, const arange_fn<T>& b) {
  return same_bits(a.start, b.start) && same_bits(a.step, b.step);
}
template <class T>
bool same_function(const linspace_fn<T>& a, const linspace_fn<T>& b) {
  return same_bits(a.start, b.start) && same_bits(a.stop, b.stop) && same_bits(a.step, b.step) && a.last == b.last;
}
template <class F, index Rank>
bool same_function(const index_fn<F, Rank>& a, const index_fn<F, Rank>& b) {
  return same_operation(a.f, b.f) && a.shape == b.shape;
}

} // namespace detail

template <expression E>
bool same(const E& a, const E& b) { return &a == &b; }
template <class T, index Rank, class Keeper>
bool same(const view<T, Rank, Keeper>& a, const view<T, Rank, Keeper>& b) {
  return a.data() == b.data() && a.shape() == b.shape() && a.strides() == b.strides();
}
template <class T>
bool same(const scalar<T>& a, const scalar<T>& b) { return detail::same_bits(a.value(), b.value()); }
template <class F, index Rank>
bool same(const generator<F, Rank>& a, const generator<F, Rank>& b) {
  return &a == &b || (detail::same_function(a.function(), b.function()) && a.offset() == b.offset() &&
                      a.shape() == b.shape() && a.strides() == b.strides());
}
template <class Op, class... Es>
bool same(const map<Op, Es...>& a, const map<Op, Es...>& b);
template <class B, index Rank>
bool same(const barrier_view<B, Rank>& a, const barrier_view<B, Rank>& b);
/// Folds of the same values in the same way, along whatever axes.
template <class Op, class E>
bool same(const folded<Op, E>& a, const folded<Op, E>& b) {
  return detail::same_operation(a.op, b.op) && same(a.operand, b.operand);
}
// Whether axes are kept does not change what is folded.
template <class Op, class E, index Count, bool KeepA, bool KeepB>
bool same_fold(const reduction<Op, E, Count, KeepA>& a, const reduction<Op, E, Count, KeepB>& b) {
  return detail::same_operation(a.op(), b.op()) && a.axes() == b.axes() && same(a.operand(), b.operand());
}
template <class Op, class E, index Count, bool Keep>
bool same(const reduction<Op, E, Count, Keep>& a, const reduction<Op, E, Count, Keep>& b) { return same_fold(a, b); }
template <class B, index Rank>
bool same(const barrier_view<B, Rank>& a, const barrier_view<B, Rank>& b) {
  return same(a.barrier(), b.barrier()) && a.map() == b.map();
}
template <class Op, class... Es>
bool same(const map<Op, Es...>& a, const map<Op, Es...>& b) {
  // A node is itself even where operations cannot be compared.
  return &a == &b || (detail::same_operation(a.op(), b.op()) && [&]<std::size_t... I>(std::index_sequence<I...>) {
    return (same(get<I>(a.operands()), get<I>(b.operands())) && ...);
  }(std::index_sequence_for<Es...>{}));
}

TUTTI_NAMESPACE_END
