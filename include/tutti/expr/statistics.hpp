// SPDX-License-Identifier: MIT
#pragma once

// Reductions that are formulas over the basic ones. Their inner reductions run in the same sweep.

#include <tutti/expr/math.hpp>
#include <tutti/expr/predicates.hpp>
#include <tutti/expr/reduce.hpp>
#include <tutti/expr/selection.hpp>

TUTTI_NAMESPACE_BEGIN

/// Degrees of freedom that a variance takes away: `variance(x, 1, ddof(1))` divides by the count minus 1.
struct ddof {
  /// So many of them. Errors: none. Cost: none.
  constexpr explicit ddof(index n) : value(n) {}
  index value;
};

namespace detail {

constexpr index ddof_of() { return 0; }
template <class First, class... Rest>
constexpr index ddof_of(const First& first, const Rest&... rest) {
  if constexpr (std::same_as<First, ddof>) return first.value;
  else return ddof_of(rest...);
}

// Calls f with the axes alone, without ddof and keepdims.
template <class F>
constexpr auto with_axes(const F& f) { return f(); }
template <class F, class First, class... Rest>
constexpr auto with_axes(const F& f, const First& first, const Rest&... rest) {
  if constexpr (std::same_as<First, ddof> || std::same_as<First, keepdims_t>) return with_axes(f, rest...);
  else return with_axes([&](const auto&... more) { return f(first, more...); }, rest...);
}

// The reduction `op` along `where`, with or without keepdims.
template <bool Keep, class Op, class X, class... Where>
constexpr auto reduce_along(Op op, X&& x, const Where&... where) {
  return with_axes(
      [&](const auto&... axes) {
        if constexpr (Keep) return reduce(op, std::forward<X>(x), axes..., keepdims);
        else return reduce(op, std::forward<X>(x), axes...);
      },
      where...);
}

// Says what is wrong with an axis in the name of the function that the user called.
constexpr void require_axes(const char* name, index rank, const auto&... where) {
  [[maybe_unused]] const auto require = [&](const auto& given) {
    using Given = std::remove_cvref_t<decltype(given)>;
    if constexpr (std::integral<Given>) normalize_axis(static_cast<index>(given), rank, name);
    else if constexpr (!std::same_as<Given, ddof> && !std::same_as<Given, keepdims_t>)
      for (const index axis : given) normalize_axis(axis, rank, name);
  };
  (require(where), ...);
}

template <class E>
constexpr auto magnitude_squared(const E& e) {
  if constexpr (is_complex<value_t<E>>) return square(abs(e));
  else return square(e);
}

} // namespace detail

/// Shapes, errors and cost as sum's. Types: the real one of x's; double of integers and bools.

/// The mean squared distance from the mean; `ddof(n)` divides by count - n. Never a difference of squares. Of nothing
/// NaN; of n elements or fewer with ddof(n) infinite, or NaN where all are equal. Cost: as reduce's; in two passes over
/// each row, which the second finds in the cache; over all elements of a large x in two over memory. NumPy: var.
/// Example: `variance(array({1., 3.}))` is `1.0`; `variance(array({{1., 3.}, {2., 6.}}), 1, ddof(1), keepdims)` is
/// `[[2.] [8.]]`.
template <operand X, class... Where>
constexpr auto variance(X&& x, Where... where) {
  const auto e = as_node(std::forward<X>(x));
  detail::require_axes("variance", e.dimension(), where...);
  mean_op op;
  op.ddof = detail::ddof_of(where...);
  return detail::reduce_along<detail::keeps<Where...>>(
      op, detail::magnitude_squared(e - detail::reduce_along<true>(mean_op{}, e, where...)), where...);
}

/// The square root of variance; `ddof(n)` as there. Cost as variance's. NumPy: std.
/// Example: `stddev(array({1., 3.}))` is `1.0`; `stddev(array({1., 3.}), ddof(1))` is `1.4142135623730951`.
template <operand X, class... Where>
constexpr auto stddev(X&& x, Where... where) {
  detail::require_axes("stddev", x.dimension(), where...);
  return sqrt(variance(std::forward<X>(x), where...));
}

/// The Euclidean norm: the root of the sum of squares, along the axes or of everything. NumPy: linalg.norm.
/// Example: `norm(array({3., 4.}))` is `5.0`.
template <operand X, class... Where>
constexpr auto norm(X&& x, Where... where) {
  detail::require_axes("norm", x.dimension(), where...);
  return sqrt(sum(detail::magnitude_squared(cast<floating_t<value_t<X>>>(std::forward<X>(x))), where...));
}

/// log(sum(exp(x))), without overflow: the greatest element is taken out first. Real numbers only. Errors: as sum's; of
/// nothing a value_error. Cost: as reduce's; in two passes over each row, which the second finds in the cache; over all
/// elements of a large x in three over memory. SciPy: special.logsumexp.
/// Example: `logsumexp(array({1000., 1000.}))` is `1000.6931471805599`.
template <operand X, class... Where>
constexpr auto logsumexp(X&& x, Where... where) {
  const auto e = cast<floating_t<value_t<X>>>(std::forward<X>(x));
  detail::require_axes("logsumexp", e.dimension(), where...);
  // An infinite maximum stays outside: infinity minus itself would be NaN.
  const auto finite = [](const auto& m) { return tutti::where(isfinite(m), m, value_t<decltype(m)>{}); };
  const auto shifted = exp(e - finite(detail::reduce_along<true>(max_op{}, e, where...)));
  return log(sum(shifted, where...)) + finite(detail::reduce_along<detail::keeps<Where...>>(max_op{}, e, where...));
}

/// How many elements are not 0. Types: int64. NumPy: count_nonzero.
/// Example: `count_nonzero(array({{0, 1}, {2, 0}}))` is `2`; `count_nonzero(array({{0, 1}, {2, 3}}), 1)` is `[1 2]`.
template <operand X, class... Where>
constexpr auto count_nonzero(X&& x, Where... where) {
  detail::require_axes("count_nonzero", x.dimension(), where...);
  return sum(cast<bool>(std::forward<X>(x)), where...);
}

TUTTI_NAMESPACE_END
