// SPDX-License-Identifier: MIT
#pragma once

// Products of tensors that have a name in NumPy: each is an einsum of letters made here.

#include <tutti/expr/complex.hpp>
#include <tutti/expr/einsum.hpp>
#include <tutti/expr/reshape.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {

/// The letters of a product that sums given axes of `a` with given axes of `b`; the result has the others of `a`, then
/// those of `b`.
constexpr bound_subscripts<2> pair_letters(index rank_a, index rank_b, const index_list<>& axes_a,
                                           const index_list<>& axes_b) {
  bound_subscripts<2> s;
  s.operands = {consecutive_letters(0, rank_a), consecutive_letters(rank_a, rank_b)};
  for (index i = 0; i < axes_a.size(); ++i) s.operands[1][axes_b[i]] = s.operands[0][axes_a[i]];
  const letter_set summed = letters_in(s.operands[0]) & letters_in(s.operands[1]);
  for (const auto& operand : s.operands)
    for (const index letter : operand) {
      if ((summed & letter_bit(letter)) != 0) continue;
      if (s.out.size() == max_rank) s.fault = subscript_fault::rank;
      else s.out.push_back(letter);
    }
  return s;
}
constexpr index_list<> last_axes(index rank, index count) { return consecutive_letters(rank - count, count); }

// tensordot over the last axes of one operand and the first of the other, where both ranks are known.
template <index A, index B, index Axes>
struct tensordot_letters {
  static constexpr auto letters = pair_letters(A, B, last_axes(A, Axes), consecutive_letters(0, Axes));
  static_assert(letters.fault == subscript_fault::none, "tutti: tensordot: the result has more than 8 axes");
};
template <index A, index B>
struct inner_letters {
  static constexpr auto letters = pair_letters(A, B, last_axes(A, 1), last_axes(B, 1));
  static_assert(letters.fault == subscript_fault::none, "tutti: inner: the result has more than 8 axes");
};

/// Each element of `a` times all of `b`, the axes of both in turns, the last ones together: what kron reshapes.
constexpr bound_subscripts<2> kron_letters(index rank_a, index rank_b) {
  bound_subscripts<2> s;
  const index rank = std::max(rank_a, rank_b);
  for (index axis = 0; axis < rank; ++axis) {
    if (axis >= rank - rank_a) s.operands[0].push_back(2 * axis);
    if (axis >= rank - rank_b) s.operands[1].push_back(2 * axis + 1);
  }
  for (index letter = 0; letter < 2 * rank; ++letter) {
    if (!has_letter(s.operands[0], letter) && !has_letter(s.operands[1], letter)) continue;
    if (s.out.size() == max_rank) s.fault = subscript_fault::rank;
    else s.out.push_back(letter);
  }
  return s;
}
template <index A, index B>
struct static_kron_letters {
  static constexpr auto letters = kron_letters(A, B);
  static_assert(letters.fault == subscript_fault::none, "tutti: kron: the operands have more than 8 axes together");
};

struct outer_letters {
  static constexpr auto letters = pair_letters(1, 1, {}, {});
};

// Throws unless the axes of one operand have the extents of the other's. NumPy's tensordot and inner stretch nothing.
template <index A, index B>
constexpr void require_equal_axes(const char* what, const index_list<A>& a, const index_list<B>& b,
                                  const index_list<>& axes_a, const index_list<>& axes_b) {
  for (index i = 0; i < axes_a.size(); ++i)
    if (a[axes_a[i]] != b[axes_b[i]]) throw_contraction(what, a, b, axes_a[i], a[axes_a[i]], axes_b[i], b[axes_b[i]]);
}

template <index Rank, class A, class B>
constexpr auto contract_axes(const char* what, const A& a, const B& b, const index_list<>& axes_a,
                             const index_list<>& axes_b) {
  require_equal_axes(what, a.shape(), b.shape(), axes_a, axes_b);
  const auto letters = pair_letters(a.shape().size(), b.shape().size(), axes_a, axes_b);
  if (letters.fault != subscript_fault::none)
    throw_rank_too_great(a.shape().size() + b.shape().size() - 2 * axes_a.size());
  return make_einsum<Rank>(letters, false, a, b);
}

constexpr void require_axes_of_both(index axes, const auto& a, const auto& b) {
  if (axes < 0) throw value_error("tensordot: " + std::to_string(axes) + " axes");
  if (axes > a.size() || axes > b.size())
    throw axis_error("tensordot: " + std::to_string(axes) + " axes of shapes " + to_string(a) + " and " + to_string(b));
}

// All elements along one axis; a vector is that already.
template <class E>
constexpr auto flattened(const E& e) {
  if constexpr (E::rank == 1) return e;
  else return ravel(e);
}

} // namespace detail

