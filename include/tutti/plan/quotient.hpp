// SPDX-License-Identifier: MIT
#pragma once

// Division of many numbers by few. Where the divisor is one value for a row or a block (x / sum(x, 1, keepdims),
// image / 255.f), its reciprocal is computed once, and each quotient is corrected to the rounding of a true division
// (Markstein, "Computation of elementary functions on the IBM RISC System/6000 processor", 1990): three fused
// operations instead of a division, whose throughput is a tenth of theirs. (The last bit may be wrong where the correction
// is not exact: of numbers below 2^-102, in double 2^-969, and of quotients below the normal range.)

#include <algorithm>
#include <cmath>
#include <utility>

#include <tutti/expr/operators.hpp>
#include <tutti/kernel/loop.hpp>
#include <tutti/plan/cursor.hpp>
#include <tutti/plan/share.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

/// True for a / b where b is a number or made of reductions: one value for many a.
template <class M>
inline constexpr bool divides_by_few = false;
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
template <class A, class B>
inline constexpr bool divides_by_few<map<divide_op, A, B>> =
    (std::same_as<B, scalar<value_t<B>>> || is_block_value<B>) &&
    std::floating_point<typename map<divide_op, A, B>::value_type>;
#endif

/// 1 / b, or NaN where the correction would not be exact: b is 0, not finite, or near the ends of the range.
template <class T>
T safe_reciprocal(T b) {
  const T magnitude = std::abs(b);
  constexpr T limit = sizeof(T) == 4 ? T(0x1p100) : T(0x1p900);
  return magnitude <= limit && magnitude >= T(1) / limit ? T(1) / b : std::numeric_limits<T>::quiet_NaN();
}

template <index N, class T, class A, class B, class Reciprocal>
struct quotient_loader {
  A a;
  B b;
  Reciprocal reciprocal;

  TUTTI_INLINE void advance()
    requires kernel::advancing<A>
  {
    a.advance();
    b.advance();
    reciprocal.advance();
  }
  template <class Place>
  TUTTI_INLINE auto load(Place j) const { return checked(division(a.load(j), b.load(j), j)); }
  TUTTI_INLINE auto load_partial(index j, index n) const {
    return checked(division(a.load_partial(j, n), b.load_partial(j, n), j));
  }
  TUTTI_INLINE bool is_steady() const
    requires kernel::may_be_steady<Reciprocal>
  {
    return kernel::is_steady(a) && kernel::is_steady(b) && reciprocal.is_steady();
  }
  TUTTI_INLINE auto steady() const {
    const auto x = kernel::steady(a);
    const auto y = kernel::steady(b);
    const auto r = kernel::steady(reciprocal);
    return quotient_loader<N, T, std::remove_const_t<decltype(x)>, std::remove_const_t<decltype(y)>,
                           std::remove_const_t<decltype(r)>>{x, y, r};
  }

  /// Checked at once: the check costs as much as two of the three operations.
  TUTTI_INLINE auto load_two(index j) const {
    const auto x = kernel::load_two<N>(a, j);
    const auto first = division(x[0], b.load(j), j), second = division(x[1], b.load(j + N), j + N);
    std::array two{first.quotient, second.quotient}; // one for both ways: clang would keep two in memory
    if (simd::any_nan(two[0], two[1])) [[unlikely]]
      two = {divided(first), divided(second)};
    return two;
  }

private:
  using V = std::remove_cvref_t<decltype(simd::broadcast<T, N>(T{}))>;
  struct division_of {
    V x, y, quotient;
  };

  // Of element j and those that follow. (Reciprocals lie in scratch, where there is more to read than a row has.)
  TUTTI_INLINE division_of division(const auto& dividend, const auto& divisor, index j) const {
    const V x = simd::convert<T>(dividend), y = simd::convert<T>(divisor), size = simd::abs(y),
            r = simd::abs(reciprocal.load(j));
    // By a positive divisor, and in this order, the correction leaves -0 what it is: the difference is +0, and is taken off.
    const V z = simd::flipsign(x, y), q = z * r;
    return {x, y, simd::fma(-simd::fma(q, size, -z), r, q)};
  }
  TUTTI_INLINE static V checked(const division_of& d) {
    if (simd::any_nan(d.quotient)) [[unlikely]]
      return divided(d);
    return d.quotient;
  }
  // Out of line, as what no loop should have registers for.
  [[gnu::noinline, gnu::cold]] static V divided(division_of d) {
    return simd::select(d.quotient != d.quotient, d.x / d.y, d.quotient);
  }
};

template <index N, class T, class A, class B>
class quotient_cursor {
  static constexpr bool by_number = requires(const B& b) { b.value; };

public:
  quotient_cursor(thread_state& state, A a, B b) : a_(std::move(a)), b_(std::move(b)) {
    if constexpr (by_number) number_ = safe_reciprocal(static_cast<T>(b_.value));
    else reciprocals_ = state.memory.template take<T>(std::max({state.blocks.stretch_pitch(N), state.blocks.batch, N}));
  }

  void enter(const block& b) {
    a_.enter(b);
    b_.enter(b);
    results_ = b.results;
    divisors_ = nullptr;
  }

  // (A divisor that is a number stays for all rows.)
  bool advances() const { return plan::advances(a_) && b_.fixed_in_block() && plan::advances(b_); }
  bool rows_coexist() const { return a_.rows_coexist() && b_.fixed_in_block() && b_.rows_coexist(); }

  template <class Row>
  TUTTI_INLINE auto enter_row(const Row& r) {
    const auto b = b_.enter_row(r);
    using loader = quotient_loader<N, T, decltype(a_.enter_row(r)), std::remove_const_t<decltype(b)>,
                                   decltype(reciprocal_of(b, r))>;
    return loader{a_.enter_row(r), b, reciprocal_of(b, r)};
  }

private:
  template <class S>
  auto reciprocal_of(const scalar_cursor<S, N>&, const row&) {
    return kernel::pack_loader{simd::broadcast<T, N>(number_)};
  }
  // One divisor for the row, a row of divisors, or, where reductions run inside the loops, those of all results of the block.
  template <class S>
  kernel::value_loader<T, N> reciprocal_of(const kernel::value_loader<S, N>& b, const row& r) {
    const index step = b.splat.step, result = step * r.result;
    const S* const first = b.splat.at - result;
    if (std::exchange(divisors_, b_.fixed_in_block() ? first : nullptr) != first)
      invert(first, b.is_row ? r.count : 1 + step * (results_ - 1));
    return {reciprocals_ + result, b.is_row ? -1 : 0, step};
  }
  template <class S>
  [[gnu::noinline]] void invert(const S* divisors, index count) {
    std::transform(divisors, divisors + count, reciprocals_,
                   [](S y) { return safe_reciprocal(convert_element<T>(y)); });
  }

  A a_;
  B b_;
  T number_{}; // the reciprocal of a number
  T* reciprocals_ = nullptr;
  index results_ = 1;              // of the block
  const void* divisors_ = nullptr; // whose reciprocals stand there
};

} // namespace plan

TUTTI_NAMESPACE_END
