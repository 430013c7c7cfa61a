// SPDX-License-Identifier: MIT
#pragma once

// The product of fixed matrices and vectors, written out.

#include <numeric>

#include <tutti/expr/operators.hpp>
#include <tutti/plan/unroll_elements.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

namespace detail {

/// Where matmul(a, b) finds what it multiplies: an operand as a leaf over the result's shape, for one summed index. The
/// axis of a vector that stands for a matrix is one that the result does not have.
template <class Shape, class Strides, bool Left>
struct factor {
  static constexpr index rank = Shape::rank;
  static constexpr index summed_axis = Left || rank == 1 ? rank - 1 : rank - 2;
  static constexpr index summed = Shape::list()[summed_axis];
  static constexpr index step = Strides::list()[summed_axis];

  /// The offset of the element that the result's element at `position` takes for summed index 0.
  template <class Result, bool OtherIsVector>
  static constexpr index offset(index position) {
    constexpr auto result = Result::list();
    std::array<index, static_cast<std::size_t>(max_rank)> at{};
    for (index i = Result::rank - 1; i >= 0; --i) {
      at[static_cast<std::size_t>(i)] = position % result[i];
      position /= result[i];
    }
    // The result's axes: the batch, then a's row, then b's column.
    constexpr index kept = rank == 1 ? 0 : 1, of_other = OtherIsVector ? 0 : 1;
    constexpr index batch = Result::rank - kept - of_other;
    index offset = 0;
    if constexpr (kept == 1) {
      constexpr index axis = Left ? rank - 2 : rank - 1;
      offset += at[static_cast<std::size_t>(Left ? batch : batch + of_other)] * Strides::list()[axis];
    }
    for (index i = 0; i < rank - 2; ++i)
      if (Shape::list()[i] != 1) offset += at[static_cast<std::size_t>(batch - (rank - 2) + i)] * Strides::list()[i];
    return offset;
  }
};

// Which element of the result, and which summed index, each lane of a pack is for.

/// As many results side by side as `Results` says, for one summed index; then the same for the next.
template <index Position, index Results, index Summed>
struct lanes_by_results {
  static constexpr index position(index lane) { return Position + lane % Results; }
  static constexpr index summed(index lane) { return Summed + lane / Results; }
};
/// A part of a row of the result, for one summed index. The lanes from `Extent` on are for nothing.
template <index Position, index Extent, index Summed>
struct lanes_of_row {
  static constexpr index extent = Extent;
  static constexpr index position(index lane) { return Position + lane; }
  static constexpr index summed(index) { return Summed; }
};

template <index N, class Factor, class Result, bool OtherIsVector, index Span, class Place>
struct factor_lanes {
  static constexpr index span = Span;
  static constexpr index at(index lane) {
    constexpr auto offset = [](index i) {
      return Factor::template offset<Result, OtherIsVector>(Place::position(i)) + Place::summed(i) * Factor::step;
    };
    if constexpr (requires { Place::extent; }) return offset_of_lane<N, Place::extent, Span>(lane, offset);
    else return offset(lane);
  }
};

/// Adds the upper lanes to the lower ones until as many are left as there are results.
template <index Results, class V>
TUTTI_INLINE auto fold_to(const V& v) {
  if constexpr (V::size == Results) return v;
  else return fold_to<Results>(lower_half(v) + upper_half(v));
}

} // namespace detail

/// The product of two leaves, of static shape Result.
template <class Result, class A, class B>
class fixed_product {
  using TA = std::remove_const_t<typename A::element_type>;
  using TB = std::remove_const_t<typename B::element_type>;
  using ShapeA = typename A::shape_type;
  using ShapeB = typename B::shape_type;
  using StridesA = typename A::strides_type;
  using StridesB = typename B::strides_type;
  using T = promote_t<TA, TB>;
  using of_a = detail::factor<ShapeA, StridesA, true>;
  using of_b = detail::factor<ShapeB, StridesB, false>;
  static constexpr bool vector_a = ShapeA::rank == 1, vector_b = ShapeB::rank == 1;
  static constexpr index count = Result::count, summed = of_a::summed;
  static constexpr index last = Result::rank == 0 ? 1 : Result::list()[std::max<index>(Result::rank, 1) - 1];

