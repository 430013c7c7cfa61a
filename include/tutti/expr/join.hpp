// SPDX-License-Identifier: MIT
#pragma once

// Several tensors in one: concatenate along an axis that they have, stack along a new one.

#include <tuple>
#include <vector>

#include <tutti/expr/barrier.hpp>
#include <tutti/expr/structure.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {

template <class Shapes>
auto joined_shape(const Shapes& shapes, index at) {
  auto result = shapes[0];
  for (std::size_t i = 1; i < shapes.size(); ++i) {
    const auto& next = shapes[i];
    bool fits = next.size() == result.size();
    for (index a = 0; fits && a < result.size(); ++a) fits = a == at || next[a] == result[a];
    if (!fits)
      throw shape_error("cannot concatenate shapes " + to_string(shapes[0]) + " and " + to_string(next) +
                        " along axis " + std::to_string(at));
    if (__builtin_add_overflow(result[at], next[at], &result[at]))
      throw shape_error("concatenate: axis " + std::to_string(at) + " has more elements than can be counted");
  }
  return result;
}

// A vector of tensors or expressions; one that is a temporary gives them away.
template <class Xs>
concept operand_vector =
    requires { typename std::remove_cvref_t<Xs>::value_type; } &&
    operand<typename std::remove_cvref_t<Xs>::value_type> && !operand<Xs> &&
    std::same_as<std::remove_cvref_t<Xs>, std::vector<typename std::remove_cvref_t<Xs>::value_type>>;
template <operand_vector Xs>
using element_of =
    std::conditional_t<std::is_lvalue_reference_v<Xs>, const typename std::remove_cvref_t<Xs>::value_type&,
                       typename std::remove_reference_t<Xs>::value_type>;

// The place of stack's new axis, before which all shapes must be equal.
template <index Rank>
index stacked_axis(index axis, const index_list<Rank>& first, const index_list<dynamic_rank>& next) {
  if (!(next == index_list<dynamic_rank>(first)))
    throw shape_error("cannot stack shapes " + to_string(first) + " and " + to_string(next));
  return normalize_axis(axis, next.size() + 1, "stack");
}

} // namespace detail

/// Expressions of several types one after the other along an axis.
template <expression... Es>
class concatenation : public node<concatenation<Es...>, promote_t<value_t<Es>...>, std::max({Es::rank...})>,
                      public barrier_tag {
public:
  static constexpr std::string_view name = "concatenate";
  static constexpr index result_rank = std::max({Es::rank...});
  static_assert(((Es::rank == result_rank || Es::rank == dynamic_rank) && ...),
                "tutti: concatenate needs operands of the same rank");

  constexpr explicit concatenation(index axis, Es... es) : operands_{std::move(es)...} {
    const std::array<index_list<result_rank>, sizeof...(Es)> shapes = operands_.apply([](const auto&... e) {
      return std::array<index_list<result_rank>, sizeof...(Es)>{index_list<result_rank>(e.shape())...};
    });
    axis_ = normalize_axis(axis, shapes[0].size(), "concatenate");
    shape_ = detail::joined_shape(shapes, axis_);
  }
  constexpr const bundle<Es...>& operands() const { return operands_; }
  constexpr index axis() const { return axis_; }
  constexpr const index_list<result_rank>& shape() const { return shape_; }

private:
  bundle<Es...> operands_;
  index axis_ = 0;
  index_list<result_rank> shape_;
};

/// Any number, known at run time, of expressions of one type along an axis.
template <expression E>
class sequence_concatenation : public node<sequence_concatenation<E>, value_t<E>, E::rank>, public barrier_tag {
public:
  static constexpr std::string_view name = "concatenate";

  sequence_concatenation(std::vector<E> parts, index axis) : parts_(std::move(parts)) {
    if (parts_.empty()) throw value_error("concatenate: nothing to concatenate");
    std::vector<index_list<E::rank>> shapes;
    for (const E& e : parts_) shapes.push_back(e.shape());
    axis_ = normalize_axis(axis, shapes[0].size(), "concatenate");
    shape_ = detail::joined_shape(shapes, axis_);
  }
  const std::vector<E>& parts() const { return parts_; }
  bundle<> operands() const { return {}; }
  index axis() const { return axis_; }
  const index_list<E::rank>& shape() const { return shape_; }

private:
  std::vector<E> parts_;
  index axis_ = 0;
  index_list<E::rank> shape_;
};

/// The operands, or those of a vector, whose number is known at run time only, one after the other along an axis.
/// Shapes: the operands', but that the extents of the axis add up. Types: the operands' common one. Errors: a
/// shape_error where ranks or other extents differ, an axis_error where the axis is not there, a value_error for an
/// empty vector. Cost: each element is evaluated once, straight into its place; within a larger formula, into memory of
/// the result's shape. NumPy: concatenate, concat.
/// Example: `concatenate(0, array({1, 2}), array({3}))` is `[1 2 3]`; `concatenate(0, std::vector{array({1, 2}),
/// array({3, 4})})` is `[1 2 3 4]`.
template <operand... Xs>
  requires(sizeof...(Xs) > 0)
constexpr auto concatenate(index axis, Xs&&... xs) {
  return concatenation<node_t<Xs>...>(axis, as_node(std::forward<Xs>(xs))...);
}
template <detail::operand_vector Xs>
auto concatenate(index axis, Xs&& xs) {
  std::vector<node_t<detail::element_of<Xs>>> parts;
  for (auto& x : xs) parts.push_back(as_node(static_cast<detail::element_of<Xs>&&>(x)));
  return sequence_concatenation(std::move(parts), axis);
}

/// Operands of one shape along a new axis. Shapes: the operands', with their number at this place. Types and cost as
/// concatenate's. Errors: a shape_error where shapes differ or there would be more than 8 axes, an axis_error where the
/// result has no such axis, a value_error for an empty vector. NumPy: stack.
/// Example: `stack(1, array({1, 2}), array({3, 4}))` is `[[1 3] [2 4]]`.
template <operand... Xs>
  requires(sizeof...(Xs) > 0)
constexpr auto stack(index axis, Xs&&... xs) {
  const auto first = std::get<0>(std::tie(xs...)).shape();
  (detail::stacked_axis(axis, first, xs.shape()), ...);
  return concatenate(axis, expand_dims(std::forward<Xs>(xs), axis)...);
}
template <detail::operand_vector Xs>
auto stack(index axis, Xs&& xs) {
  std::vector<decltype(expand_dims(std::declval<detail::element_of<Xs>>(), axis))> parts;
  for (const auto& x : xs) detail::stacked_axis(axis, xs.front().shape(), x.shape());
  for (auto& x : xs) parts.push_back(expand_dims(static_cast<detail::element_of<Xs>&&>(x), axis));
  return sequence_concatenation(std::move(parts), axis);
}

TUTTI_NAMESPACE_END
