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

template <class Factor, class Result, bool OtherIsVector, index Span, index Position, index Results, index Summed>
struct factor_lanes {
  static constexpr index span = Span;
  /// The lanes are `Results` results for one summed index, then as many for the next.
  static constexpr index at(index lane) {
    return Factor::template offset<Result, OtherIsVector>(Position + lane % Results) +
           (Summed + lane / Results) * Factor::step;
  }
};

/// Adds the upper lanes to the lower ones until as many are left as there are results.
template <index Results, class V>
TUTTI_INLINE auto fold_to(const V& v) {
  if constexpr (V::size == Results) return v;
  else return fold_to<Results>(lower_half(v) + upper_half(v));
}

} // namespace detail

/// The product of two leaves, of element type T and static shape Result, as a leaf that holds it.
template <class T, class Result, class TA, class ShapeA, class StridesA, class MemoryA, class TB, class ShapeB,
          class StridesB, class MemoryB>
TUTTI_INLINE constexpr auto multiply_fixed(const fixed_view<TA, ShapeA, StridesA, MemoryA>& a,
                                           const fixed_view<TB, ShapeB, StridesB, MemoryB>& b) {
  using C = compute_t<T>;
  using of_a = detail::factor<ShapeA, StridesA, true>;
  using of_b = detail::factor<ShapeB, StridesB, false>;
  constexpr bool vector_a = ShapeA::rank == 1, vector_b = ShapeB::rank == 1;
  constexpr index count = Result::count, summed = of_a::summed;
  held<const T, count> product{};

  const auto element = [&](index at_a, index at_b) __attribute__((always_inline)) {
    C sum = multiply_op::apply(convert_element<C>(a.data()[at_a]), convert_element<C>(b.data()[at_b]));
    for (index k = 1; k < summed; ++k) {
      const C x = convert_element<C>(a.data()[at_a + k * of_a::step]);
      const C y = convert_element<C>(b.data()[at_b + k * of_b::step]);
      if constexpr (std::floating_point<C>) sum = x * y + sum; // one expression, for compilers that contract no others
      else sum = add_op::apply(sum, multiply_op::apply(x, y));
    }
    return convert_element<T>(sum);
  };
  if (count * summed > most_unrolled || std::is_constant_evaluated()) {
    for (index p = 0; p < count; ++p)
      product.elements[p] = element(of_a::template offset<Result, vector_b>(p), of_b::template offset<Result, vector_a>(p));
    return fixed_view<const T, Result, row_major_strides<Result>, held<const T, count>>(product);
  }

  constexpr index n =
      simd::lane<C> ? simd::register_bytes / std::max({compute_bytes<TA>, compute_bytes<TB>, compute_bytes<C>}) : 1;
  // Results side by side in a pack; where they do not fill it, several summed indices too.
  constexpr index results = std::gcd(count, n), indices = std::gcd(summed, n / results);
  if constexpr (count * summed > most_unrolled) {
  } else if constexpr (results * indices * compute_bytes<C> < 16 || n == 1) {
    [&]<index... P>(std::integer_sequence<index, P...>) __attribute__((always_inline)) {
      ((product.elements[P] = element(constant<of_a::template offset<Result, vector_b>(P)>::value,
                                      constant<of_b::template offset<Result, vector_a>(P)>::value)),
       ...);
    }(std::make_integer_sequence<index, count>{});
  } else {
    constexpr index lanes = results * indices;
    constexpr index span_a = detail::span_of_leaf<ShapeA, StridesA>(), span_b = detail::span_of_leaf<ShapeB, StridesB>();
    const auto factors = [&](auto p, auto k) __attribute__((always_inline)) {
      using at_a = detail::factor_lanes<of_a, Result, vector_b, span_a, decltype(p)::value, results, decltype(k)::value>;
      using at_b = detail::factor_lanes<of_b, Result, vector_a, span_b, decltype(p)::value, results, decltype(k)::value>;
      return std::pair(simd::convert<C>(detail::load_lanes<lanes, at_a>(a.data())),
                       simd::convert<C>(detail::load_lanes<lanes, at_b>(b.data())));
    };
    const auto pack = [&]<index... K>(auto p, std::integer_sequence<index, K...>) __attribute__((always_inline)) {
      const auto [x, y] = factors(p, constant<0>{});
      auto sum = x * y;
      const auto add = [&](const auto& both) __attribute__((always_inline)) {
        sum = simd::fma(both.first, both.second, sum);
      };
      (add(factors(p, constant<(K + 1) * indices>{})), ...);
      return detail::fold_to<results>(sum);
    };
    [&]<index... P>(std::integer_sequence<index, P...>) __attribute__((always_inline)) {
      (simd::store(product.elements + P * results,
                   pack(constant<P * results>{}, std::make_integer_sequence<index, summed / indices - 1>{})),
       ...);
    }(std::make_integer_sequence<index, count / results>{});
  }
  return fixed_view<const T, Result, row_major_strides<Result>, held<const T, count>>(product);
}

} // namespace plan

TUTTI_NAMESPACE_END
