// SPDX-License-Identifier: MIT
#pragma once

// reduction: the barrier node that folds elements along axes. An operation is one small struct that says
//
//   name, cost            how a plan speaks of it, and the work on one element
//   in<T>, out<T>         the type that elements are converted to, and the type of the result
//   identity<In>()        what combining does not change
//   has_identity          whether that is also the result for nothing; where it is not (max), reducing nothing is a
//                         value_error
//   combine(a, b)         on packs and on numbers; associative up to rounding
//   combines_as           if the identity and combine are another operation's: that one (a mean combines as a sum)
//   finish(value, count)  the result, from the combined elements and how many they were

#include <tutti/core/scalar_math.hpp>
#include <tutti/expr/barrier.hpp>

TUTTI_NAMESPACE_BEGIN

/// Keeps the reduced axes, with extent 1: `sum(x, 1, keepdims)`.
struct keepdims_t {};
inline constexpr keepdims_t keepdims{};

/// Several axes: `sum(x, axes(0, 2))`. Errors: none; whoever takes the axes checks them. Cost: none. NumPy: a tuple.
/// Example: `sum(ones<int>({2, 3, 4}), axes(0, 2))` is `[8 8 8]`.
template <std::integral... Ints>
constexpr auto axes(Ints... values) { return index_list<static_cast<index>(sizeof...(Ints))>{values...}; }

namespace detail {

// How many axes a reduction takes away: known to the compiler, or all of them.
inline constexpr index all_axes = -2;

template <index Rank, index Count, bool Keep>
inline constexpr index reduced_rank = Keep                    ? Rank
                                      : Count == all_axes     ? 0
                                      : Rank == dynamic_rank  ? dynamic_rank
                                      : Count == dynamic_rank ? dynamic_rank
                                                              : Rank - Count;

// Axes are numbers at run time: of a static shape only what folds all of them is static.
template <class Shape, index Count, bool Keep>
struct reduced_shape {
  using type = index_list<reduced_rank<rank_of_shape<Shape>, Count, Keep>>;
};
template <index... Extents, bool Keep>
struct reduced_shape<static_shape<Extents...>, all_axes, Keep> {
  using type = std::conditional_t<Keep, static_shape<(Extents * 0 + 1)...>, static_shape<>>;
};
template <class Shape, index Count, bool Keep>
using reduced_shape_t = typename reduced_shape<Shape, Count, Keep>::type;

} // namespace detail

/// Which axes of an operand a barrier works along: one bit an axis.
class axis_set {
public:
  constexpr axis_set() = default;
  constexpr bool has(index axis) const { return ((bits_ >> axis) & 1u) != 0; }
  constexpr void add(index axis) { bits_ |= 1u << axis; }
  constexpr index count() const { return std::popcount(bits_); }
  friend constexpr bool operator==(const axis_set&, const axis_set&) = default;

private:
  unsigned bits_ = 0;
};

namespace detail {

// Which of `rank` axes these are, as an operation was given them.
constexpr axis_set named_axes(const char* verb, std::span<const index> given, index rank) {
  if (given.empty()) throw axis_error(std::string(verb) + ": an empty list of axes");
  axis_set axes;
  for (const index name : given) {
    const index axis = normalize_axis(name, rank, verb);
    if (axes.has(axis)) throw_named_twice(verb, axis);
    axes.add(axis);
  }
  return axes;
}

[[noreturn, gnu::noinline, gnu::cold]] inline void throw_nothing_to_reduce(const char* verb,
                                                                           std::span<const index> shape) {
  throw value_error(std::string(verb) + ": nothing to reduce in shape " + list_text(shape) +
                    ", and there is no result for nothing");
}

} // namespace detail

/// What a reduction folds and how: alike for reductions that keep their axes and reductions that do not.
template <class Op, expression E>
struct folded {
  TUTTI_EMPTY_MEMBER Op op;
  E operand;
};

