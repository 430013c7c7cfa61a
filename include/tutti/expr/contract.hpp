// SPDX-License-Identifier: MIT
#pragma once

// Contractions: products of matrices and vectors, by NumPy's rules for every rank.

#include <tutti/expr/barrier.hpp>
#include <tutti/expr/same.hpp>
#include <tutti/expr/structure.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {

// A vector is a matrix of one row (on the left) or one column (on the right), and the product does not have that axis.
constexpr index matrix_axes(index rank) { return std::min<index>(rank, 2); }

template <index A, index B>
inline constexpr index matmul_rank =
    A == dynamic_rank || B == dynamic_rank
        ? dynamic_rank
        : std::max(A - matrix_axes(A), B - matrix_axes(B)) + matrix_axes(A) - 1 + matrix_axes(B) - 1;

[[noreturn]] inline void throw_contraction(const char* verb, std::span<const index> a, std::span<const index> b,
                                           index axis_of_a, index from_a, index axis_of_b, index from_b) {
  throw shape_error(std::string("cannot ") + verb + " shapes " + list_text(a) + " and " + list_text(b) + ": axis " +
                    std::to_string(axis_of_a) + " is " + std::to_string(from_a) + " and axis " +
                    std::to_string(axis_of_b) + " is " + std::to_string(from_b));
}

[[noreturn]] inline void throw_nothing_to_contract(const char* verb, std::span<const index> a,
                                                   std::span<const index> b) {
  throw shape_error(std::string("cannot ") + verb + " shapes " + list_text(a) + " and " + list_text(b) +
                    ": a rank-0 operand has no axis to sum over; write a * b");
}

// Throws unless the last axis of a and the last but one of b, or the only one, can be summed over together.
template <index A, index B>
constexpr void require_contractible(const char* verb, const index_list<A>& a, const index_list<B>& b) {
  if (a.empty() || b.empty()) throw_nothing_to_contract(verb, a, b);
  const index last_of_a = a.size() - 1, summed_of_b = std::max<index>(b.size() - 2, 0);
  if (a[last_of_a] != b[summed_of_b])
    throw_contraction(verb, a, b, last_of_a, a[last_of_a], summed_of_b, b[summed_of_b]);
}

template <index A, index B>
constexpr index_list<matmul_rank<A, B>> matmul_shape(const index_list<A>& a, const index_list<B>& b) {
  require_contractible("matmul", a, b);
  const index batch_of_a = a.size() - matrix_axes(a.size()), batch_of_b = b.size() - matrix_axes(b.size());
  const index batch = std::max(batch_of_a, batch_of_b);
  auto shape = index_list<matmul_rank<A, B>>::filled(batch + matrix_axes(a.size()) - 1 + matrix_axes(b.size()) - 1, 1);
  for (index i = 1; i <= batch; ++i) {
    const index from_a = i <= batch_of_a ? a[batch_of_a - i] : 1, from_b = i <= batch_of_b ? b[batch_of_b - i] : 1;
    if (from_a != from_b && from_a != 1 && from_b != 1)
      throw_contraction("matmul", a, b, batch_of_a - i, from_a, batch_of_b - i, from_b);
    shape[batch - i] = from_a == 1 ? from_b : from_a;
  }
  index axis = batch;
  if (a.size() > 1) shape[axis++] = a[a.size() - 2];
  if (b.size() > 1) shape[axis++] = b[b.size() - 1];
  return shape;
}

template <class A, class B>
struct matmul_result {
  using type = index_list<matmul_rank<rank_of_shape<A>, rank_of_shape<B>>>;
};
template <class A, class B>
  requires(is_static_shape<A> && is_static_shape<B> && A::rank != 0 && B::rank != 0)
struct matmul_result<A, B> {
  static constexpr bool fits = A::list().back() == B::list()[std::max<index>(B::rank - 2, 0)];
  static_assert(fits,
                "tutti: matmul: the static shapes do not fit: the last axis of the left and the last but one of the "
                "right must be equal");
  static constexpr auto list() {
    if constexpr (fits) return matmul_shape(A::list(), B::list());
    else return index_list<matmul_rank<A::rank, B::rank>>{};
  }
  using type = list_as_t<static_shape, matmul_result>;
};

} // namespace detail

/// The matrix product of the last two axes of `A` and `B`, for each position of the other axes, which broadcast.
template <expression A, expression B>
class matmul_node
    : public node<matmul_node<A, B>, promote_t<value_t<A>, value_t<B>>, detail::matmul_rank<A::rank, B::rank>>,
      public barrier_tag {
  static_assert(A::rank != 0 && B::rank != 0, "tutti: matmul: a rank-0 operand has no axis to sum over: write a * b");

public:
  using base = node<matmul_node, promote_t<value_t<A>, value_t<B>>, detail::matmul_rank<A::rank, B::rank>>;
  using base::operator=;
  static constexpr std::string_view name = "matmul";
  using shape_type = typename detail::matmul_result<shape_t<A>, shape_t<B>>::type;

  constexpr matmul_node(A a, B b)
      : operands_{std::move(a), std::move(b)}, shape_(detail::matmul_shape(this->a().shape(), this->b().shape())) {}

  constexpr const A& a() const { return get<0>(operands_); }
  constexpr const B& b() const { return get<1>(operands_); }
  constexpr const bundle<A, B>& operands() const { return operands_; }
  constexpr decltype(auto) shape() const { return shape_.list(); }

private:
  bundle<A, B> operands_;
  TUTTI_EMPTY_MEMBER kept_shape<shape_type> shape_;
};

