// SPDX-License-Identifier: MIT
#pragma once

// Columns that no row of a panel sees. In a softmax of where(seen, scores, -inf), or of scores + mask where the mask is
// -inf, what is not seen weighs nothing: the columns at either end of a panel that none of its rows sees are left out, be
// they hidden by a formula, as of causal attention, or by memory, as of padding. That holds only as long as all that would
// be multiplied by 0, or to which -inf would be added, is finite, which is looked at: formulas say that 0 times infinity
// is NaN.

#include <cmath>
#include <limits>

#include <tutti/expr/math.hpp>
#include <tutti/expr/predicates.hpp>
#include <tutti/expr/reduce.hpp>
#include <tutti/expr/selection.hpp>
#include <tutti/expr/truth.hpp>
#include <tutti/kernel/scratch.hpp>
#include <tutti/plan/rows_of.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

template <class T, index Rank, class Keeper, class E>
bool try_assign(const view<T, Rank, Keeper>& to, const E& e);

struct column_range {
  index first, count;
};

/// The part of a slice that these are of an axis.
template <index Rank>
view_map<Rank, Rank> narrowed(view_map<Rank, Rank> map, index axis, const column_range& columns) {
  map.start[axis] = columns.first;
  map[axis].extent = columns.count;
  return map;
}

namespace detail {

// Of what reads nothing that it writes: it is always assigned.
template <class E>
value_t<E> value_of(const E& e) {
  value_t<E> value{};
  try_assign(view<value_t<E>, 0>(&value, {}), e);
  return value;
}

template <class T>
inline constexpr bool has_infinity = std::floating_point<T> || is_half<T>;
template <class T>
constexpr auto minus_infinity = -std::numeric_limits<compute_t<T>>::infinity();
template <class T>
double number_in(const scalar<T>& s) { return static_cast<double>(convert_element<compute_t<T>>(s.value())); }

template <class E>
inline constexpr bool has_product = !std::same_as<typename products_in<E>::type, types<>>;

// A product of floats, which may be multiplied or divided by a number, and what it is multiplied by then.
template <class S>
inline constexpr bool is_scaled_product = false;
template <class A, class B>
inline constexpr bool is_scaled_product<matmul_node<A, B>> =
    is_matrix_product<matmul_node<A, B>> && has_infinity<value_t<A>> && has_infinity<value_t<B>>;
template <class A, class B, class T>
inline constexpr bool is_scaled_product<map<multiply_op, matmul_node<A, B>, scalar<T>>> =
    is_scaled_product<matmul_node<A, B>>;
template <class T, class A, class B>
inline constexpr bool is_scaled_product<map<multiply_op, scalar<T>, matmul_node<A, B>>> =
    is_scaled_product<matmul_node<A, B>>;
template <class A, class B, class T>
inline constexpr bool is_scaled_product<map<divide_op, matmul_node<A, B>, scalar<T>>> =
    is_scaled_product<matmul_node<A, B>>;
template <class A, class B>
double scale_of(const matmul_node<A, B>&) { return 1; }
template <class M, class T>
double scale_of(const map<multiply_op, M, scalar<T>>& m) { return number_in(get<1>(m.operands())); }
template <class T, class M>
double scale_of(const map<multiply_op, scalar<T>, M>& m) { return number_in(get<0>(m.operands())); }
template <class M, class T>
double scale_of(const map<divide_op, M, scalar<T>>& m) { return 1 / number_in(get<1>(m.operands())); }

// How scores are masked: what is seen of them, and whether the rest is minus infinity for sure.
template <class Core>
struct mask_of {
  static constexpr bool holds = false;
};
template <class Seen, class Scores, class T>
struct mask_of<map<where_op, Seen, Scores, scalar<T>>> {
  using core = map<where_op, Seen, Scores, scalar<T>>;
  static constexpr bool holds = Seen::rank >= 1 && has_infinity<T> && !has_product<Seen>;
  static const Seen& seen(const core& c) { return get<0>(c.operands()); }
  static bool hides(const core& c, const auto&) { return number_in(get<2>(c.operands())) == minus_infinity<T>; }
};
template <class Hidden, class T, class Scores>
struct mask_of<map<where_op, Hidden, scalar<T>, Scores>> {
  using core = map<where_op, Hidden, scalar<T>, Scores>;
  static constexpr bool holds = Hidden::rank >= 1 && has_infinity<T> && !has_product<Hidden>;
  static auto seen(const core& c) { return !get<0>(c.operands()); }
  static bool hides(const core& c, const auto&) { return number_in(get<1>(c.operands())) == minus_infinity<T>; }
};
template <class A, class B>
struct mask_of<map<add_op, A, B>> {
  using core = map<add_op, A, B>;
  static constexpr std::size_t scores = is_scaled_product<A> ? 0 : 1;
  using scores_type = std::conditional_t<scores == 0, A, B>;
  using mask_type = std::conditional_t<scores == 0, B, A>;
  static constexpr bool holds = is_scaled_product<scores_type> && mask_type::rank >= 1 &&
                                has_infinity<value_t<mask_type>> && !has_product<mask_type>;