/// The elements of `E` folded along axes. Count is how many axes (detail::all_axes: all), Keep whether they stay with
/// extent 1.
template <class Op, expression E, index Count, bool Keep>
class reduction : public node<reduction<Op, E, Count, Keep>, typename Op::template out<value_t<E>>,
                              detail::reduced_rank<E::rank, Count, Keep>> {
public:
  using node<reduction<Op, E, Count, Keep>, typename Op::template out<value_t<E>>,
             detail::reduced_rank<E::rank, Count, Keep>>::operator=;
  using operation = Op;
  using operand_type = E;
  using folded_type = folded<Op, E>;
  using in = typename Op::template in<value_t<E>>;
  static constexpr bool keeps_dimensions = Keep;
  static constexpr bool folds_all = Count == detail::all_axes || (Count != dynamic_rank && Count == E::rank);
  static constexpr index result_rank = detail::reduced_rank<E::rank, Count, Keep>;
  using shape_type = detail::reduced_shape_t<shape_t<E>, Count, Keep>;

  constexpr reduction(Op op, E operand, const index_list<Count == detail::all_axes ? 0 : Count>& axes)
      : folded_{std::move(op), std::move(operand)} {
    const auto& from = folded_.operand.shape();
    if constexpr (Count == detail::all_axes) {
      for (index axis = 0; axis < from.size(); ++axis) axes_.add(axis);
    } else {
      axes_ = detail::named_axes(name(), axes, from.size());
    }
    auto result = index_list<result_rank>::filled(Keep ? from.size() : from.size() - axes_.count(), 1);
    index to = 0;
    count_ = 1;
    for (index axis = 0; axis < from.size(); ++axis) {
      if (axes_.has(axis)) {
        // More than can be counted is many, not the nothing that the product may wrap to.
        if (__builtin_mul_overflow(count_, from[axis], &count_)) count_ = std::numeric_limits<index>::max();
      } else result[Keep ? axis : to] = from[axis];
      if (!axes_.has(axis) || Keep) ++to;
    }
    shape_ = kept_shape<shape_type>(result);
    if constexpr (!Op::has_identity)
      if (count_ == 0 && element_count(result) > 0) detail::throw_nothing_to_reduce(name(), from);
  }

  constexpr const Op& op() const { return folded_.op; }
  constexpr const E& operand() const { return folded_.operand; }
  constexpr const folded_type& fold() const { return folded_; }
  constexpr const axis_set& axes() const { return axes_; }
  constexpr decltype(auto) shape() const { return shape_.list(); }
  /// How many elements each result is made of.
  constexpr index count() const { return count_; }

private:
  static constexpr const char* name() { return Op::name.data(); }

  folded_type folded_;
  axis_set axes_;
  index count_ = 1;
  TUTTI_EMPTY_MEMBER kept_shape<shape_type> shape_;
};

/// A view of a reduction's result.
template <class Op, expression E, index Count, bool Keep, index To>
constexpr auto sink(const reduction<Op, E, Count, Keep>& r,
                    const view_map<reduction<Op, E, Count, Keep>::result_rank, To>& map) {
  return barrier_view<reduction<Op, E, Count, Keep>, To>(r, map);
}

namespace detail {

template <class T>
constexpr T least() {
  if constexpr (std::numeric_limits<T>::has_infinity) return -std::numeric_limits<T>::infinity();
  else return std::numeric_limits<T>::lowest();
}
template <class T>
constexpr T greatest() {
  if constexpr (std::numeric_limits<T>::has_infinity) return std::numeric_limits<T>::infinity();
  else return std::numeric_limits<T>::max();
}

struct folding {
  static constexpr double cost = 1;
  template <class T>
  using in = sum_t<T>;
  template <class T>
  using out = sum_t<T>;
  template <class V>
  static constexpr V finish(const V& value, index) { return value; }
};

} // namespace detail

