// SPDX-License-Identifier: MIT
#pragma once

// The elements of a tree of fixed leaves, numbers and maps, by positions that the compiler knows: one by one, or a pack
// of them at a time. `Domain` is the static shape to which the tree is stretched; positions count its elements in
// row-major order.

#include <tutti/core/fixed.hpp>
#include <tutti/expr/map.hpp>
#include <tutti/kernel/math.hpp>
#include <tutti/kernel/simd.hpp>
#include <tutti/kernel/simd/repeat.hpp>
#include <tutti/plan/traits.hpp>
#include <tutti/plan/unroll_rows.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// Nodes of more elements or multiply-adds are computed by loops: code written out would take longer to fetch than a
/// loop to run. It is the number of multiply-adds in an 8 x 8 product.
inline constexpr index most_unrolled = 512;

namespace detail {

/// How far into a leaf's memory the element at a position of the domain lies.
template <class Domain, class Shape, class Strides>
constexpr index offset_in_leaf(index position) {
  constexpr auto domain = Domain::list();
  constexpr auto shape = Shape::list();
  constexpr auto strides = Strides::list();
  index offset = 0;
  for (index i = 1; i <= Domain::rank; ++i) {
    const index at = position % domain[Domain::rank - i];
    position /= domain[Domain::rank - i];
    if (i <= Shape::rank && shape[Shape::rank - i] != 1) offset += at * strides[Shape::rank - i];
  }
  return offset;
}

/// As many elements can be read from a leaf's first on: all between its first and its last, and what fills its packs.
template <class Leaf>
inline constexpr index span_of_leaf = 0;
template <class T, class Shape, class Strides, class Memory>
inline constexpr index span_of_leaf<fixed_view<T, Shape, Strides, Memory>> = [] {
  index last = 0;
  for (index i = 0; i < Shape::rank; ++i) last += (Shape::list()[i] - 1) * Strides::list()[i];
  constexpr index width = std::max<index>(width_of_rows<Memory>, 1);
  return last / width * width + width;
}();

/// v, the one at `at` of `Count` elements that are read or written one by one. In a loop over tensors clang computes
/// several at once, and beyond eight elements to a tensor gathers and scatters them, which takes ten times as long as
/// one tensor after the other: the last element in a register of its own keeps it from that, unless the loop reads it
/// from the same tensor in every turn.
template <index Count, class T>
TUTTI_INLINE T one_of(T v, [[maybe_unused]] index at) {
#if defined(__clang__)
  if (Count > 8 && at == Count - 1) return simd::alone_in_register(v);
#endif
  return v;
}

} // namespace detail

// ---- one element; `At` is an index or a constant ----

template <class Domain, class T, class Shape, class Strides, class Memory, class At>
TUTTI_INLINE constexpr auto element_at(const fixed_view<T, Shape, Strides, Memory>& leaf, At position) {
  if constexpr (std::same_as<At, index>) {
    return leaf.data()[detail::offset_in_leaf<Domain, Shape, Strides>(position)];
  } else {
    constexpr index offset = detail::offset_in_leaf<Domain, Shape, Strides>(At::value);
    constexpr index span = detail::span_of_leaf<fixed_view<T, Shape, Strides, Memory>>;
    return detail::one_of<span, std::remove_const_t<T>>(leaf.data()[offset], offset);
  }
}
template <class Domain, class T, class At>
TUTTI_INLINE constexpr T element_at(const scalar<T>& s, At) { return s.value(); }
template <class Domain, class Op, class... Es, class At>
TUTTI_INLINE constexpr auto element_at(const map<Op, Es...>& m, At position) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
    using M = map<Op, Es...>;
    return convert_element<value_t<M>>(m.op().apply(
        convert_element<typename M::template in<I>>(element_at<Domain>(get<I>(m.operands()), position))...));
  }(std::index_sequence_for<Es...>{});
}

// ---- a pack of N elements ----

