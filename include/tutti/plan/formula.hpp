// SPDX-License-Identifier: MIT
#pragma once

// A tree as the mathematics it was written as.

#include <sstream>
#include <string>
#include <vector>

#include <tutti/expr/expr.hpp>
#include <tutti/plan/context.hpp>
#include <tutti/plan/formula/view.hpp>
#include <tutti/plan/share.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// What nodes are called whose value has a name by the time that they are read: the temporaries of a plan. Of equal ones
/// the last is meant: equal stages of one statement are one.
class node_names {
public:
  template <class E>
  void add(const E& e, std::string name) { entries_.push_back({{&e, &type_tag<E>}, std::move(name)}); }
  template <class E>
  const std::string* find(const E& e) const {
    for (auto at = entries_.rbegin(); at != entries_.rend(); ++at)
      if (at->id.type == &type_tag<E> && same(*static_cast<const E*>(at->id.node), e)) return &at->name;
    return nullptr;
  }

private:
  struct entry {
    node_id id;
    std::string name;
  };
  std::vector<entry> entries_;
};

template <class E>
std::string formula(const E& e, const node_names& names = {});

namespace detail {

template <class... Es>
std::string arguments_of(const bundle<Es...>& operands, const node_names& names) {
  std::string text;
  operands.apply([&](const auto&... e) { ((text += (text.empty() ? "" : ", ") + formula(e, names)), ...); });
  return text;
}

template <class T>
std::string number(const T& value) {
  std::ostringstream text;
  if constexpr (sizeof(T) == 1) text << static_cast<int>(value);
  else if constexpr (is_half<T>) text << static_cast<float>(value);
  else text << value;
  return text.str();
}

template <class E>
std::string type_and_shape(const E& e) {
  return std::string(dtype_name<value_t<E>>()) + to_string(index_list<dynamic_rank>(e.shape()));
}

template <class E>
struct formula_of; // a node without one does not compile: it would have nothing to be called by
template <class T, index Rank, class Keeper>
struct formula_of<view<T, Rank, Keeper>> {
  static std::string text(const view<T, Rank, Keeper>& v, const node_names&) { return type_and_shape(v); }
};
template <class T, class Shape, class Strides, class Memory>
struct formula_of<fixed_view<T, Shape, Strides, Memory>> {
  static std::string text(const fixed_view<T, Shape, Strides, Memory>& v, const node_names&) {
    return type_and_shape(v);
  }
};
template <class T>
struct formula_of<scalar<T>> {
  static std::string text(const scalar<T>& s, const node_names&) { return number(s.value()); }
};
template <class View>
struct formula_of<named_leaf<View>> {
  static std::string text(const named_leaf<View>& n, const node_names&) {
    const std::string text = view_text(std::string(n.name()), n.part().whole, n.part().map);
    return n.part().diagonal ? "diagonal(" + text + ")" : text;
  }
};
template <class F, index Rank>
struct formula_of<generator<F, Rank>> {
  static std::string text(const generator<F, Rank>& g, const node_names&) {
    return std::string(F::name) + to_string(g.shape());
  }
};
template <class T, index Rank>
struct formula_of<generator<tutti::detail::constant_fn<T>, Rank>> {
  static std::string text(const generator<tutti::detail::constant_fn<T>, Rank>& g, const node_names&) {
    return "full(" + to_string(g.shape()) + ", " + number(g.function().value) + ")";
  }
};

// How strongly an operation binds what stands beside it: from 1, what is set in parentheses beside all but products, to 5,
// what needs none.
template <class E>
inline constexpr int binding = 5;
template <class Op, class E>
  requires requires { Op::symbol; }
inline constexpr int binding<map<Op, E>> = 4;
template <class Op, class A, class B>
  requires requires { Op::symbol; }
inline constexpr int binding<map<Op, A, B>> = [] {
  constexpr std::string_view sums = "+-", products = "*/%";
  if (Op::symbol.size() == 1 && products.find(Op::symbol[0]) != products.npos) return 3;
  return Op::symbol.size() == 1 && sums.find(Op::symbol[0]) != sums.npos ? 2 : 1;
}();

/// An operand, in parentheses where it binds less than `least`.
template <class E>
std::string bound(const E& e, int least, const node_names& names) {
  return binding<E> < least && !names.find(e) ? "(" + formula(e, names) + ")" : formula(e, names);
}

template <class Op, class... Es>
struct formula_of<map<Op, Es...>> {
  static std::string text(const map<Op, Es...>& m, const node_names& names) {
    if constexpr (sizeof...(Es) == 2 && requires { Op::symbol; }) {
      constexpr int own = binding<map<Op, Es...>>; // a - b - c is (a - b) - c; comparisons and the like do not chain
      return bound(get<0>(m.operands()), std::max(own, 2), names) + " " + std::string(Op::symbol) + " " +
             bound(get<1>(m.operands()), own + 1, names);
    } else if constexpr (requires { Op::symbol; }) {
      return std::string(Op::symbol) + bound(get<0>(m.operands()), 5, names);
    } else {
      return std::string(m.op().name) + "(" + arguments_of(m.operands(), names) + ")";
    }
  }
};
template <element To, class E>
struct formula_of<map<cast_op<To>, E>> {
  static std::string text(const map<cast_op<To>, E>& m, const node_names& names) {
    return "cast<" + std::string(dtype_name<To>()) + ">(" + formula(get<0>(m.operands()), names) + ")";
  }
};
template <class Op, class E, index Count, bool Keep>
struct formula_of<reduction<Op, E, Count, Keep>> {
  static std::string text(const reduction<Op, E, Count, Keep>& r, const node_names& names) {
    std::string text = std::string(Op::name) + "(" + formula(r.operand(), names);
    if (Count != tutti::detail::all_axes) {
      std::string axes;
      for (index a = 0; a < r.operand().shape().size(); ++a)
        if (r.axes().has(a)) axes += (axes.empty() ? "" : ", ") + std::to_string(a);
      text += r.axes().count() == 1 ? ", " + axes : ", axes(" + axes + ")";
    }
    return text + (Keep ? ", keepdims)" : ")");
  }
};
} // namespace detail

/// The formula that a tree is: leaves by their names, or by type and shape where they have none.
template <class E>
std::string formula(const E& e, const node_names& names) {
  if (const std::string* const name = names.find(e)) return *name;
  return detail::formula_of<E>::text(e, names);
}

} // namespace plan

TUTTI_NAMESPACE_END

#include <tutti/plan/formula/barriers.hpp>