struct sum_op : detail::folding {
  static constexpr std::string_view name = "sum";
  static constexpr bool has_identity = true;
  template <class In>
  static constexpr In identity() { return In{}; }
  template <class V>
  static constexpr V combine(const V& a, const V& b) {
    return scalar_math::wrap(a, b, [](auto x, auto y) { return x + y; });
  }
};
struct prod_op : detail::folding {
  static constexpr std::string_view name = "prod";
  static constexpr bool has_identity = true;
  template <class In>
  static constexpr In identity() { return In(1); }
  template <class V>
  static constexpr V combine(const V& a, const V& b) {
    return scalar_math::wrap(a, b, [](auto x, auto y) { return x * y; });
  }
};
/// Sum divided by count minus `ddof`.
struct mean_op : sum_op {
  using combines_as = sum_op;
  static constexpr std::string_view name = "mean";
  template <class T>
  using in = floating_t<T>;
  template <class T>
  using out = floating_t<T>;
  index ddof = 0;
  friend constexpr bool operator==(const mean_op& a, const mean_op& b) { return a.ddof == b.ddof; }
  template <class V>
  constexpr V finish(const V& value, index count) const {
    // Fewer elements than degrees of freedom give NaN, as nothing divided by nothing does.
    return value / V(static_cast<real_t<typename element_of<V>::type>>(std::max<index>(count - ddof, 0)));
  }

private:
  template <class V>
  struct element_of {
    using type = typename V::value_type;
  };
  template <scalar_value V>
  struct element_of<V> {
    using type = V;
  };
};
namespace detail {
struct ordering : folding {
  static constexpr bool has_identity = false;
  template <class T>
  using in = typename real_number<compute_t<T>>::type;
  template <class T>
  using out = compute_t<T>;
};
} // namespace detail
struct min_op : detail::ordering {
  static constexpr std::string_view name = "min";
  template <class In>
  static constexpr In identity() { return detail::greatest<In>(); }
  template <class V>
  static constexpr V combine(const V& a, const V& b) {
    if constexpr (std::same_as<V, bool>) return a && b;
    else {
      using scalar_math::minimum;
      return minimum(a, b);
    }
  }
};
struct max_op : detail::ordering {
  static constexpr std::string_view name = "max";
  template <class In>
  static constexpr In identity() { return detail::least<In>(); }
  template <class V>
  static constexpr V combine(const V& a, const V& b) {
    if constexpr (std::same_as<V, bool>) return a || b;
    else {
      using scalar_math::maximum;
      return maximum(a, b);
    }
  }
};

namespace detail {

template <class... Keep>
inline constexpr bool keeps = (std::same_as<std::remove_cvref_t<Keep>, keepdims_t> || ...);

template <class Op, class X, index Count, bool Keep>
constexpr auto make_reduction(Op op, X&& x, const index_list<Count == all_axes ? 0 : Count>& axes) {
  return reduction<Op, node_t<X>, Count, Keep>(std::move(op), as_node(std::forward<X>(x)), axes);
}

template <class A>
concept axis_argument = std::integral<std::remove_cvref_t<A>>;

} // namespace detail

/// What an operation makes of all elements, reduce(op, x), or of those along an axis, or axes(...), that is named; each
/// may be followed by `keepdims`. Shapes: x's without the axes, or with extent 1 there where `keepdims` is said; of all
/// axes a rank-0 expression, which converts to its value. Types: as the operation says. Errors: as sum's; a value_error
/// where nothing is folded by an operation that has no result for that. Cost: the operation for each element of x,
/// whose formula is computed in the same loop; in a larger formula that goes by the same axes it is no stage of its
/// own. NumPy: ufunc.reduce.
/// Example: `reduce(sum_op{}, array({1, 2}))` is `3`.
template <class Op, operand X>
constexpr auto reduce(Op op, X&& x) {
  return detail::make_reduction<Op, X, detail::all_axes, false>(std::move(op), std::forward<X>(x), {});
}
template <class Op, operand X>
constexpr auto reduce(Op op, X&& x, keepdims_t) {
  return detail::make_reduction<Op, X, detail::all_axes, true>(std::move(op), std::forward<X>(x), {});
}
template <class Op, operand X, detail::axis_argument Axis, std::same_as<keepdims_t>... Keep>
  requires(sizeof...(Keep) <= 1)
