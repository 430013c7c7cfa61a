// SPDX-License-Identifier: MIT
#pragma once

// Barriers as they are written: by the function that makes them, with its arguments.

#include <tutti/plan/formula.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan::detail {

/// "name(operands, more)".
template <class B>
std::string call_text(std::string_view name, const B& b, const node_names& names, const std::string& more = "") {
  return std::string(name) + "(" + arguments_of(b.operands(), names) + more + ")";
}

template <barrier B>
struct formula_of<B> {
  static std::string text(const B& b, const node_names& names) { return call_text(B::name, b, names); }
};
template <class B, index Rank>
struct formula_of<barrier_view<B, Rank>> {
  static std::string text(const barrier_view<B, Rank>& v, const node_names& names) {
    return view_text(formula(v.barrier(), names), index_list<>(v.barrier().shape()), any_rank(v.map()));
  }
};

template <class Op, class E>
struct formula_of<scan<Op, E>> {
  static std::string text(const scan<Op, E>& s, const node_names& names) {
    return call_text("cum" + std::string(Op::name), s, names, ", " + std::to_string(s.axis()));
  }
};
template <class E, index Rank>
struct formula_of<reshaped<E, Rank>> {
  static std::string text(const reshaped<E, Rank>& r, const node_names& names) {
    return call_text("reshape", r, names, ", " + to_string(r.shape()));
  }
};
template <class... Es>
struct formula_of<concatenation<Es...>> {
  static std::string text(const concatenation<Es...>& c, const node_names& names) {
    return "concatenate(" + std::to_string(c.axis()) + ", " + arguments_of(c.operands(), names) + ")";
  }
};
template <class E>
struct formula_of<sequence_concatenation<E>> {
  static std::string text(const sequence_concatenation<E>& c, const node_names& names) {
    constexpr std::size_t shown = 3;
    std::string text = "concatenate(" + std::to_string(c.axis());
    for (std::size_t i = 0; i < std::min(shown, c.parts().size()); ++i) text += ", " + formula(c.parts()[i], names);
    if (c.parts().size() > shown) text += ", and " + std::to_string(c.parts().size() - shown) + " more";
    return text + ")";
  }
};

/// "ij,jk->ik"
template <std::size_t N>
std::string subscripts_text(const tutti::detail::bound_subscripts<N>& letters) {
  std::string text;
  const auto add = [&](const index_list<>& list) {
    for (const index letter : list) text += tutti::detail::letter_name(letter);
  };
  for (std::size_t o = 0; o < N; ++o) {
    if (o > 0) text += ",";
    add(letters.operands[o]);
  }
  text += "->";
  add(letters.out);
  return text;
}
template <index Rank, class... Es>
struct formula_of<einsum_node<Rank, Es...>> {
  static std::string text(const einsum_node<Rank, Es...>& e, const node_names& names) {
    if (e.is_chain()) return call_text("multi_dot", e, names);
    return "einsum(\"" + subscripts_text(e.letters()) + "\", " + arguments_of(e.operands(), names) + ")";
  }
};
template <class E>
struct formula_of<matrix_power_node<E>> {
  static std::string text(const matrix_power_node<E>& p, const node_names& names) {
    return call_text("matrix_power", p, names, ", " + std::to_string(p.power()));
  }
};

/// ", stride 2" or ", stride (2, 1)": of the last axes; nothing where it is `usual`.
inline std::string per_axis_text(const char* what, const window_geometry::numbers& all, index axes, index usual) {
  const auto first = all.end() - axes;
  if (std::all_of(first, all.end(), [&](index n) { return n == usual; })) return "";
  if (std::all_of(first, all.end(), [&](index n) { return n == *first; }))
    return std::string(", ") + what + std::to_string(*first);
  return std::string(", ") + what + to_string(index_list<>(std::span<const index>(first, all.end())));
}
template <index Axes, class X, class W, bool Transposed>
struct formula_of<convolution_node<Axes, X, W, Transposed>> {
  static std::string text(const convolution_node<Axes, X, W, Transposed>& c, const node_names& names) {
    const window_geometry& g = c.geometry();
    window_geometry::numbers padding = g.before;
    for (std::size_t a = 0; a < padding.size(); ++a)
      if (g.transposed) padding[a] = g.dilation[a] * (g.kernel[a] - 1) - g.before[a];
    return call_text((g.transposed ? "conv_transpose" : "conv") + std::to_string(Axes) + "d", c, names,
                     per_axis_text("stride ", g.transposed ? g.spread : g.stride, Axes, 1) +
                         per_axis_text("padding ", padding, Axes, 0) + per_axis_text("dilation ", g.dilation, Axes, 1) +
                         (g.groups > 1 ? ", groups " + std::to_string(g.groups) : ""));
  }
};
template <class Op, index Axes, class X>
struct formula_of<pooling_node<Op, Axes, X>> {
  static std::string text(const pooling_node<Op, Axes, X>& p, const node_names& names) {
    const window_geometry& g = p.geometry();
    return call_text(std::string(Op::name) + std::to_string(Axes) + "d", p, names,
                     per_axis_text("", g.kernel, Axes, 0) +
                         (g.stride == g.kernel ? "" : per_axis_text("stride ", g.stride, Axes, 0)) +
                         per_axis_text("padding ", g.before, Axes, 0) +
                         per_axis_text("dilation ", g.dilation, Axes, 1));
  }
};

} // namespace plan::detail

TUTTI_NAMESPACE_END
