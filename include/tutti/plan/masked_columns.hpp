// SPDX-License-Identifier: MIT
#pragma once

// Columns that no row of a panel sees. In a softmax of where(seen, scores, -inf), or of scores + mask where the mask is
// -inf, what is not seen weighs nothing: the columns at either end of a panel that none of its rows sees are not computed,
// be they hidden by a formula, as of causal attention, or by memory, as of padding. That holds only as long as all that
// would be multiplied by 0, or to which -inf would be added, is finite, which is looked at: formulas say that 0 times
// infinity is NaN.

#include <cmath>
#include <limits>

#include <tutti/expr/predicates.hpp>
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

template <class E>
inline constexpr bool has_product = !std::same_as<typename products_in<E>::type, types<>>;

// A product, which may be multiplied or divided by a number, and what it is multiplied by then.
template <class S>
inline constexpr bool is_scaled_product = is_matrix_product<S>;
template <class Op, class M, class T>
inline constexpr bool is_scaled_product<map<Op, M, scalar<T>>> =
    is_matrix_product<M> && (std::same_as<Op, multiply_op> || std::same_as<Op, divide_op>);
template <class M>
double scale_of(const M&) { return 1; }
template <class Op, class M, class T>
double scale_of(const map<Op, M, scalar<T>>& scaled) {
  const auto number = static_cast<double>(convert_element<compute_t<T>>(get<1>(scaled.operands()).value()));
  return std::same_as<Op, multiply_op> ? number : 1 / number;
}

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
  static bool hides(const core& c, const auto&) {
    return convert_element<compute_t<T>>(get<2>(c.operands()).value()) == minus_infinity<T>;
  }
};
template <class Scores, class Mask>
struct mask_of<map<add_op, Scores, Mask>> {
  using core = map<add_op, Scores, Mask>;
  using number = value_t<core>;
  static constexpr bool holds =
      Mask::rank >= 1 && has_infinity<value_t<Mask>> && !has_product<Mask> && is_scaled_product<Scores>;
  static auto seen(const core& c) { return get<1>(c.operands()) != minus_infinity<value_t<Mask>>; }
  static bool hides(const core& c, const auto& product) {
    const auto largest = [](const auto& x) {
      return static_cast<double>(convert_element<compute_t<number>>(value_of(tutti::max(abs(x)))));
    };
    return largest(product.a().whole()) * largest(product.b().whole()) * static_cast<double>(product.steps()) *
               std::abs(scale_of(get<0>(c.operands()))) <
           static_cast<double>(std::numeric_limits<compute_t<number>>::max()) / 2;
  }
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
  // Whole steps of any loop over a row, whose sums therefore are the same without what is left out.
  static constexpr index step = 128;

  /// Looks: `rows_of(panel)` are the rows of each of so many panels, slices of a domain of this shape. The scores are of
  /// `product`; their softmax is multiplied by `right`.
  template <class Product, class Right, class RowsOf>
  void look(const Core& core, const Product& product, const Right& right, index panels,
            const index_list<Core::rank>& shape, const RowsOf& rows_of) {
    constexpr index last = Core::rank - 1;
    if (shape[last] <= step) return;
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
      while (first + step < end && !sees(first, first + step)) first += step;
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
