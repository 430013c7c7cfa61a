// SPDX-License-Identifier: MIT
#pragma once

// A tree as the mathematics it was written as.

#include <sstream>
#include <string>
#include <vector>

#include <tutti/expr/expr.hpp>
#include <tutti/plan/context.hpp>
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
std::string arguments_of(const std::tuple<Es...>& operands, const node_names& names) {
  std::string text;
  std::apply([&](const auto&... e) { ((text += (text.empty() ? "" : ", ") + formula(e, names)), ...); }, operands);
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
struct formula_of {
  static std::string text(const E& e, const node_names&) { return type_and_shape(e); }
};
template <class T>
struct formula_of<scalar<T>> {
  static std::string text(const scalar<T>& s, const node_names&) { return number(s.value()); }
};
template <class View>
struct formula_of<named_leaf<View>> {
  static std::string text(const named_leaf<View>& n, const node_names&) {
    return n.viewed() ? "view(" + std::string(n.name()) + ")" : std::string(n.name());
  }
};
template <class F, index Rank>
struct formula_of<generator<F, Rank>> {
  static std::string text(const generator<F, Rank>& g, const node_names&) {
    return std::string(F::name) + to_string(g.shape());
  }
};

// Infix operations set an operand in parentheses when that is infix itself.
template <class E>
inline constexpr bool is_infix = false;
template <class Op, class A, class B>
  requires requires { Op::symbol; }
inline constexpr bool is_infix<map<Op, A, B>> = true;

template <class E>
std::string wrapped(const E& e, const node_names& names) {
  return is_infix<E> && !names.find(e) ? "(" + formula(e, names) + ")" : formula(e, names);
}

template <class Op, class... Es>
struct formula_of<map<Op, Es...>> {
  static std::string text(const map<Op, Es...>& m, const node_names& names) {
    if constexpr (is_infix<map<Op, Es...>>)
      return wrapped(std::get<0>(m.operands()), names) + " " + std::string(Op::symbol) + " " +
             wrapped(std::get<1>(m.operands()), names);
    else if constexpr (requires { Op::symbol; })
      return std::string(Op::symbol) + wrapped(std::get<0>(m.operands()), names);
    else return std::string(m.op().name) + "(" + arguments_of(m.operands(), names) + ")";
  }
};
template <element To, class E>
struct formula_of<map<cast_op<To>, E>> {
  static std::string text(const map<cast_op<To>, E>& m, const node_names& names) {
    return "cast<" + std::string(dtype_name<To>()) + ">(" + formula(std::get<0>(m.operands()), names) + ")";
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
template <barrier B>
struct formula_of<B> {
  static std::string text(const B& b, const node_names& names) {
    return std::string(B::name) + "(" + arguments_of(b.operands(), names) + ")";
  }
};
template <class B, index Rank>
struct formula_of<barrier_view<B, Rank>> {
  static std::string text(const barrier_view<B, Rank>& v, const node_names& names) {
    return "view" + to_string(v.shape()) + " of " + formula(v.barrier(), names);
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
