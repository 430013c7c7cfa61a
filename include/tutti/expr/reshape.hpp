// SPDX-License-Identifier: MIT
#pragma once

// The same elements, in row-major order, under another shape.

#include <optional>

#include <tutti/expr/barrier.hpp>
#include <tutti/expr/generate.hpp>

TUTTI_NAMESPACE_BEGIN

/// An expression whose reshape cannot sink to its leaves: it is evaluated once, and the result seen under the new shape.
template <expression E, index Rank>
class reshaped : public node<reshaped<E, Rank>, value_t<E>, Rank>, public barrier_tag {
public:
  static constexpr std::string_view name = "reshape";
  constexpr reshaped(E e, const index_list<Rank>& shape) : operands_{std::move(e)}, shape_(shape) {}
  constexpr const bundle<E>& operands() const { return operands_; }
  constexpr const index_list<Rank>& shape() const { return shape_; }

private:
  bundle<E> operands_;
  index_list<Rank> shape_;
};

namespace detail {

// One extent may be -1: what the others leave.
template <index Rank, index To>
constexpr index_list<To> resolve_reshape(const index_list<Rank>& from, index_list<To> to) {
  const auto refuse = [&] {
    throw shape_error("cannot reshape shape " + to_string(from) + " to shape " + to_string(to));
  };
  index unknown = -1, known = 1;
  for (index i = 0; i < to.size(); ++i) {
    if (to[i] == -1 && unknown < 0) unknown = i;
    else if (to[i] < 0 || __builtin_mul_overflow(known, to[i], &known)) refuse();
  }
  const index count = element_count(from);
  if (unknown >= 0) {
    if (known == 0 || count % known != 0) refuse();
    to[unknown] = count / known;
  } else if (known != count) {
    refuse();
  }
  return to;
}

// The strides under the new shape, where the old ones allow it without a copy.
template <index Rank, index To>
constexpr std::optional<index_list<To>> reshape_strides(const index_list<Rank>& shape, const index_list<Rank>& strides,
                                                        const index_list<To>& to) {
  auto result = index_list<To>::filled(to.size(), 1);
  if (element_count(to) == 0) return contiguous_strides(to);
  index from_axis = shape.size() - 1, to_axis = to.size() - 1;
  // Both shapes are cut into the shortest groups of axes with equal products; each group must lie without gaps.
  while (true) {
    while (from_axis >= 0 && shape[from_axis] == 1) --from_axis;
    while (to_axis >= 0 && to[to_axis] == 1) --to_axis;
    if (from_axis < 0 || to_axis < 0) return result;
    const index stride = strides[from_axis];
    index have = shape[from_axis--], want = to[to_axis], step = stride * want;
    result[to_axis--] = stride;
    while (have != want) {
      if (have < want) {
        if (strides[from_axis] != stride * have && shape[from_axis] != 1) return std::nullopt;
        have *= shape[from_axis--];
      } else {
        result[to_axis] = step;
        step *= to[to_axis];
        want *= to[to_axis--];
      }
    }
  }
}

} // namespace detail

/// The elements in row-major order under another shape of as many elements; one extent may be -1. To write through it,
/// see view_as. Shapes: `to`. Types: x's own. Errors: a shape_error where that is another number of elements, or -1
/// stands twice or cannot be known. Cost: none of memory without gaps; anything else is a stage of its own, evaluated
/// once. NumPy: reshape.
/// Example: `reshape(arange(6), 2, -1)` is `[[0 1 2] [3 4 5]]`.
template <operand X, index To>
constexpr auto reshape(X&& x, const index_list<To>& to) {
  auto e = as_node(std::forward<X>(x));
  const auto shape = detail::resolve_reshape(e.shape(), to);
  return reshaped<decltype(e), To>(std::move(e), shape);
}
template <operand X, std::size_t N>
constexpr auto reshape(X&& x, const detail::any_integer (&to)[N]) {
  return reshape(std::forward<X>(x), detail::list_of(to));
}
template <operand X, std::integral... Extents>
  requires(sizeof...(Extents) > 0)
constexpr auto reshape(X&& x, Extents... to) {
  return reshape(std::forward<X>(x), index_list<static_cast<index>(sizeof...(Extents))>{to...});
}

/// All elements in row-major order along one axis. Shapes: one axis of all elements. Types and cost as reshape's.
/// Errors: none. NumPy: ravel.
/// Example: `ravel(array({{1, 2}, {3, 4}}))` is `[1 2 3 4]`.
template <operand X>
constexpr auto ravel(X&& x) { return reshape(std::forward<X>(x), -1); }

/// A tensor or view under another shape, as a view that can be written through; one extent may be -1. Shapes: the
/// extents. Types: x's own. Errors: a shape_error where x's strides do not allow that without a copy, or the number of
/// elements is another. Cost: none. PyTorch: view.
/// Example: `tensor x = arange(6); view_as(x, 2, 3)(0, all) = 0; std::cout << x;` is `[0 0 0 3 4 5]`.
template <operand X, std::integral... Extents>
constexpr auto view_as(X&& x, Extents... extents) {
  const auto v = [&] {
    auto leaf = detail::as_leaf(std::forward<X>(x));
    if constexpr (is_view<decltype(leaf)>) return leaf;
    else return as_view(leaf);
  }();
  using V = std::remove_const_t<decltype(v)>;
  constexpr index To = sizeof...(Extents);
  const auto to = detail::resolve_reshape(v.shape(), index_list<To>{extents...});
  const auto strides = detail::reshape_strides(v.shape(), v.strides(), to);
  if (!strides)
    throw shape_error("view_as: shape " + to_string(v.shape()) + " with strides " + to_string(v.strides()) +
                      " cannot be seen as " + to_string(to) + " without a copy: use reshape");
  return view<typename V::element_type, To, std::remove_cvref_t<decltype(v.keeper())>>(v.data(), to, *strides,
                                                                                       v.keeper());
}

TUTTI_NAMESPACE_END
