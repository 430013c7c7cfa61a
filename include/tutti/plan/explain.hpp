// SPDX-License-Identifier: MIT
#pragma once

// explain: what will happen at an assignment. The statement is planned by the very code that assignment runs, up to the
// point where it would run; what is printed is read from that statement.

#include <cstdlib>
#include <iosfwd>
#include <iostream>

#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

#include <tutti/plan/explain/build.hpp>
#include <tutti/plan/explain/text.hpp>
#include <tutti/plan/unroll.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// The destination of an assignment as its statement sees it: a view that may be written. It is only planned.
template <class T, index Rank, class Keeper>
auto writable(const view<const T, Rank, Keeper>& v) {
  return view<T, Rank, Keeper>(const_cast<T*>(v.data()), v.shape(), v.strides(), v.keeper());
}
template <class T, index Rank, class Keeper>
auto writable(const view<T, Rank, Keeper>& v) { return v; }
template <class T, class Shape, class Strides, class Memory>
auto writable(const fixed_view<T, Shape, Strides, Memory>& v) {
  using element_type = std::remove_const_t<T>;
  return fixed_view<element_type, Shape, Strides>(pointed<element_type>{const_cast<element_type*>(v.data())});
}
template <class View>
auto writable(const named_leaf<View>& n) { return writable(n.leaf()); }

template <class>
inline constexpr bool is_fixed_view = false;
template <class T, class Shape, class Strides, class Memory>
inline constexpr bool is_fixed_view<fixed_view<T, Shape, Strides, Memory>> = true;

/// What a destination is written as.
template <class Node>
std::string destination_text(const Node& to) {
  if constexpr (is_named<Node>) return formula(to);
  else return "destination";
}

/// Whether assigning to a Y may change its shape and memory: it is a tensor, or the name of one.
template <class Y>
inline constexpr bool owns_memory = !is_view<std::remove_cvref_t<Y>>;
template <class T, index Rank, class Keeper>
inline constexpr bool owns_memory<named_leaf<view<const T, Rank, Keeper>>> = true;
template <class T, index Rank, class Keeper>
inline constexpr bool owns_memory<named_leaf<view<T, Rank, Keeper>>> = false;

template <bool Measured, class Y, class E>
execution_plan plan_of(const Y& destination, const E& e, const measurement& how) {
  const auto node = as_node(destination);
  const auto to = writable(node);
  using To = std::remove_const_t<decltype(to)>;
  plan_builder<Measured> builder(how);
  if constexpr (is_fixed_view<To>) {
    if constexpr (unrolls<E, shape_t<To>>) return builder.unrolled(to, e, destination_text(node));
    else return builder.assigned(as_view(to), e, destination_text(node));
  } else {
    if constexpr (owns_memory<Y>) {
      bool is_whole = true;
      if constexpr (is_named<Y>) is_whole = destination.part().is_whole();
      if (is_whole) return builder.taken(to, e, destination_text(node));
    }
    return builder.assigned(to, e, destination_text(node));
  }
}

/// Whether a stream is a terminal that should have colours: see https://no-color.org.
inline bool wants_color(const std::ostream& out) {
#if __has_include(<unistd.h>)
  const char* const refused = std::getenv("NO_COLOR");
  if (refused && *refused) return false;
  if (out.rdbuf() == std::cout.rdbuf()) return isatty(STDOUT_FILENO) != 0;
  if (out.rdbuf() == std::cerr.rdbuf()) return isatty(STDERR_FILENO) != 0;
#endif
  static_cast<void>(out);
  return false;
}

} // namespace plan

/// Errors: none; whether the result fits the destination is asked when it is assigned. Cost: planning only; nothing is
/// computed, and no tensor is touched. NumPy: no such function.

/// The plan of evaluating an expression into a new tensor.
/// Example: `std::cout << explain(array({1, 2, 3}) * 2);`.
template <operand X>
execution_plan explain(X&& expression) {
  const auto& e = as_node(std::forward<X>(expression));
  return plan::plan_builder<>().made(e, "result");
}

/// The plan of `destination = expression`.
/// Example: `tensor<float, 1> x({5}), y; std::cout << explain(named(y, "y"), named(x, "x") + 1);`.
template <operand Y, operand X>
execution_plan explain(Y&& destination, X&& expression) {
  const auto& e = as_node(std::forward<X>(expression));
  return plan::plan_of<false>(destination, e, {});
}

/// The plan of `eval(first, others...)`: of evaluating several expressions, in one sweep where their loops agree.
/// Example: `tensor<double, 2> x({4, 5}); std::cout << explain_eval(mean(x, 1), variance(x, 1));`.
template <operand... Xs>
  requires(sizeof...(Xs) > 1)
execution_plan explain_eval(Xs&&... expressions) {
  return [](const auto&... es) {
    return plan::plan_builder<>().made_together(es...);
  }(as_node(std::forward<Xs>(expressions))...);
}

inline std::ostream& operator<<(std::ostream& out, const execution_plan& whole) {
  return out << whole.to_text({.color = plan::wants_color(out)});
}

TUTTI_NAMESPACE_END