  // Lanes of a full register, 1 for what is computed element by element.
  static constexpr index n =
      simd::lane<T> ? simd::register_bytes / std::max({compute_bytes<TA>, compute_bytes<TB>, compute_bytes<T>}) : 1;
  // A row-major matrix meets a vector in square tiles, which are transposed in registers: not at all, where the matrix
  // stays the same from one product to the next.
  static constexpr index side = vector_b && ShapeA::rank == 2 && std::same_as<StridesA, row_major_strides<ShapeA>>
                                    ? std::gcd(std::gcd(count, summed), n)
                                    : 1;
  static constexpr bool by_columns = side > 1 && side* compute_bytes<T> >= 16;
  // Results side by side in a pack; where they do not fill it, several summed indices too.
  static constexpr index results = std::gcd(count, n), indices = std::gcd(summed, n / results);
  static constexpr bool fills_packs = n > 1 && results* indices* compute_bytes<T> >= 16;
  // Rows of b meet a's numbers one by one where packs of results would be neither parts of a row nor whole ones.
  static constexpr index padded = static_cast<index>(std::bit_ceil(static_cast<std::size_t>(last)));
  static constexpr bool odd_rows = n > 1 && !vector_b && StridesB::list().back() == 1 && last > 2 &&
                                   std::min(n, padded) * compute_bytes<T> >= 16 && results % last != 0 &&
                                   (last % results != 0 || results * compute_bytes<T> < 16);
  // Rows of half a register stay by themselves, too: numbers from a cost less than putting together those of two rows.
  static constexpr index half = n / 2;
  static constexpr bool halves = half * compute_bytes<T> >= 32 && last % half == 0 && last % n != 0 && results == n;
  // The lanes of the packs of a row.
  static constexpr index width = halves ? half : std::min(n, padded);
  using cut = detail::row_packs<last, width>;

public:
  TUTTI_INLINE constexpr fixed_product(const A& a, const B& b) : a_(a.data()), b_(b.data()) {}

  /// Writes the elements in row-major order to memory that may be one of the operands'.
  template <class To>
  TUTTI_INLINE constexpr void store(To* to) const { store<last, true>(to); }

  /// Calls `use` with the product as a leaf: in packs of rows, if it has them, for formulas that go on with these.
  template <class Use>
  TUTTI_INLINE constexpr auto with_leaf(const Use& use) const {
    constexpr index stride = keeps_rows ? cut::stride : last, kept = count / last * stride;
    alignas(tutti::detail::alignment_of_fixed<T>(static_cast<std::size_t>(kept)))
        T values[static_cast<std::size_t>(kept)];
    store<stride, false>(values);
    using memory = std::conditional_t<keeps_rows, detail::pointed_rows<const T, width>, pointed<const T>>;
    using strides = tutti::detail::list_as_t<static_strides, strides_of_rows<stride>>;
    return use(fixed_view<const T, Result, strides, memory>(memory{values}));
  }

private:
  // Rows of three stay numbers, which compilers keep in registers from one formula to the next.
  static constexpr bool keeps_rows = count * summed <= most_unrolled && (halves || (odd_rows && last > 3));

  template <index Stride>
  struct strides_of_rows {
    static constexpr auto list() {
      auto strides = row_major_strides<Result>::list();
      std::transform(strides.begin(), std::prev(strides.end(), Result::rank == 0 ? 0 : 1), strides.begin(),
                     [](index stride) { return stride / last * Stride; });
      return strides;
    }
  };