namespace detail {

/// N elements of memory whose offsets `Lanes::at(lane)` and bound `Lanes::span` the compiler knows: loaded, splat, or
/// shuffled out of one load where they lie near each other.
template <index N, class Lanes, class T>
TUTTI_INLINE auto load_lanes(const T* data) {
  constexpr auto every = [](auto holds) {
    for (index i = 0; i < N; ++i)
      if (!holds(i)) return false;
    return true;
  };
  constexpr index first = Lanes::at(0);
  // How many elements follow each other before the lanes start again; 0 where they do not.
  constexpr index period = [] {
    for (index p = N; p > 1; p /= 2) {
      bool repeats = true;
      for (index i = 0; i < N; ++i) repeats = repeats && Lanes::at(i) == Lanes::at(0) + i % p;
      if (repeats) return p;
    }
    return index{0};
  }();
  if constexpr (every([](index i) { return Lanes::at(i) == Lanes::at(0); })) {
    return simd::broadcast<T, N>(data[first]);
  } else if constexpr (period == N) {
    return simd::load<N>(data + first);
  } else if constexpr (period * static_cast<index>(sizeof(T)) >= 16 && simd::lane<T> && !simd::detail::too_wide<T, N>) {
    return simd::load_repeated<N, period>(data + first);
  } else if constexpr (simd::lane<T> && !simd::detail::too_wide<T, N>) {
    constexpr auto reach = [] {
      std::pair<index, index> r{Lanes::at(0), Lanes::at(0)};
      for (index i = 1; i < N; ++i) r = {std::min(r.first, Lanes::at(i)), std::max(r.second, Lanes::at(i))};
      return r;
    }();
    // Read all that lies between the first and the last lane, and what fills the pack beyond, if there is so much. A
    // shuffle changes no width: compilers send those that do through memory.
    constexpr auto needed = static_cast<index>(std::bit_ceil(static_cast<std::size_t>(reach.second - reach.first + 1)));
    constexpr index width = Lanes::span >= N ? std::max(N, needed) : needed;
    constexpr index from = std::min(reach.first, Lanes::span - width);
    return [&]<index... I>(std::integer_sequence<index, I...>) __attribute__((always_inline)) {
      using raw = simd::detail::raw_t<T, N>;
      if constexpr (width <= N && from >= 0) {
        const auto window = simd::load_repeated<N, width>(data + from);
        // Where each part of 16 bytes has all that its lanes need, they stay within it.
        constexpr index part = width * static_cast<index>(sizeof(T)) <= 16 ? width : N;
        return simd::pack<T, N>(
            raw(__builtin_shufflevector(window.raw, window.raw, int{Lanes::at(I) - from + I / part * part}...)));
      } else if constexpr (width == 2 * N && from >= 0) {
        const auto lower = simd::load<N>(data + from), upper = simd::load<N>(data + from + N);
        return simd::pack<T, N>(raw(__builtin_shufflevector(lower.raw, upper.raw, int{Lanes::at(I) - from}...)));
      } else {
        return simd::pack<T, N>(raw{data[Lanes::at(I)]...});
      }
    }(std::make_integer_sequence<index, N>{});
  } else {
    T lanes[N];
    for (index i = 0; i < N; ++i) lanes[i] = data[Lanes::at(i)];
    return simd::load<N>(lanes);
  }
}

/// The offset of a lane of a pack that begins a row's last `Extent` elements, or is one with all lanes; `offset` is that
/// of an element. What lies behind a row is as good as anything for the lanes that are for nothing, and needs no
/// shuffle.
template <index N, index Extent, index Span, class Offset>
constexpr index offset_of_lane(index lane, const Offset& offset) {
  if (Extent < N) {
    if (Extent > 1 && offset(Extent - 1) == offset(0) + Extent - 1 && offset(0) + N <= Span) return offset(0) + lane;
    return offset(std::min(lane, Extent - 1));
  }
  return offset(lane);
}

template <class Domain, index Position, index N, index Extent, class Leaf>
struct leaf_lanes {
  static constexpr index span = span_of_leaf<Leaf>;
  static constexpr index at(index lane) {
    return offset_of_lane<N, Extent, span>(lane, [](index i) {
      return offset_in_leaf<Domain, typename Leaf::shape_type, typename Leaf::strides_type>(Position + i);
    });
  }
};

} // namespace detail