  static auto seen(const core& c) { return get<1 - scores>(c.operands()) != minus_infinity<value_t<mask_type>>; }
  // The scores are finite if neither the product nor what it is scaled to can overflow.
  static bool hides(const core& c, const auto& product) {
    const auto largest = []<class X>(const X& x) {
      return static_cast<double>(convert_element<compute_t<value_t<X>>>(value_of(tutti::max(abs(x)))));
    };
    const double bound = largest(product.a().whole()) * largest(product.right().operand().whole()) *
                         static_cast<double>(product.steps()) *
                         std::max(1., std::abs(scale_of(get<scores>(c.operands()))));
    return bound < std::min<double>(most<product_of<scores_type>>, most<scores_type>) / 2;
  }

private:
  template <class E>
  static constexpr auto most = std::numeric_limits<compute_t<value_t<E>>>::max();
};

// Whether X is minus infinity where Core is, or all NaN in that row: Core itself, but for a number of each row.
template <class Core, class X>
inline constexpr bool sinks_with = std::same_as<Core, X>;
template <class Core, class A, class Op, class X>
inline constexpr bool sinks_with<Core, map<subtract_op, A, reduction<Op, X, 1, true>>> =
    std::same_as<Op, max_op> && sinks_with<Core, A> && sinks_with<Core, X>;

// Whether X is a softmax of Core, or what that divides.
template <class Core, class X>
inline constexpr bool is_weight = false;
template <class Core, class X>
inline constexpr bool is_weight<Core, map<exp_op, X>> = sinks_with<Core, X>;
template <class Core, class X>
inline constexpr bool is_softmax = false;
template <class Core, class X>
inline constexpr bool is_softmax<Core, map<divide_op, X, reduction<sum_op, X, 1, true>>> = is_weight<Core, X>;

} // namespace detail

/// Whether rows of Tree may be computed without the columns in which Core is minus infinity.
template <class Core, class Tree>
inline constexpr bool may_hide_columns = detail::mask_of<Core>::holds && detail::is_softmax<Core, Tree>;

/// The columns that the rows of each panel see. There is nothing to know of formulas that cannot hide any.
template <class Core, bool MayHide>
class seen_columns {
public:
  static constexpr bool may_hide = false;
  bool hides() const { return false; }
  column_range of(index, index count) const { return {0, count}; }
};
template <class Core>
class seen_columns<Core, true> {
public:
  static constexpr bool may_hide = true;
  // Whole steps of any loop over a row, most of whose sums therefore are the same without what is left out.
  static constexpr index step = 128;
  static constexpr index least_rows = 32;

  /// Looks: `rows_of(panel)` are the rows of each of so many panels, slices of a domain of this shape. The scores are of
  /// `product`; their softmax is multiplied by `right`.
  template <class Product, class Right, class RowsOf>
  void look(const Core& core, const Product& product, const Right& right, index panels,
            const index_list<Core::rank>& shape, const RowsOf& rows_of) {
    constexpr index last = Core::rank - 1;
    // Of few rows, reading what must be finite would take as long as what is left out.
    if (shape[last] <= step || shape[last - 1] < least_rows) return;
    const auto& mask = mask_type::seen(core);
    auto* const ranges = memory_.template take<column_range>(panels);
    bool some_hide = false;
    for (index panel = 0; panel < panels; ++panel) {
      const auto rows = rows_of(panel);
      const auto sees = [&](index first, index end) {
        return detail::value_of(
            tutti::any(slice_of<detail::no_node>(mask, narrowed(rows, last, {first, end - first}), shape, 0)));
      };
      index first = 0, end = shape[last];
      while (end > 0 && !sees((end - 1) / step * step, end)) end = (end - 1) / step * step;
      // A whole step remains: products with a few columns go other ways.
      while (first + 2 * step <= end && !sees(first, first + step)) first += step;
      // If nothing is seen, the formula tells what that is.
      ranges[panel] = end > 0 ? column_range{first, end - first} : column_range{0, shape[last]};
      some_hide = some_hide || ranges[panel].count < shape[last];
    }
    if (!some_hide || !mask_type::hides(core, product) || !detail::value_of(tutti::all(isfinite(right)))) return;
    ranges_ = ranges;
    panels_ = panels;
  }

  bool hides() const { return ranges_ != nullptr; }
  /// Of `count` columns.
  column_range of(index panel, index count) const {
    return ranges_ == nullptr ? column_range{0, count} : ranges_[panel % panels_];
  }

private:
  using mask_type = detail::mask_of<Core>;

  kernel::scratch::frame memory_{kernel::scratch::of_this_thread()};
  const column_range* ranges_ = nullptr;
  index panels_ = 1;
};

} // namespace plan

TUTTI_NAMESPACE_END