  // `Last` says that nothing of the same formula reads them again.
  template <index Stride, bool Last, class To>
  TUTTI_INLINE constexpr void store(To* to) const {
    if (count * summed > most_unrolled || std::is_constant_evaluated()) {
      To values[static_cast<std::size_t>(count)];
      for (index p = 0; p < count; ++p) values[p] = convert_element<To>(element(offset_of_a(p), offset_of_b(p)));
      for (index p = 0; p < count; ++p) to[p / last * Stride + p % last] = values[p];
    } else if constexpr (count * summed <= most_unrolled) {
      if constexpr (by_columns) store_columns(to, std::make_integer_sequence<index, count / side>{});
      else if constexpr (halves ? !Last : odd_rows && (Last || last > 3)) store_rows<Stride>(to);
      else if constexpr (fills_packs) store_packs(to, std::make_integer_sequence<index, count / results>{});
      else store_elements(to, std::make_integer_sequence<index, count>{});
    }
  }

  static constexpr index offset_of_a(index p) { return of_a::template offset<Result, vector_b>(p); }
  static constexpr index offset_of_b(index p) { return of_b::template offset<Result, vector_a>(p); }

  TUTTI_INLINE constexpr T element(index at_a, index at_b) const {
    T sum = multiply_op::apply(convert_element<T>(a_[at_a]), convert_element<T>(b_[at_b]));
    for (index k = 1; k < summed; ++k) {
      T x = convert_element<T>(a_[at_a + k * of_a::step]), y = convert_element<T>(b_[at_b + k * of_b::step]);
      if (!std::is_constant_evaluated()) {
        x = detail::one_of<detail::span_of_leaf<A>>(x, at_a + k * of_a::step);
        y = detail::one_of<detail::span_of_leaf<B>>(y, at_b + k * of_b::step);
      }
      if constexpr (std::floating_point<T>) sum = x * y + sum; // one expression, for compilers that contract no others
      else sum = add_op::apply(sum, multiply_op::apply(x, y));
    }
    return sum;
  }

  template <class To, index... P>
  TUTTI_INLINE void store_elements(To* to, std::integer_sequence<index, P...>) const {
    const auto value = [&](auto p) __attribute__((always_inline)) {
      constexpr index at_a = offset_of_a(decltype(p)::value), at_b = offset_of_b(decltype(p)::value);
      const T x = element(at_a, at_b);
#if !defined(__clang__)
      // g++ would compute some of a matrix's numbers in packs and pay more for gathering them than it saves.
      if constexpr (std::floating_point<T> && !vector_a && !vector_b)
        return convert_element<To>(simd::alone_in_register(x));
#endif
      return convert_element<To>(x);
    };
    const To values[]{value(constant<P>{})...};
    ((to[P] = detail::one_of<count>(values[P], P)), ...);
  }

  template <index N, class Place>
  TUTTI_INLINE auto lanes_of_a() const {
    using lanes = detail::factor_lanes<N, of_a, Result, vector_b, detail::span_of_leaf<A>, Place>;
    return simd::convert<T>(detail::load_lanes<N, lanes>(a_));
  }
  template <index N, class Place>
  TUTTI_INLINE auto lanes_of_b() const {
    using lanes = detail::factor_lanes<N, of_b, Result, vector_a, detail::span_of_leaf<B>, Place>;
    return simd::convert<T>(detail::load_lanes<N, lanes>(b_));
  }

  // The sum over all places, each of which says what the lanes are for.
  template <index N, class First, class... Places>
  TUTTI_INLINE auto summed_up() const {
    auto sum = lanes_of_a<N, First>() * lanes_of_b<N, First>();
    ((sum = simd::fma(lanes_of_a<N, Places>(), lanes_of_b<N, Places>(), sum)), ...);
    return sum;
  }

