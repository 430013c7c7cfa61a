// SPDX-License-Identifier: MIT
#pragma once

// Products of bytes, summed in 32 bits: a step is a quad, four steps at once, which stands in the place of one number. The
// instruction multiplies signed bytes, for which a's are taken, with unsigned ones, for which b's are. A byte of the other
// kind has its highest bit turned over: an unsigned one of a is 128 less, a signed one of b 128 more. Sums begin with what
// this makes too little or too much.

#include <cstring>

#include <tutti/kernel/gemm/product.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

template <class T>
concept byte_number = std::same_as<T, std::int8_t> || std::same_as<T, std::uint8_t>;

/// Bytes in memory, packed as quads. `Flip` turns over their highest bits.
template <byte_number From, bool Flip>
struct quad_source {
  const From* data;
  index row_stride, step_stride, steps;

  template <index R, bool Planar = false>
  void pack(index row, index rows, index step, index depth, std::int32_t* panels, std::int32_t* = nullptr) const {
    for (index first = 0; first < rows; first += R, panels += R * depth) {
      const index count = std::min(R, rows - first);
      const From* const from = data + (row + first) * row_stride + 4 * step * step_stride;
      const index bytes = std::min(4 * depth, steps - 4 * step);
      if (row_stride == 1 && R % group == 0) copy_panel<R>(from, count, bytes, panels);
      else collect_panel<R>(from, count, bytes, panels);
    }
  }
  template <index R>
  index block(index, index) const { return 0; }
  const std::int32_t* in_place(index, index) const { return nullptr; }

  /// to[r] = factor times the sum of a row's steps, for some rows.
  void sum_rows(index row, index rows, std::int32_t factor, std::int32_t* to) const {
    constexpr index N = simd::lanes<std::int32_t>;
    const From* const from = data + row * row_stride;
    const auto widened = [](const auto& v) { return simd::convert<std::int32_t>(v); };
    if (row_stride == 1) {
      for (index r = 0; r < rows; r += N) {
        auto sum = simd::broadcast<std::int32_t, N>(0);
        const index count = std::min(N, rows - r);
        for (index l = 0; l < steps; ++l)
          sum = sum + widened(detail::load_row<N, true>(from + r + l * step_stride, 1, count));
        simd::store_partial(to + r, sum * simd::broadcast<std::int32_t, N>(factor), count);
      }
      return;
    }
    for (index r = 0; r < rows; ++r) {
      const From* const p = from + r * row_stride;
      auto sum = simd::broadcast<std::int32_t, N>(0);
      index l = 0;
      if (step_stride == 1)
        for (; l + N <= steps; l += N) sum = sum + widened(simd::load<N>(p + l));
      std::int32_t total = simd::fold(sum, [](const auto& x, const auto& y) { return x + y; });
      for (; l < steps; ++l) total += p[l * step_stride];
      to[r] = static_cast<std::int32_t>(static_cast<std::uint32_t>(factor) * static_cast<std::uint32_t>(total));
    }
  }

private:
  static constexpr index group = 16;
  static constexpr std::uint32_t flip = Flip ? 0x80808080u : 0;

  // Rows that stand next to each other: bytes of four steps by turns.
  template <index R>
  void copy_panel(const From* from, index count, index bytes, std::int32_t* panel) const {
    using group_pack = simd::pack<std::uint8_t, group>;
    constexpr auto all = std::make_integer_sequence<index, group>{};
    const group_pack flipped = simd::broadcast<std::uint8_t, group>(Flip ? 0x80 : 0);
    for (index l = 0; l < bytes; l += 4, panel += R) {
      for (index r = 0; r < R; r += group) {
        const index here = std::clamp<index>(count - r, 0, group);
        const auto load = [&](index s) {
          if (l + s >= bytes || here == 0) return simd::broadcast<std::uint8_t, group>(0);
          const auto* const p = reinterpret_cast<const std::uint8_t*>(from + (l + s) * step_stride + r);
          return detail::load_row<group, true>(p, 1, here) ^ flipped;
        };
        const auto v0 = load(0), v1 = load(1), v2 = load(2), v3 = load(3);
        const auto even = [&](auto upper, const auto& a, const auto& b) {
          return simd::detail::unpack<decltype(upper)::value>(a, b, all);
        };
        constexpr std::false_type lower;
        constexpr std::true_type upper;
        const auto low_even = even(lower, v0, v2), low_odd = even(lower, v1, v3);
        const auto high_even = even(upper, v0, v2), high_odd = even(upper, v1, v3);
        auto* const to = reinterpret_cast<std::uint8_t*>(panel + r);
        simd::store(to, even(lower, low_even, low_odd));
        simd::store(to + group, even(upper, low_even, low_odd));
        simd::store(to + 2 * group, even(lower, high_even, high_odd));
        simd::store(to + 3 * group, even(upper, high_even, high_odd));
      }
    }
  }

