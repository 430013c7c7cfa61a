// SPDX-License-Identifier: MIT
#pragma once

// What every expression offers, whatever its node: its type and rank, slices of it, and, at rank 0, its value.

#include <concepts>
#include <iterator>
#include <memory>

#include <tutti/core/dtype.hpp>
#include <tutti/core/slice.hpp>

TUTTI_NAMESPACE_BEGIN

/// What can stand in a formula beside plain numbers: tensors, views, fixed tensors and expressions of them.
struct operand_tag {};
struct node_tag : operand_tag {};

template <class T>
concept operand = std::derived_from<std::remove_cvref_t<T>, operand_tag>;

/// A node of an expression tree.
template <class T>
concept expression = std::derived_from<std::remove_cvref_t<T>, node_tag>;

/// The node that stands for `x` in a tree: itself where it is one; an lvalue tensor becomes a view of its storage, an
/// rvalue tensor moves in.
template <operand T>
constexpr decltype(auto) as_node(T&& x) {
  if constexpr (expression<T>) return std::forward<T>(x);
  else return std::forward<T>(x).leaf();
}

template <operand T>
using node_t = std::remove_cvref_t<decltype(as_node(std::declval<T>()))>;

template <class T>
using value_t = typename std::remove_cvref_t<T>::value_type;

template <class T>
inline constexpr index rank_of = std::remove_cvref_t<T>::rank;

namespace detail {

template <class>
inline constexpr bool always_false = false;

// What a function makes a view of: of a tensor that can be written, a leaf through which it can be written.
template <operand X>
constexpr auto as_leaf(X&& x) {
  if constexpr (std::is_lvalue_reference_v<X> && requires { x.writable(); }) return x.writable();
  else return as_node(std::forward<X>(x));
}

// Iterating over an expression evaluates it once, into a tensor that the iterators share.
template <class Tensor>
class evaluated_iterator {
public:
  using value_type = typename Tensor::value_type;
  using difference_type = index;
  using iterator_concept = std::forward_iterator_tag;

  evaluated_iterator() = default;
  explicit evaluated_iterator(Tensor tensor) : tensor_(std::make_shared<const Tensor>(std::move(tensor))) {}
  const value_type& operator*() const { return tensor_->data()[at_]; }
  evaluated_iterator& operator++() {
    ++at_;
    return *this;
  }
  evaluated_iterator operator++(int) {
    auto before = *this;
    ++at_;
    return before;
  }
  bool operator==(const evaluated_iterator& other) const { return at_ == other.at_; }
  bool operator==(std::default_sentinel_t) const { return at_ == tensor_->size(); }

private:
  std::shared_ptr<const Tensor> tensor_;
  index at_ = 0;
};

} // namespace detail

/// The base of all nodes.
template <class Derived, class Value, index Rank>
class node : public node_tag {
public:
  using value_type = Value;
  static constexpr index rank = Rank;

  constexpr const Derived& self() const { return static_cast<const Derived&>(*this); }
  constexpr index size() const { return element_count(self().shape()); }
  constexpr index dimension() const { return self().shape().size(); }

  /// A rank-0 expression converts to its value.
  constexpr operator Value() const
    requires(Rank == 0)
  {
    return evaluate_scalar(self());
  }

  /// The one value of an expression with one element (PyTorch's item); any other size is a shape_error.
  constexpr Value item() const { return evaluate_item(self()); }

  constexpr explicit operator bool() const
    requires(Rank != 0)
  {
    static_assert(detail::always_false<Derived>,
                  "tutti: an expression of many elements is not one bool: say all(a == b), any(a == b) or "
                  "array_equal(a, b)");
    return false;
  }

  /// A slice, as a lazy expression.
  template <slice... Slices>
  constexpr auto operator()(const Slices&... slices) const {
    return sink(self(), slice_map(self().shape(), slices...));
  }
  template <class... Others>
    requires(!(slice<Others> && ...))
  constexpr auto operator()(const Others&...) const { return detail::refuse_slices<Derived, Others...>(self()); }

#if defined(__cpp_multidimensional_subscript)
  template <slice... Slices>
  constexpr auto operator[](const Slices&... slices) const { return self()(slices...); }
#endif

  auto begin() const { return detail::evaluated_iterator(evaluate(self())); }
  auto end() const { return std::default_sentinel; }

  template <class Other>
  constexpr void operator=(const Other&) const {
    static_assert(detail::always_false<Other>,
                  "tutti: an expression cannot be assigned to: only tensors and views of them hold elements");
  }
  // Of an equal type too: rebinding a node that nobody names is never what was meant.
  constexpr node& operator=(const node&) {
    static_assert(detail::always_false<Derived>,
                  "tutti: an expression cannot be assigned to: only tensors and views of them hold elements");
    return *this;
  }

  constexpr node() = default;
  constexpr node(const node&) = default;
  constexpr node(node&&) = default;
};

TUTTI_NAMESPACE_END