/// The sum of products over the last axes of `a` and the first of `b`, two unless told. Shapes: the other axes of `a`,
/// then those of `b`. Types and cost as matmul's. Errors: a shape_error where the summed extents differ or the result
/// would have more than 8 axes, an axis_error where there are fewer axes than are summed. NumPy: tensordot(a, b, Axes).
/// Example: `to_string(tensordot<1>(ones<int>({2, 3, 4}), ones<int>({4, 5})).shape())` is `(2, 3, 5)`;
/// `tensordot(iota<int>({2, 2}), iota<int>({2, 2}))` is `14`.
template <index Axes = 2, operand X, operand Y>
constexpr auto tensordot(X&& x, Y&& y) {
  static_assert(Axes >= 0, "tutti: tensordot: the number of axes is negative");
  auto a = as_node(std::forward<X>(x));
  auto b = as_node(std::forward<Y>(y));
  constexpr index A = rank_of<X>, B = rank_of<Y>;
  detail::require_axes_of_both(Axes, a.shape(), b.shape());
  if constexpr (A != dynamic_rank && B != dynamic_rank) {
    static_assert(Axes <= A && Axes <= B, "tutti: tensordot: an operand has fewer axes than are to be summed over");
    detail::require_equal_axes("tensordot", a.shape(), b.shape(), detail::last_axes(A, Axes),
                               detail::consecutive_letters(0, Axes));
    return detail::contract<detail::tensordot_letters<A, B, Axes>>(a, b);
  } else {
    return detail::contract_axes<dynamic_rank>("tensordot", a, b, detail::last_axes(a.shape().size(), Axes),
                                               detail::consecutive_letters(0, Axes));
  }
}
/// With a number of axes that is known at run time, so is the result's rank. Errors: a shape_error where the summed
/// extents differ or the result would have more than 8 axes, an axis_error where there are fewer axes than are summed,
/// a value_error where their number is negative.
/// Example: `tensordot(array({1, 2}), array({3, 4}), 1)` is `11`.
template <operand X, operand Y>
constexpr auto tensordot(X&& x, Y&& y, index axes) {
  auto a = as_node(std::forward<X>(x));
  auto b = as_node(std::forward<Y>(y));
  detail::require_axes_of_both(axes, a.shape(), b.shape());
  return detail::contract_axes<dynamic_rank>("tensordot", a, b, detail::last_axes(a.shape().size(), axes),
                                             detail::consecutive_letters(0, axes));
}
/// Over the axes of `a` and, each with its partner, those of `b`; negative ones count from the end. Errors: a
/// shape_error where the summed extents differ or the result would have more than 8 axes; an axis_error where an axis
/// is not there or is named twice, or the two lists differ in length, which of static lists does not compile. NumPy:
/// tensordot(a, b, (axes_of_a, axes_of_b)).
/// Example: `to_string(tensordot(ones<int>({2, 3, 4}), ones<int>({3, 2, 5}), axes(1, 0), axes(0, 1)).shape())` is `(4,
/// 5)`.
template <operand X, operand Y, index Count, index Other>
constexpr auto tensordot(X&& x, Y&& y, const index_list<Count>& axes_of_a, const index_list<Other>& axes_of_b) {
  auto a = as_node(std::forward<X>(x));
  auto b = as_node(std::forward<Y>(y));
  static_assert(Count == dynamic_rank || Other == dynamic_rank || Count == Other,
                "tutti: tensordot: the two lists of axes are not equally long");
  if (axes_of_a.size() != axes_of_b.size())
    throw axis_error("tensordot: " + std::to_string(axes_of_a.size()) + " axes of one operand and " +
                     std::to_string(axes_of_b.size()) + " of the other");
  const auto normalized = [](const auto& axes, index rank) {
    index_list<> list;
    for (const index given : axes) {
      const index axis = normalize_axis(given, rank, "tensordot");
      if (std::find(list.begin(), list.end(), axis) != list.end()) detail::throw_named_twice("tensordot", axis);
      list.push_back(axis);
    }
    return list;
  };
  constexpr index A = rank_of<X>, B = rank_of<Y>, summed = Count == dynamic_rank ? Other : Count;
  constexpr bool known = A != dynamic_rank && B != dynamic_rank && summed != dynamic_rank;
  static_assert(!known || A + B - 2 * summed <= max_rank, "tutti: tensordot: the result has more than 8 axes");
  static_assert(!known || (summed <= A && summed <= B), "tutti: tensordot: more axes are listed than an operand has");
  return detail::contract_axes<known ? A + B - 2 * summed : dynamic_rank>(
      "tensordot", a, b, normalized(axes_of_a, a.shape().size()), normalized(axes_of_b, b.shape().size()));
}