template <class A, class B>
bool same(const matmul_node<A, B>& x, const matmul_node<A, B>& y) { return same(x.a(), y.a()) && same(x.b(), y.b()); }

/// The matrix product. A vector on the left is a row, on the right a column, and the product lacks that axis, so that
/// two vectors give a number; axes before the last two are a batch. Shapes: (..., n, k) and (..., k, m) give (..., n,
/// m), where the axes before broadcast. Types: the operands' common one, in which integers wrap around; bools give
/// whether any pair is true in both. Errors: a shape_error where a rank-0 operand stands or axes do not fit. Cost: a
/// multiply-add for each element of the product and each summed element; operands are read where they stand, whatever
/// their strides, and elementwise work in them and around the product is done on the way. NumPy: matmul, the operator
/// @.
/// Example: `matmul(array({{1, 2}, {3, 4}}), array({{5, 6}, {7, 8}}))` is `[[19 22] [43 50]]`; `matmul(array({{1, 2},
/// {3, 4}}), array({1, 1}))` is `[3 7]`; `to_string(matmul(ones<float>({8, 4, 5, 3}), ones<float>({3, 7})).shape())` is
/// `(8, 4, 5, 7)`.
template <operand X, operand Y>
constexpr auto matmul(X&& a, Y&& b) {
  return matmul_node<node_t<X>, node_t<Y>>(as_node(std::forward<X>(a)), as_node(std::forward<Y>(b)));
}

namespace detail {

// `x` with `count` new axes of extent 1 before axis `at`.
template <index Count, class E>
constexpr auto with_axes(const E& x, index count, index at) {
  constexpr index to = E::rank == dynamic_rank || Count == dynamic_rank ? dynamic_rank : E::rank + Count;
  return rearranged<to>(x, x.shape().size() + count, [=](index i, const auto& shape) {
    if (i >= at && i < at + count) return view_axis{};
    const index source = i < at ? i : i - count;
    return view_axis{source, 1, shape[source]};
  });
}

} // namespace detail

/// The sum over the last axis of `a` and the last but one (of a vector the only) axis of `b`, for every pair of their
/// other axes: dot(a, b)[i, j, k, m] is the sum of a[i, j, :] * b[k, :, m]. For vectors and matrices the same as
/// matmul. Shapes: (..., k) and (..., k, m) give the axes of a but the last, then those of b but the one summed. Types
/// and cost as matmul's. Errors: as matmul's; a shape_error where the result would have more than 8 axes. NumPy: dot,
/// but that a rank-0 operand is a shape_error.
/// Example: `dot(array({1, 2, 3}), array({4, 5, 6}))` is `32`.
template <operand X, operand Y>
constexpr auto dot(X&& a, Y&& b) {
  constexpr index A = rank_of<X>, B = rank_of<Y>;
  if constexpr (A != dynamic_rank && B != dynamic_rank && (A == 1 || B <= 2)) {
    if constexpr (!statically_shaped<node_t<X>> || !statically_shaped<node_t<Y>>)
      detail::require_contractible("dot", index_list<A>(a.shape()), index_list<B>(b.shape()));
    return matmul(std::forward<X>(a), std::forward<Y>(b));
  } else {
    // As a batch of every pair, (i, 1, j, :) and (k, :, m), of whose result (i, k, j, m) two axes change places. Vectors
    // of dynamic rank need no batch, and their product keeps its axes.
    auto left = as_node(std::forward<X>(a));
    auto right = as_node(std::forward<Y>(b));
    detail::require_contractible("dot", left.shape(), right.shape());
    constexpr index pairs = A == dynamic_rank || B == dynamic_rank ? dynamic_rank : B - 2;
    const index rank_a = left.shape().size(), rank_b = right.shape().size();
    const bool apart = rank_a > 1 && rank_b > 1;
    const index batch_of_a = apart ? rank_a - 2 : 0, batch_of_b = apart ? rank_b - 2 : 0;
    const auto product = matmul(detail::with_axes<pairs>(left, batch_of_b, batch_of_a), std::move(right));
    auto order = detail::identity_order<std::remove_const_t<decltype(product)>::rank>(product.shape().size());
    if (apart)
      std::rotate(order.begin() + batch_of_a, order.begin() + batch_of_a + batch_of_b,
                  order.begin() + batch_of_a + batch_of_b + 1);
    return detail::permuted(product, order, "dot");
  }
}

TUTTI_NAMESPACE_END