  // The columns of a tile whose rows begin `summed` elements after each other.
  template <index... I>
  TUTTI_INLINE static std::array<simd::pack<T, side>, static_cast<std::size_t>(side)>
  columns_of_tile(const TA* row, std::integer_sequence<index, I...>) {
    if constexpr (side == 4 && summed == side && sizeof(T) == 4 && n >= 2 * side) {
      std::array pairs{simd::convert<T>(simd::load<2 * side>(row)), simd::convert<T>(simd::load<2 * side>(row + 8))};
      simd::transpose_pairs(pairs);
      return {lower_half(pairs[0]), upper_half(pairs[0]), lower_half(pairs[1]), upper_half(pairs[1])};
    } else {
      const auto load_row = [&](auto i) __attribute__((always_inline)) {
        const auto loaded = simd::convert<T>(simd::load<side>(row + decltype(i)::value * summed));
#if !defined(__clang__)
        // g++ would load a row anew for each of the two shuffles that take it second.
        constexpr index group = 16 / static_cast<index>(sizeof(T));
        if constexpr (side == 4 && decltype(i)::value % group >= group / 2) return simd::in_register(loaded);
#endif
        return loaded;
      };
      std::array tile{load_row(constant<I>{})...};
      simd::transpose(tile);
      return tile;
    }
  }
  template <index... I, index... Column>
  TUTTI_INLINE auto rows_by_columns(const TA* row, std::integer_sequence<index, I...>,
                                    std::integer_sequence<index, Column...>) const {
    simd::pack<T, side> sum;
    const auto add_tile = [&](auto column) __attribute__((always_inline)) {
      constexpr index first = decltype(column)::value * side;
      const auto tile = columns_of_tile(row + first, std::make_integer_sequence<index, side>{});
      const auto add = [&](auto i) __attribute__((always_inline)) {
        constexpr index k = decltype(i)::value;
        const auto x = simd::broadcast<T, side>(convert_element<T>(b_[(first + k) * of_b::step]));
        if constexpr (first + k == 0) sum = tile[0] * x;
        else sum = simd::fma(tile[static_cast<std::size_t>(k)], x, sum);
      };
      (add(constant<I>{}), ...);
    };
    (add_tile(constant<Column>{}), ...);
    return sum;
  }
  template <class To, index... Tile>
  TUTTI_INLINE void store_columns(To* to, std::integer_sequence<index, Tile...>) const {
    const simd::pack<T, side> packs[]{rows_by_columns(a_ + Tile * side * summed,
                                                      std::make_integer_sequence<index, side>{},
                                                      std::make_integer_sequence<index, summed / side>{})...};
    (simd::store(to + Tile * side, packs[Tile]), ...);
  }

  template <index Position, index... K>
  TUTTI_INLINE auto results_from(std::integer_sequence<index, K...>) const {
    return detail::fold_to<results>(
        summed_up<results * indices, detail::lanes_by_results<Position, results, K * indices>...>());
  }
  template <index Position, index... K>
  TUTTI_INLINE auto halves_from(std::integer_sequence<index, K...>) const {
    return join(summed_up<half, detail::lanes_by_results<Position, half, K>...>(),
                summed_up<half, detail::lanes_by_results<Position + half, half, K>...>());
  }
  template <class To, index... P>
  TUTTI_INLINE void store_packs(To* to, std::integer_sequence<index, P...>) const {
    const auto pack = [&](auto p) __attribute__((always_inline)) {
      constexpr index position = decltype(p)::value * results;
      if constexpr (halves) return halves_from<position>(std::make_integer_sequence<index, summed>{});
      else return results_from<position>(std::make_integer_sequence<index, summed / indices>{});
    };
    const simd::pack<T, results> packs[]{pack(constant<P>{})...};
    (simd::store(to + P * results, packs[P]), ...);
  }

  template <index Position, index Extent, index... K>
  TUTTI_INLINE auto row_from(std::integer_sequence<index, K...>) const {
    return summed_up<width, detail::lanes_of_row<Position, Extent, K>...>();
  }
  template <index Stride, class To>
  TUTTI_INLINE void store_rows(To* to) const {
    detail::store_rows<count, last, width, Stride>(to, [&](auto p) __attribute__((always_inline)) {
      constexpr index pack = decltype(p)::value;
      return row_from<cut::position(pack), cut::extent(pack)>(std::make_integer_sequence<index, summed>{});
    });
  }

  const TA* a_;
  const TB* b_;
};

} // namespace plan

TUTTI_NAMESPACE_END