/// The sum of products over the last axes of both operands, for every pair of their other axes; with a rank-0 operand
/// the elementwise product. Shapes: the axes of a but the last, then those of b but the last. Types and cost as
/// matmul's. Errors: a shape_error where the last extents differ or the result would have more than 8 axes. NumPy:
/// inner.
/// Example: `inner(array({{1, 2}, {3, 4}}), array({1, 1}))` is `[3 7]`.
template <operand X, operand Y>
constexpr auto inner(X&& x, Y&& y) {
  auto a = as_node(std::forward<X>(x));
  auto b = as_node(std::forward<Y>(y));
  constexpr index A = rank_of<X>, B = rank_of<Y>;
  const index rank_a = a.shape().size(), rank_b = b.shape().size(), summed = rank_a > 0 && rank_b > 0 ? 1 : 0;
  if constexpr (A == 0 || B == 0) {
    return a * b;
  } else if constexpr (A != dynamic_rank && B != dynamic_rank) {
    detail::require_equal_axes("inner", a.shape(), b.shape(), detail::last_axes(A, 1), detail::last_axes(B, 1));
    return detail::contract<detail::inner_letters<A, B>>(a, b);
  } else {
    return detail::contract_axes<dynamic_rank>("inner", a, b, detail::last_axes(rank_a, summed),
                                               detail::last_axes(rank_b, summed));
  }
}

/// All products of an element of `a` with one of `b`, both taken as vectors: element (i, j) is a[i] * b[j]. Shapes:
/// (size of a, size of b). Types: the operands' common one. Errors: none. Cost: a multiplication for each element of
/// the result. NumPy: outer.
/// Example: `outer(array({1, 2}), array({3, 4}))` is `[[3 4] [6 8]]`.
template <operand X, operand Y>
constexpr auto outer(X&& x, Y&& y) {
  return detail::contract<detail::outer_letters>(detail::flattened(as_node(std::forward<X>(x))),
                                                 detail::flattened(as_node(std::forward<Y>(y))));
}

/// The sum of conj(a) * b over all elements, both taken as vectors. Of real numbers it is the sum of products. Shapes:
/// a rank-0 expression of operands of any shapes. Types: the operands' common one. Errors: a shape_error where they
/// have not as many elements. Cost: a multiply-add for each element; an operand of several axes that has gaps is copied
/// first. NumPy: vdot.
/// Example: `vdot(array({1, 2}), array({3, 4}))` is `11`.
template <operand X, operand Y>
constexpr auto vdot(X&& x, Y&& y) {
  auto a = as_node(std::forward<X>(x));
  auto b = as_node(std::forward<Y>(y));
  using T = promote_t<value_t<X>, value_t<Y>>;
  if (a.size() != b.size())
    throw shape_error("cannot vdot shapes " + to_string(a.shape()) + " and " + to_string(b.shape()) + ": one has " +
                      std::to_string(a.size()) + " elements and the other " + std::to_string(b.size()));
  return detail::sum_of_last<T, 1>(conj(detail::flattened(a)) * detail::flattened(b));
}

/// The Kronecker product: blocks of `b`, each times one element of `a`. An operand of fewer axes has new ones of extent
/// 1 in front. Shapes: the products of the extents, axis by axis. Types: the operands' common one. Errors: a
/// shape_error where both together have more than 8 axes. Cost: a multiplication for each element of the result. NumPy:
/// kron.
/// Example: `kron(eye<int>(2), array({1, 2}))` is `[[1 2 0 0] [0 0 1 2]]`.
template <operand X, operand Y>
constexpr auto kron(X&& x, Y&& y) {
  auto a = as_node(std::forward<X>(x));
  auto b = as_node(std::forward<Y>(y));
  constexpr index A = rank_of<X>, B = rank_of<Y>;
  constexpr index R = A == dynamic_rank || B == dynamic_rank ? dynamic_rank : std::max(A, B);
  const auto& from_a = a.shape();
  const auto& from_b = b.shape();
  auto shape = index_list<R>::filled(std::max(from_a.size(), from_b.size()), 1);
  for (index i = 1; i <= from_a.size(); ++i) shape[shape.size() - i] *= from_a[from_a.size() - i];
  for (index i = 1; i <= from_b.size(); ++i) shape[shape.size() - i] *= from_b[from_b.size() - i];
  if constexpr (R != dynamic_rank) {
    return reshape(detail::contract<detail::static_kron_letters<A, B>>(a, b), shape);
  } else {
    const auto letters = detail::kron_letters(from_a.size(), from_b.size());
    if (letters.fault != detail::subscript_fault::none) detail::throw_rank_too_great(from_a.size() + from_b.size());
    return reshape(detail::make_einsum<dynamic_rank>(letters, false, a, b), shape);
  }
}

