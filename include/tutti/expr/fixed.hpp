// SPDX-License-Identifier: MIT
#pragma once

// What fixed tensors add to expressions: views that keep shapes static, and when two leaves are the same.

#include <tutti/core/fixed.hpp>
#include <tutti/expr/named.hpp>
#include <tutti/expr/same.hpp>
#include <tutti/expr/structure.hpp>

TUTTI_NAMESPACE_BEGIN

namespace detail {

/// The axes of a shape in reverse order.
template <class Shape>
struct reversed {
  static constexpr auto map() {
    auto map = whole_map(Shape::list());
    std::reverse(map.axes.begin(), map.axes.end());
    return map;
  }
};

/// A static map, as it is for an operand that was broadcast.
template <class Map, class Domain, class Operand>
struct map_of_operand {
  static constexpr auto map() { return map_for_operand(Map::map(), Domain::list(), Operand::list()); }
};

// What cannot keep its shape static takes the map as one of run time.
template <class Map, class E>
constexpr auto sink_static(const E& e) { return sink(e, Map::map()); }
template <class Map, class T>
constexpr auto sink_static(const scalar<T>& s) { return s; }
template <class Map, class T, class Shape, class Strides, class Memory>
constexpr auto sink_static(const fixed_view<T, Shape, Strides, Memory>& v) {
  using seen = static_map<Map>;
  return fixed_view<T, typename seen::shape, typename seen::template strides<Strides>, Memory>(
      v.memory().from(Map::map().offset(Strides::list())));
}
template <class Map, statically_shaped View>
constexpr auto sink_static(const named_leaf<View>& n) {
  const auto sunk = sink_static<Map>(n.leaf());
  return named_leaf<std::remove_const_t<decltype(sunk)>>(sunk, n.name(), n.part().seen_through(Map::map()));
}
template <class Map, class Op, class... Es>
  requires(statically_shaped<Es> && ...)
constexpr auto sink_static(const map<Op, Es...>& m) {
  return m.operands().apply([&](const auto&... e) {
    const auto sunk = [&]<class E>(const E& one) {
      return sink_static<map_of_operand<Map, shape_t<map<Op, Es...>>, shape_t<E>>>(one);
    };
    return map<Op, decltype(sunk(e))...>(m.op(), sunk(e)...);
  });
}

} // namespace detail

/// The axes in reverse order; of fixed tensors and formulas over them the shape stays static.
template <statically_shaped X>
  requires operand<X>
constexpr auto transpose(X&& x) {
  return detail::sink_static<detail::reversed<shape_t<X>>>(detail::as_leaf(std::forward<X>(x)));
}

template <class T, class Shape, class Strides, class Memory>
bool same(const fixed_view<T, Shape, Strides, Memory>& a, const fixed_view<T, Shape, Strides, Memory>& b) {
  return a.data() == b.data();
}

TUTTI_NAMESPACE_END
