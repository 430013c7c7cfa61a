// SPDX-License-Identifier: MIT
#pragma once

// A leaf with a name, for plans and messages to call it by.

#include <string>

#include <tutti/expr/map.hpp>

TUTTI_NAMESPACE_BEGIN

/// A view that knows what it is called.
template <class View>
class named_leaf : public node<named_leaf<View>, value_t<View>, View::rank> {
public:
  constexpr named_leaf(View leaf, std::string_view name, bool viewed = false)
      : leaf_(std::move(leaf)), name_(name), viewed_(viewed) {}
  constexpr const View& leaf() const { return leaf_; }
  constexpr std::string_view name() const { return name_; }
  /// Whether it is a view of what the name stands for.
  constexpr bool viewed() const { return viewed_; }
  constexpr decltype(auto) shape() const { return leaf_.shape(); }

private:
  View leaf_;
  std::string_view name_;
  bool viewed_;
};

template <class>
inline constexpr bool is_named = false;
template <class View>
inline constexpr bool is_named<named_leaf<View>> = true;

template <class View, index To>
constexpr auto sink(const named_leaf<View>& n, const view_map<View::rank, To>& map) {
  return named_leaf<decltype(sink(n.leaf(), map))>(sink(n.leaf(), map), n.name(), true);
}

template <class View>
bool same(const named_leaf<View>& a, const named_leaf<View>& b) { return same(a.leaf(), b.leaf()); }

/// The tensor `x` with a name that `explain` uses: `explain(y, exp(named(x, "x")))`. The name must outlive the
/// expression, as a string literal does.
/// Example: `explain(named(array({1, 2, 3}), "x") * 2).stages[0].formula` is `result = x * 2`.
template <operand X>
constexpr auto named(X&& x, std::string_view name TUTTI_LIFETIMEBOUND) {
  auto leaf = as_node(std::forward<X>(x));
  return named_leaf<decltype(leaf)>(std::move(leaf), name);
}

TUTTI_NAMESPACE_END
