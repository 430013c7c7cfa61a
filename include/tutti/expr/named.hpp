// SPDX-License-Identifier: MIT
#pragma once

// A leaf with a name, for plans and messages to call it by.

#include <string>

#include <tutti/core/static_shape.hpp>
#include <tutti/expr/structure.hpp>

TUTTI_NAMESPACE_BEGIN

/// What a named leaf shows of that which the name stands for.
struct named_part {
  index_list<> whole; // the shape of what has the name
  view_map<dynamic_rank, dynamic_rank> map;
  bool diagonal = false; // of what the map shows: two of its axes are one

  template <index Rank>
  constexpr explicit named_part(const index_list<Rank>& shape) : whole(shape), map(detail::whole_map(whole)) {}

  template <index From, index To>
  constexpr named_part seen_through(const view_map<From, To>& further) const {
    named_part part = *this;
    if (!diagonal) part.map = compose(map, any_rank(further));
    return part;
  }
  constexpr bool is_whole() const {
    bool same = !diagonal && map.shape() == whole;
    for (index i = 0; same && i < map.rank; ++i) same = map[i].source == i && map[i].step == 1;
    return same;
  }
};

namespace detail {

// A static shape stays static under a name.
template <class View>
struct shape_under_name {};
template <statically_shaped View>
struct shape_under_name<View> {
  using shape_type = shape_t<View>;
};

} // namespace detail

/// A view that knows what it is called.
template <class View>
class named_leaf : public node<named_leaf<View>, value_t<View>, View::rank>, public detail::shape_under_name<View> {
public:
  constexpr named_leaf(View leaf, std::string_view name) : named_leaf(leaf, name, named_part(leaf.shape())) {}
  constexpr named_leaf(View leaf, std::string_view name, const named_part& part)
      : leaf_(std::move(leaf)), name_(name), part_(part) {}
  constexpr const View& leaf() const { return leaf_; }
  constexpr std::string_view name() const { return name_; }
  constexpr const named_part& part() const { return part_; }
  constexpr decltype(auto) shape() const { return leaf_.shape(); }

private:
  View leaf_;
  std::string_view name_;
  named_part part_;
};

template <class>
inline constexpr bool is_named = false;
template <class View>
inline constexpr bool is_named<named_leaf<View>> = true;

template <class View, index To>
constexpr auto sink(const named_leaf<View>& n, const view_map<View::rank, To>& map) {
  return named_leaf<decltype(sink(n.leaf(), map))>(sink(n.leaf(), map), n.name(), n.part().seen_through(map));
}

template <class View>
bool same(const named_leaf<View>& a, const named_leaf<View>& b) { return same(a.leaf(), b.leaf()); }

/// The tensor `x` with a name that `explain` uses: `explain(y, exp(named(x, "x")))`. The name must outlive the
/// expression, as a string literal does. Shapes: x's. Types: x's own. Errors: none. Cost: none. NumPy: no such
/// function.
/// Example: `explain(named(array({1, 2, 3}), "x") * 2).stages[0].formula` is `result = x * 2`.
template <operand X>
constexpr auto named(X&& x, std::string_view name TUTTI_LIFETIMEBOUND) {
  auto leaf = as_node(std::forward<X>(x));
  static_assert(
      requires { leaf.data(); },
      "tutti: named: a name belongs to a tensor or to a view of one; name the operands of a formula");
  return named_leaf<decltype(leaf)>(std::move(leaf), name);
}

TUTTI_NAMESPACE_END