constexpr auto reduce(Op op, X&& x, Axis axis, Keep...) {
  return detail::make_reduction < Op, X, 1,
         sizeof...(Keep) == 1 > (std::move(op), std::forward<X>(x), index_list<1>{axis});
}
template <class Op, operand X, index Count, std::same_as<keepdims_t>... Keep>
  requires(sizeof...(Keep) <= 1)
constexpr auto reduce(Op op, X&& x, const index_list<Count>& axes, Keep...) {
  if constexpr (Count == 0) { // each of itself alone
    using T = typename Op::template out<value_t<X>>;
    const auto each = cast<T>(std::forward<X>(x));
    if constexpr (requires { op.ddof; }) return each / static_cast<real_t<T>>(std::max<index>(1 - op.ddof, 0));
    else return each;
  } else return detail::make_reduction < Op, X, Count, sizeof...(Keep) == 1 > (std::move(op), std::forward<X>(x), axes);
}

// What is none of these.
template <class Op, operand X, class... Where>
constexpr auto reduce(Op, X&&, const Where&...) {
  static_assert(detail::always_false<Op>,
                "tutti: a reduction takes an axis, or several as axes(...) or an index_list, and then keepdims: "
                "sum(x, axes(0, 2), keepdims)");
  return scalar<value_t<X>>({}); // the sentence has been said
}

/// Shapes and cost as reduce's. Errors: an axis_error where an axis is not there or is named twice, or an `index_list`
/// of axes is empty.

/// The sum along the axes, or of everything; nothing sums to 0. Floats are summed pairwise, and the same for any number
/// of threads. Types: x's own; of integers and bools int64, of unsigned integers uint64, in which they wrap. NumPy:
/// sum. Source: Higham, The Accuracy of Floating Point Summation, 1993.
/// Example: `sum(array({{1, 2}, {3, 4}}))` is `10`; `sum(array({{1, 2}, {3, 4}}), 1)` is `[3 7]`; `sum(array({{1, 2},
/// {3, 4}}), 1, keepdims)` is `[[3] [7]]`.
template <operand X, class... Where>
constexpr auto sum(X&& x, Where... where) { return reduce(sum_op{}, std::forward<X>(x), where...); }
/// The product; nothing multiplies to 1. Types as sum's. NumPy: prod.
/// Example: `prod(array({{1, 2}, {3, 4}}), 0)` is `[3 8]`.
template <operand X, class... Where>
constexpr auto prod(X&& x, Where... where) { return reduce(prod_op{}, std::forward<X>(x), where...); }
/// The mean: the sum divided by the count; of nothing NaN. Types: x's own, double of integers and bools. NumPy: mean.
/// Example: `mean(array({{1, 2}, {3, 4}}), -1)` is `[1.5 3.5]`.
template <operand X, class... Where>
constexpr auto mean(X&& x, Where... where) { return reduce(mean_op{}, std::forward<X>(x), where...); }
/// The smallest element; NaN if any is NaN. Types: x's own; real numbers only. Errors: as sum's; of nothing a
/// value_error. NumPy: min, amin.
/// Example: `min(array({3, 1, 2}))` is `1`.
template <operand X, class... Where>
constexpr auto min(X&& x, Where... where) { return reduce(min_op{}, std::forward<X>(x), where...); }
/// The greatest element; NaN if any is NaN. Types: x's own; real numbers only. Errors: as sum's; of nothing a
/// value_error. NumPy: max, amax.
/// Example: `max(array({{3, 1}, {2, 4}}), 0)` is `[3 4]`.
template <operand X, class... Where>
constexpr auto max(X&& x, Where... where) { return reduce(max_op{}, std::forward<X>(x), where...); }

TUTTI_NAMESPACE_END
