// SPDX-License-Identifier: MIT
#pragma once

// What a joint fold (joint_fold.hpp) loads: several trees side by side, and what they share only once.

#include <tutti/kernel/joint_reduce.hpp>
#include <tutti/plan/fuse.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// What stands in a tree of loaders for that of a shared map.
template <class Loader>
struct shared_loader {
  const Loader* of;
  TUTTI_INLINE void advance() {}
};

namespace detail {

template <class M, class Loader>
inline constexpr bool has_loader_of = false;
template <class M, class Map, index N, class... Loaders>
inline constexpr bool has_loader_of<M, map_loader<Map, N, Loaders...>> = (has_loader_of<M, Loaders> || ...);
template <class M, class Map, index N, class... Loaders>
inline constexpr bool has_loader_of<M, shared_loader<map_loader<Map, N, Loaders...>>> =
    std::same_as<M, Map> || (has_loader_of<M, Loaders> || ...);

/// The first loader of the shared map M among these trees of loaders, and below them.
template <class M, class Loader, class... Others>
TUTTI_INLINE const auto& first_loader(const Loader& x, const Others&... others);
template <class M, class... Loaders>
TUTTI_INLINE const auto& first_loader(const bundle<Loaders...>& trees) {
  return trees.apply([](const auto&... x) -> const auto& { return first_loader<M>(x...); });
}
template <class M, class Map, index N, class... Loaders>
TUTTI_INLINE const auto& loader_within(const map_loader<Map, N, Loaders...>& x) { return first_loader<M>(x.operands); }
template <class M, class Map, index N, class... Loaders>
TUTTI_INLINE const auto& loader_within(const shared_loader<map_loader<Map, N, Loaders...>>& x) {
  if constexpr (std::same_as<M, Map>) return *x.of;
  else return first_loader<M>(x.of->operands);
}
template <class M, class Loader, class... Others>
TUTTI_INLINE const auto& first_loader(const Loader& x, const Others&... others) {
  if constexpr (has_loader_of<M, Loader>) return loader_within<M>(x);
  else return first_loader<M>(others...);
}

/// Packs of shared maps that have been computed: that of map M, and others.
struct nothing_computed {};
template <class M, class V, class Others>
struct computed {
  V value;
  const Others& others;
};
template <class M, class Last, class V, class Others>
TUTTI_INLINE const auto& value_in(const computed<Last, V, Others>& values) {
  if constexpr (std::same_as<M, Last>) return values.value;
  else return value_in<M>(values.others);
}

// What a loader gives at `where`: j, or j and n, as load and load_partial take them.
template <class Computed, class Loader, class... Where>
TUTTI_INLINE auto load_with(const Computed&, const Loader& x, Where... where) {
  if constexpr (sizeof...(Where) == 1) return x.load(where...);
  else return x.load_partial(where...);
}
template <class Computed, class M, index N, class... Loaders, class... Where>
TUTTI_INLINE auto load_with(const Computed& values, const shared_loader<map_loader<M, N, Loaders...>>&, Where...) {
  return value_in<M>(values);
}
template <class Computed, class M, index N, class... Loaders, class... Where>
TUTTI_INLINE auto load_with(const Computed& values, const map_loader<M, N, Loaders...>& x, Where... where);
template <class Computed, class M, index N, class... Loaders, std::size_t... I, class... Where>
TUTTI_INLINE auto load_operands(const Computed& values, const map_loader<M, N, Loaders...>& x,
                                std::index_sequence<I...>, index j, Where... n) {
  return x.of(std::min({N, n...}), load_with(values, get<I>(x.operands), j, n...)...);
}
template <class Computed, class M, index N, class... Loaders, class... Where>
TUTTI_INLINE auto load_with(const Computed& values, const map_loader<M, N, Loaders...>& x, Where... where) {
  return load_operands(values, x, std::index_sequence_for<Loaders...>{}, where...);
}

/// What `Trees` trees of loaders give side by side; what they share is computed first, by the loaders that follow.
template <class In, std::size_t Trees, class Shared, class... Loaders>
struct joint_loader {
  bundle<Loaders...> loaders;

  TUTTI_INLINE void advance() {
    loaders.apply([](auto&... x) { (x.advance(), ...); });
  }
  TUTTI_INLINE auto load(index j) const { return load_all<Trees>(Shared{}, nothing_computed{}, j); }
  TUTTI_INLINE auto load_partial(index j, index n) const { return load_all<Trees>(Shared{}, nothing_computed{}, j, n); }

private:
  template <std::size_t I, class M, class... Ms, class Computed, class... Where>
  TUTTI_INLINE auto load_all(types<M, Ms...>, const Computed& values, Where... where) const {
    const auto v = load_with(values, get<I>(loaders), where...);
    return load_all<I + 1>(types<Ms...>{}, computed<M, std::remove_const_t<decltype(v)>, Computed>{v, values},
                           where...);
  }
  template <std::size_t, class Computed, class... Where>
  TUTTI_INLINE auto load_all(types<>, const Computed& values, Where... where) const {
    return load_each(values, std::make_index_sequence<Trees>{}, where...);
  }
  template <class Computed, std::size_t... I, class... Where>
  TUTTI_INLINE auto load_each(const Computed& values, std::index_sequence<I...>, Where... where) const {
    return joined(simd::convert<In>(load_with(values, get<I>(loaders), where...))...);
  }
  template <class V, class... Vs>
  TUTTI_INLINE static auto joined(const V& v, const Vs&... more) {
    return kernel::joint_value<V, 1 + sizeof...(Vs)>({v, more...});
  }
};

} // namespace detail

} // namespace plan

TUTTI_NAMESPACE_END
