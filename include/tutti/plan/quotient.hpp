// SPDX-License-Identifier: MIT
#pragma once

// Division of many numbers by few. Where the divisor is one value for a row or a block, its reciprocal is computed once, and
// each quotient takes two or three fused operations instead of a division, whose throughput is a tenth of theirs.
//
// By a number (image / 255.f) each quotient is corrected to the rounding of a true division (Markstein, "Computation of
// elementary functions on the IBM RISC System/6000 processor", 1990). By a result of reductions (x / sum(x, 1, keepdims)),
// which is rounded itself, it is the sum of the products with two parts of the reciprocal (Brisebarre, Muller and Raina,
// "Accelerating correctly rounded floating-point division when the divisor is known in advance", 2004): one quotient of floats
// in 30 million, and of doubles far fewer, has another last bit than a division gives. (The last bit may also be wrong
// where the quotient, or what a number divides, is below 2^-102, in double 2^-969.)

#include <algorithm>
#include <limits>
#include <utility>

#include <tutti/expr/operators.hpp>
#include <tutti/expr/reduce.hpp>
#include <tutti/kernel/loop.hpp>
#include <tutti/kernel/reduce.hpp>
#include <tutti/kernel/values.hpp>
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

/// 1 / b, or NaN where quotients made with it would not be exact: b is 0, not finite, or near the ends of the range.
template <class T, class V>
V safe_reciprocal(const V& b) {
  constexpr T limit = sizeof(T) == 4 ? T(0x1p100) : T(0x1p900);
  const V magnitude = simd::abs(b);
  return simd::select((magnitude <= V(limit)) & (magnitude >= V(T(1) / limit)), V(T(1)) / b,
                      V(std::numeric_limits<T>::quiet_NaN()));
}

/// Reciprocals in two parts: a number a little nearer to zero, and what is missing.
template <class Loader>
struct parted_reciprocal {
  Loader high, low;

  TUTTI_INLINE void advance() {
    high.advance();
    low.advance();
  }
  TUTTI_INLINE auto steady() const { return parted_reciprocal<decltype(high.steady())>{high.steady(), low.steady()}; }
  TUTTI_INLINE bool is_steady() const
    requires kernel::may_be_steady<Loader>
  {
    return high.is_steady();
  }
};

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

  /// Checked at once: a check costs as much as two operations.
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
    const V x = simd::convert<T>(dividend), y = simd::convert<T>(divisor);
    if constexpr (requires { reciprocal.low; }) {
      // Both parts have the divisor's sign: so zeros and infinities come out as they should.
      return {x, y, simd::fma(x, reciprocal.high.load(j), x * reciprocal.low.load(j))};
    } else {
      const V size = simd::abs(y), r = simd::abs(reciprocal.load(j));
      // By a positive divisor, and in this order, the correction leaves -0 what it is: the difference is +0, and is taken off.
      const V z = simd::flipsign(x, y), q = z * r;
      return {x, y, simd::fma(-simd::fma(q, size, -z), r, q)};
    }
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
  using V = std::remove_cvref_t<decltype(simd::broadcast<T, N>(T{}))>;
  static constexpr bool by_number = requires(const B& b) { b.value; };

public:
  quotient_cursor(thread_state& state, A a, B b) : a_(std::move(a)), b_(std::move(b)) {
    if constexpr (by_number) {
      number_ = safe_reciprocal<T>(V(static_cast<T>(b_.value)));
    } else {
      pitch_ = (std::max(state.blocks.stretch_pitch(N), state.blocks.batch) + N - 1) / N * N;
      reciprocals_ = state.memory.template take<T>(2 * pitch_);
    }
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
  auto reciprocal_of(const scalar_cursor<S, N>&, const row&) { return kernel::pack_loader{number_}; }
  // One divisor for the row, a row of divisors, or, where reductions run inside the loops, those of all results of the block.
  template <class S>
  parted_reciprocal<kernel::value_loader<T, N>> reciprocal_of(const kernel::value_loader<S, N>& b, const row& r) {
    const index step = b.step, result = step * r.result;
    const S* const first = b.p - result;
    if (std::exchange(divisors_, b_.fixed_in_block() ? first : nullptr) != first)
      invert(first, b.is_row ? r.count : 1 + step * (results_ - 1));
    const index mask = b.is_row ? -1 : 0;
    return {{reciprocals_ + result, mask, step}, {reciprocals_ + pitch_ + result, mask, step}};
  }
  template <class S>
  [[gnu::noinline]] void invert(const S* divisors, index count) {
    // The first part is the number below the nearest one, so that the second has the same sign and is never 0.
    const V one(T(1)), below_one(1 - std::numeric_limits<T>::epsilon() / 2);
    for (index j = 0; j < count; j += N) {
      V y = simd::convert<T>(simd::load_partial<N>(divisors + j, std::min(N, count - j)));
      if (count - j < N) y = kernel::pad_tail<N, prod_op, T>(y, count - j);
      const V high = safe_reciprocal<T>(y) * below_one;
      simd::store(reciprocals_ + j, high);
      simd::store(reciprocals_ + pitch_ + j, simd::fma(-y, high, one) / y);
    }
  }

  A a_;
  B b_;
  V number_{T()}; // the reciprocal of a number
  T* reciprocals_ = nullptr;
  index pitch_ = 0;                // from the first parts to the second ones
  index results_ = 1;              // of the block
  const void* divisors_ = nullptr; // whose reciprocals stand there
};

} // namespace plan

TUTTI_NAMESPACE_END