  // Any rows, quad by quad.
  template <index R>
  void collect_panel(const From* from, index count, index bytes, std::int32_t* panel) const {
    for (index l = 0; l < bytes; l += 4, panel += R) {
      const index here = std::min<index>(4, bytes - l);
      for (index r = 0; r < R; ++r) {
        const From* const p = from + r * row_stride + l * step_stride;
        std::uint32_t quad = 0;
        if (r < count) {
          if (step_stride == 1 && here == 4) {
            std::memcpy(&quad, p, 4);
          } else {
            for (index s = 0; s < here; ++s)
              quad |= std::uint32_t{static_cast<std::uint8_t>(p[s * step_stride])} << 8 * s;
          }
          quad ^= here == 4 ? flip : flip & ((1u << 8 * here) - 1);
        }
        panel[r] = static_cast<std::int32_t>(quad);
      }
    }
  }
};

/// A part of the product of two matrices of bytes, summed in 32 bits, over k steps. Constructing it takes the scratch that
/// it needs.
template <byte_number A, byte_number B, class Store>
class product_of_bytes {
public:
  product_of_bytes(const product_part& part, index k, const strided_source<std::int32_t, A>& a,
                   const strided_source<std::int32_t, B>& b, const Store& store)
      : part_(part),
        k_(k),
        a_{a.data, a.row_stride, a.step_stride, k},
        b_{b.data, b.row_stride, b.step_stride, k},
        memory_(scratch::of_this_thread()),
        of_rows_(memory_.take<std::int32_t>(part.rows + shape::rows)),
        of_columns_(memory_.take<std::int32_t>(part.columns + shape::columns)),
        product_(part, (k + 3) / 4, a_, b_, store) {}

  void run() {
    // a b = (a' + 128) b, where a is unsigned, and a' b = a' (b' - 128), where b is signed.
    std::fill_n(of_rows_, part_.rows + shape::rows, 0);
    std::fill_n(of_columns_, part_.columns + shape::columns, 0);
    if (flip_b) a_.sum_rows(part_.i, part_.rows, -128, of_rows_);
    if (flip_a) b_.sum_rows(part_.j, part_.columns, 128, of_columns_);
    if (flip_a && flip_b)
      for (index i = 0; i < part_.rows; ++i)
        of_rows_[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(of_rows_[i]) +
                                                128 * 128 * static_cast<std::uint32_t>(k_));
    product_.of_quads(of_rows_, of_columns_);
    product_.run();
  }

private:
  using shape = tile_shape<std::int32_t>;
  static constexpr bool flip_a = std::is_unsigned_v<A>, flip_b = std::is_signed_v<B>;
  using rows = quad_source<A, flip_a>;
  using columns = quad_source<B, flip_b>;

  product_part part_;
  index k_;
  rows a_;
  columns b_;
  scratch::frame memory_;
  std::int32_t* of_rows_;
  std::int32_t* of_columns_;
  product<std::int32_t, rows, columns, Store> product_;
};
template <byte_number A, byte_number B, class Store>
product_of_bytes(const product_part&, index, const strided_source<std::int32_t, A>&,
                 const strided_source<std::int32_t, B>&, const Store&) -> product_of_bytes<A, B, Store>;

} // namespace kernel

TUTTI_NAMESPACE_END