/// The product of matrices one after the other, in the order that takes the fewest multiplications: found by dynamic
/// programming from the shapes when it runs. The first and the last operand may be vectors, a row and a column, and the
/// result lacks their axis. Shapes: the rows of the first, the columns of the last. Types as matmul's. Errors: a
/// shape_error where inner extents differ, or an operand is no matrix. Cost: as matmul's of each product, in the best
/// order; memory for the products in between. NumPy: linalg.multi_dot.
/// Example: `multi_dot(ones<int>({2, 3}), ones<int>({3, 4}), ones<int>({4}))` is `[12 12]`.
template <operand... Xs>
  requires(sizeof...(Xs) >= 2)
constexpr auto multi_dot(Xs&&... xs) {
  constexpr std::size_t N = sizeof...(Xs);
  constexpr std::array<index, N> ranks{rank_of<Xs>...};
  constexpr bool known = ((rank_of<Xs> != dynamic_rank) && ...);
  constexpr auto fits = [](const auto& of) {
    for (std::size_t o = 0; o < N; ++o)
      if (of[o] != dynamic_rank && of[o] != 2 && !(of[o] == 1 && (o == 0 || o + 1 == N))) return false;
    return true;
  };
  static_assert(fits(ranks), "tutti: multi_dot: the operands must be matrices; the first and the last may be vectors");
  const std::array<index_list<>, N> shapes{index_list<>(xs.shape())...};
  detail::bound_subscripts<N> s;
  index letter = 0;
  for (std::size_t o = 0; o < N; ++o) {
    const index rank = shapes[o].size();
    if (rank != 2 && !(rank == 1 && (o == 0 || o + 1 == N)))
      throw shape_error("multi_dot: shape " + to_string(shapes[o]) +
                        " is no matrix; only the first and the last operand may be vectors");
    if (o > 0) {
      detail::require_equal_axes("multi_dot", shapes[o - 1], shapes[o], detail::last_axes(shapes[o - 1].size(), 1),
                                 detail::consecutive_letters(0, 1));
      s.operands[o].push_back(letter);
    } else if (rank == 2) {
      s.operands[o].push_back(letter);
      s.out.push_back(letter);
    }
    if (rank == 2 || o == 0) s.operands[o].push_back(++letter);
    if (rank == 2 && o + 1 == N) s.out.push_back(letter);
  }
  static_assert(N < static_cast<std::size_t>(detail::first_under_dots), "tutti: multi_dot: at most 51 operands");
  constexpr index rank = known ? (ranks[0] - 1) + (ranks[N - 1] - 1) : dynamic_rank;
  return detail::make_einsum<rank>(s, true, as_node(std::forward<Xs>(xs))...);
}

/// A square matrix, or each of a batch, to a power of 0 or more, by repeated squaring.
template <expression E>
class matrix_power_node : public node<matrix_power_node<E>, compute_t<value_t<E>>, E::rank>, public barrier_tag {
public:
  using node<matrix_power_node<E>, compute_t<value_t<E>>, E::rank>::operator=;
  static constexpr std::string_view name = "matrix_power";
  static_assert(E::rank == dynamic_rank || E::rank >= 2, "tutti: matrix_power: the operand has fewer than two axes");

  constexpr matrix_power_node(E e, index power) : operands_{std::move(e)}, power_(power) {
    const index_list<> from = get<0>(operands_).shape();
    if (from.size() < 2 || from.back() != from[from.size() - 2])
      throw shape_error("matrix_power: shape " + to_string(from) + " is not that of square matrices");
    if (power < 0)
      throw value_error("matrix_power: the power " + std::to_string(power) +
                        " is negative: take a positive power of the inverse");
  }
  constexpr const bundle<E>& operands() const { return operands_; }
  constexpr index power() const { return power_; }
  constexpr decltype(auto) shape() const { return get<0>(operands_).shape(); }

private:
  bundle<E> operands_;
  index power_;
};

/// The product of `power` matrices `x`, by repeated squaring; for 0 the identity. The last two axes are the matrix, any
/// others a batch. Shapes: x's. Types: x's own, in which integers wrap around. Errors: a shape_error where the matrices
/// are not square, a value_error where the power is negative, as that needs the inverse. Cost: at most 2 log2(power)
/// products, each into memory of its own. NumPy: linalg.matrix_power.
/// Example: `matrix_power(array({{1, 1}, {1, 0}}), 10)` is `[[89 55] [55 34]]`.
template <operand X>
constexpr auto matrix_power(X&& x, index power) {
  return matrix_power_node<node_t<X>>(as_node(std::forward<X>(x)), power);
}

TUTTI_NAMESPACE_END