// The elements from `Position` on. Lanes from `Extent` on are for nothing.
template <class Domain, index Position, index N, index Extent = N, class T, class Shape, class Strides, class Memory>
TUTTI_INLINE auto pack_at(const fixed_view<T, Shape, Strides, Memory>& leaf) {
  using lanes = detail::leaf_lanes<Domain, Position, N, Extent, fixed_view<T, Shape, Strides, Memory>>;
  return detail::load_lanes<N, lanes>(static_cast<const std::remove_const_t<T>*>(leaf.data()));
}
template <class Domain, index Position, index N, index Extent = N, class T>
TUTTI_INLINE auto pack_at(const scalar<T>& s) { return simd::broadcast<T, N>(s.value()); }
template <class Domain, index Position, index N, index Extent = N, class Op, class... Es>
TUTTI_INLINE auto pack_at(const map<Op, Es...>& m) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
    return simd::convert<value_t<map<Op, Es...>>>(m.op().apply(simd::convert<typename map<Op, Es...>::template in<I>>(
        pack_at<Domain, Position, N, Extent>(get<I>(m.operands())))...));
  }(std::index_sequence_for<Es...>{});
}

// ---- all elements ----

namespace detail {

template <class E>
inline constexpr bool knows_packs = true;
template <class Op, class... Es>
inline constexpr bool knows_packs<map<Op, Es...>> = !requires { Op::lanewise; } && (knows_packs<Es> && ...);

/// More elements than this, where no pack divides them, are still computed in packs, the last overlapping the one
/// before. Fewer are left to the compiler as numbers, which it keeps in registers from one statement to the next; packs that
/// cover each other in part would go by way of memory, and wait there.
inline constexpr index most_alone = 64;

/// How many elements are computed at once, in results of type T: a power of two that divides their number and fills at
/// least the smallest register, or 1.
template <class E, class T>
constexpr index pack_lanes(index count) {
  if (!knows_packs<E>) return 1;
  const index widest = std::max(tree_traits<E>::widest, compute_bytes<T>);
  index lanes = simd::register_bytes / widest;
  if (count > most_alone && count % lanes != 0) return lanes;
  while (count % lanes != 0) lanes /= 2;
  return lanes * widest >= 16 ? lanes : 1;
}

} // namespace detail

/// Writes all elements to consecutive ones of memory, which the tree may read: first all are computed.
template <class Domain, class T, class E>
TUTTI_INLINE constexpr void store_elements(T* to, const E& e) {
  constexpr index count = Domain::count;
  if (count > most_unrolled || std::is_constant_evaluated()) {
    T values[static_cast<std::size_t>(count)];
    for (index i = 0; i < count; ++i) values[i] = convert_element<T>(element_at<Domain>(e, i));
    std::copy(values, values + count, to);
    return;
  }
  constexpr index n = detail::pack_lanes<E, T>(count), width = detail::row_width<Domain, E>;
  if constexpr (count > most_unrolled) {
  } else if constexpr (width > 0 && detail::knows_packs<E> && simd::lane<value_t<E>> && simd::lane<T>) {
    constexpr index length = Domain::list().back();
    using cut = detail::row_packs<length, width>;
    detail::store_rows<count, length, width, length>(to, [&](auto p) __attribute__((always_inline)) {
      constexpr index pack = decltype(p)::value;
      return pack_at<Domain, cut::position(pack), width, cut::extent(pack)>(e);
    });
  } else if constexpr (n == 1) {
    [&]<index... I>(std::integer_sequence<index, I...>) __attribute__((always_inline)) {
      const T values[]{convert_element<T>(element_at<Domain>(e, constant<I>{}))...};
      ((to[I] = detail::one_of<count>(values[I], I)), ...);
    }(std::make_integer_sequence<index, count>{});
  } else {
    [&]<index... I>(std::integer_sequence<index, I...>) __attribute__((always_inline)) {
      using V = decltype(pack_at<Domain, 0, n>(e));
      const V values[]{pack_at<Domain, std::min(I * n, count - n), n>(e)...};
      (simd::store(to + std::min(I * n, count - n), values[I]), ...);
    }(std::make_integer_sequence<index, (count + n - 1) / n>{});
  }
}

/// The same through a view, whatever its strides.
template <class T, class Domain, class Strides, class Memory, class E>
TUTTI_INLINE constexpr void store_to(const fixed_view<T, Domain, Strides, Memory>& to, const E& e) {
  if constexpr (std::same_as<Strides, row_major_strides<Domain>>) {
    store_elements<Domain>(to.data(), e);
  } else {
    T values[static_cast<std::size_t>(Domain::count)]{};
    store_elements<Domain>(values, e);
    constexpr auto offset = detail::offset_in_leaf<Domain, Domain, Strides>;
    for (index i = 0; i < Domain::count; ++i) to.data()[offset(i)] = values[i];
  }
}

