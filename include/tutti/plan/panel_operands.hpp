// SPDX-License-Identifier: MIT
#pragma once

// The products of which panels are made, and those by what panels become: what their operands are for all panels, and what
// of them a panel needs. Right operands stay packed for all panels of a matrix.

#include <optional>

#include <tutti/kernel/gemm/packed.hpp>
#include <tutti/plan/masked_columns.hpp>
#include <tutti/plan/rows_of.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// A product's operand for all panels: a leaf and, on the left, elementwise work on leaves is sliced as it is; anything
/// else is computed once, before the panels.
template <class E, bool MayCompute>
class panel_operand {
public:
  static constexpr bool as_it_is =
      is_named<E> || is_view<E> ||
      (MayCompute && !tree_traits<E>::has_reduction && detail::goes_by_rows<detail::no_node, E>);

  panel_operand(const E& e, context& c) : from_(prepare(e, c)) {}
  template <index Rank>
  auto slice(const view_map<Rank, Rank>& map, const index_list<Rank>& domain) const {
    return slice_of<detail::no_node>(whole(), map, domain, 0);
  }
  decltype(auto) whole() const {
    if constexpr (as_it_is) return (*from_);
    else
      return view<const value_t<E>, E::rank>(from_.data, index_list<E::rank>(from_.shape),
                                             index_list<E::rank>(from_.strides));
  }

private:
  static auto prepare(const E& e, context& c) {
    if constexpr (as_it_is) return &e;
    else return settle(e, c);
  }

  decltype(prepare(std::declval<const E&>(), std::declval<context&>())) from_;
};

/// The right operand of a product, whose result has so many axes.
template <class B, index Rank>
class panel_columns {
public:
  template <class M>
  panel_columns(const M& product, context& c)
      : domain_(product.shape()), columns_(domain_[Rank - 1]), b_(product.b(), c) {
    domain_[Rank - 2] = product.a().shape().back();
  }
  index steps() const { return domain_[Rank - 2]; }
  index columns() const { return columns_; }
  const panel_operand<B, false>& operand() const { return b_; }
  /// The matrix by which these rows are multiplied, or a part of it along an axis.
  auto slice(const row_slice<Rank>& rows) const { return b_.slice(rows.of(domain_, true), domain_); }
  auto slice(const row_slice<Rank>& rows, index axis, const column_range& part) const {
    return b_.slice(narrowed(rows.of(domain_, true), axis, part), domain_);
  }

private:
  index_list<Rank> domain_;
  index columns_;
  panel_operand<B, false> b_;
};

/// A product of which panels are made.
template <class M>
class panel_product;
template <class A, class B>
class panel_product<matmul_node<A, B>> {
public:
  using M = matmul_node<A, B>;
  static constexpr index rank = M::rank;

  panel_product(const M& product, context& c) : shape_(product.shape()), a_(product.a(), c), b_(product, c) {
    shape_[rank - 1] = b_.steps();
  }
  index steps() const { return b_.steps(); }
  const panel_operand<A, true>& a() const { return a_; }
  const panel_columns<B, rank>& right() const { return b_; }
  /// Some columns of its rows there.
  auto slice(const row_slice<rank>& rows, const column_range& columns) const {
    auto a = a_.slice(rows.of(shape_), shape_);
    auto b = b_.slice(rows, rank - 1, columns);
    return matmul_node<decltype(a), decltype(b)>(std::move(a), std::move(b));
  }

private:
  index_list<rank> shape_; // of the left operand
  panel_operand<A, true> a_;
  panel_columns<B, rank> b_;
};

/// The product by the right operand `B` of panels that stand in memory.
template <class B, index Rank>
class product_of_panels {
public:
  template <class M>
  product_of_panels(const M& product, context& c) : b_(product, c) {}
  const panel_columns<B, Rank>& right() const { return b_; }
  /// Of a panel with some of all columns.
  template <class T>
  auto slice(const view<const T, Rank>& panel, const row_slice<Rank>& rows, const column_range& columns) const {
    auto b = b_.slice(rows, Rank - 2, columns);
    return matmul_node<view<const T, Rank>, decltype(b)>(panel, std::move(b));
  }

private:
  panel_columns<B, Rank> b_;
};

/// The right operand of product M as a thread keeps it packed, if panels read it more than once, the first cache does not hold
/// it and it is not too large. (A panel of 100 rows would take a tenth of its time to pack it again.)
template <class M>
class packed_right;
template <class A, class B>
class packed_right<matmul_node<A, B>> {
  using number = kernel::accumulator_t<value_t<matmul_node<A, B>>>;
  using packed = kernel::packed_matrix<number, value_t<B>>;
  static constexpr bool may_pay = std::floating_point<number>;
  /// Scratch grows with the matrix, though not without end.
  static constexpr index most_bytes = index{1} << 23;

public:
  /// Of a product that is there, and whose matrices are gone over so often each.
  template <class Product>
  packed_right(kernel::scratch::frame& memory, const std::optional<Product>& product, index uses) {
    const auto& b = product->right();
    const index bytes = packed::elements(b.columns(), b.steps()) * static_cast<index>(sizeof(number));
    if constexpr (may_pay)
      if (uses > 1 && kernel::caches().first < bytes && bytes <= most_bytes) {
        matrix_.emplace(memory, b.columns(), b.steps());
        bytes_ = bytes;
      }
  }
  index bytes() const { return bytes_; }
  /// Packs the matrix, if it is not that from before.
  void pack(const auto& matrix) {
    if (matrix_) matrix_->pack(source_of(matrix));
  }
  /// The same for a plan, in which nothing is packed.
  void stand_for(const auto& matrix) {
    if (matrix_) matrix_->stand_for(source_of(matrix));
  }

private:
  template <class T, index Rank, class Keeper>
  static typename packed::source source_of(const view<T, Rank, Keeper>& matrix) {
    return {matrix.data(), matrix.strides()[Rank - 1], matrix.strides()[Rank - 2]};
  }
  template <class View>
  static typename packed::source source_of(const named_leaf<View>& matrix) { return source_of(matrix.leaf()); }

  std::optional<packed> matrix_;
  index bytes_ = 0;
};

} // namespace plan

TUTTI_NAMESPACE_END