/// Calls `use` with the elements as a leaf, which refers to memory that lives for that long.
template <class T, class Domain, class E, class Use>
TUTTI_INLINE constexpr auto with_computed(const E& e, const Use& use) {
  constexpr auto count = static_cast<std::size_t>(Domain::count);
  alignas(tutti::detail::alignment_of_fixed<T>(count)) T values[count];
  store_elements<Domain>(values, e);
  return use(fixed_view<const T, Domain>(pointed<const T>{values}));
}

namespace detail {

/// v with each lane beside the one whose number differs from its own in the bit `Step`.
template <index Step, class T, index N>
TUTTI_INLINE simd::pack<T, N> swap_lanes(const simd::pack<T, N>& v) {
  return [&]<index... I>(std::integer_sequence<index, I...>) __attribute__((always_inline)) {
    return simd::pack<T, N>(simd::detail::raw_t<T, N>(__builtin_shufflevector(v.raw, v.raw, int{I ^ Step}...)));
  }(std::make_integer_sequence<index, N>{});
}

/// All lanes combined. Below the smallest register the width stays: compilers compute badly with parts of one.
template <class V, class Combine>
TUTTI_INLINE auto fold_lanes(const V& v, const Combine& combine) {
  using T = typename V::value_type;
  if constexpr (simd::lane<T> && V::size * static_cast<index>(sizeof(T)) == 16) {
    if constexpr (sizeof(T) == 4) {
      const auto pairs = combine(v, swap_lanes<2>(v));
      return combine(pairs, swap_lanes<1>(pairs))[0];
    } else if constexpr (sizeof(T) == 8) {
      return combine(v, swap_lanes<1>(v))[0];
    } else {
      return simd::fold(v, combine);
    }
  } else if constexpr (simd::lane<T> && V::size * static_cast<index>(sizeof(T)) > 16) {
    return fold_lanes(combine(lower_half(v), upper_half(v)), combine);
  } else {
    return simd::fold(v, combine);
  }
}

// Pairwise: the halves' results combined.
template <index First, index Count, class Op, class From>
TUTTI_INLINE constexpr auto fold_pairwise(const Op& op, const From& from) {
  if constexpr (Count == 1) return from(constant<First>{});
  else
    return op.combine(fold_pairwise<First, Count / 2>(op, from),
                      fold_pairwise<First + Count / 2, Count - Count / 2>(op, from));
}

} // namespace detail

/// All elements, converted to In and combined by `op`.
template <class Domain, class In, class E, class Op>
TUTTI_INLINE constexpr In fold_elements(const E& e, const Op& op) {
  constexpr index count = Domain::count;
  if (count > most_unrolled || std::is_constant_evaluated()) {
    In result = convert_element<In>(element_at<Domain>(e, index{0}));
    for (index i = 1; i < count; ++i) result = op.combine(result, convert_element<In>(element_at<Domain>(e, i)));
    return result;
  }
  constexpr index n = detail::pack_lanes<E, In>(count), packs = n == 1 ? 0 : count / n, rest = count - packs * n;
  const auto element = [&](auto i)
                           __attribute__((always_inline)) { return convert_element<In>(element_at<Domain>(e, i)); };
  if constexpr (count > most_unrolled) {
    return In{}; // not reached
  } else if constexpr (packs == 0) {
    return detail::fold_pairwise<0, rest>(op, element);
  } else {
    const auto pack = [&](auto i) __attribute__((always_inline)) {
      return simd::convert<In>(pack_at<Domain, decltype(i)::value * n, n>(e));
    };
    const In folded = detail::fold_lanes(detail::fold_pairwise<0, packs>(op, pack),
                                         [&](const auto& a, const auto& b) { return op.combine(a, b); });
    if constexpr (rest == 0) return folded;
    else return op.combine(folded, detail::fold_pairwise<packs * n, rest>(op, element));
  }
}

} // namespace plan

TUTTI_NAMESPACE_END
