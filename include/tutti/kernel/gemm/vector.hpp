// SPDX-License-Identifier: MIT
#pragma once

// Products of a matrix and a vector, which are as fast as the matrix comes from memory: it is read in the order in which
// it lies there, as rows that each give one result, or as columns that are each added to all results.

#include <tutti/kernel/gemm/blocking.hpp>
#include <tutti/kernel/gemm/pack.hpp>
#include <tutti/kernel/reduce.hpp>
#include <tutti/kernel/scratch.hpp>

TUTTI_NAMESPACE_BEGIN

namespace kernel {

namespace detail {

struct addition {
  template <class V>
  TUTTI_INLINE V combine(const V& a, const V& b) const { return a + b; }
};

// Steps whose products are summed before their sum enters the pairwise tree; x's stay in the first cache.
inline constexpr index steps_at_once = 1024;

/// The sums over l of row[l] * x[l] for Rows rows at once, each in a few lanes.
template <class T, std::size_t Rows>
TUTTI_INLINE auto dot_rows(const std::array<const T*, Rows>& row, const T* x, index depth) {
  constexpr index N = simd::lanes<T>;
  using V = simd::pack<T, N>;
  // Two sums a row: with four rows they hide the latency of adding.
  std::array<V, Rows> even, odd;
#pragma GCC unroll 8
  for (std::size_t r = 0; r < Rows; ++r) even[r] = odd[r] = simd::broadcast<T, N>(T{});
  index l = 0;
  for (; l + 2 * N <= depth; l += 2 * N) {
    const V x0 = simd::load<N>(x + l), x1 = simd::load<N>(x + l + N);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < Rows; ++r) {
      even[r] = multiply_add(V(simd::load<N>(row[r] + l)), x0, even[r]);
      odd[r] = multiply_add(V(simd::load<N>(row[r] + l + N)), x1, odd[r]);
    }
  }
  for (; l < depth; l += N) {
    const index count = depth - l;
    const V x0 = load_row<N, true>(x + l, 1, count);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < Rows; ++r)
      even[r] = multiply_add(V(load_row<N, true>(row[r] + l, 1, count)), x0, even[r]);
  }
#pragma GCC unroll 8
  for (std::size_t r = 0; r < Rows; ++r) even[r] = even[r] + odd[r];
  return even;
}

template <std::size_t Rows, class V>
TUTTI_INLINE void fold_rows(const std::array<V, Rows>& sums, typename V::value_type* results) {
  simd::fold_each(sums, [](const auto& p, const auto& q) { return p + q; }, results);
}

/// Rows of any length, which may have to be gathered.
template <std::size_t Rows, class T, class A>
[[gnu::noinline]] void long_rows_by_vector(index first, index depth, const A& a, const T* x, T* buffer, T* results) {
  using V = simd::pack<T, simd::lanes<T>>;
  const addition add;
  std::array<V, Rows> sums;
  sums.fill(simd::broadcast<T, simd::lanes<T>>(T{}));
  std::array<pairwise<addition, V>, Rows> trees = [&]<std::size_t... R>(std::index_sequence<R...>) {
    return std::array<pairwise<addition, V>, Rows>{((void)R, pairwise<addition, V>(add))...};
  }(std::make_index_sequence<Rows>{});
  for (index l = 0; l < depth; l += steps_at_once) {
    const index steps = std::min(steps_at_once, depth - l);
    std::array<const T*, Rows> rows;
    for (std::size_t r = 0; r < Rows; ++r)
      rows[r] = a.row(first + static_cast<index>(r), l, steps,
                      buffer ? buffer + static_cast<index>(r) * steps_at_once : nullptr);
    sums = dot_rows(rows, x + l, steps);
    for (std::size_t r = 0; r < Rows; ++r) trees[r].push(sums[r]);
  }
  for (std::size_t r = 0; r < Rows; ++r) sums[r] = trees[r].result(sums[r]);
  fold_rows(sums, results);
}

// Apart from the long ones, with whose trees the sums would go through memory: 64 rows of 64 took 220 ns, and take 160.
template <std::size_t Rows, class T, class A>
TUTTI_INLINE void rows_by_vector(index first, index depth, const A& a, const T* x, T* buffer, T* results) {
  if (buffer || depth > steps_at_once) return long_rows_by_vector<Rows>(first, depth, a, x, buffer, results);
  std::array<const T*, Rows> rows;
  for (std::size_t r = 0; r < Rows; ++r) rows[r] = a.in_place(first + static_cast<index>(r), 0);
  fold_rows(dot_rows(rows, x, depth), results);
}

/// The sums over l of x[l] * b[l * stride + j] for j < count, which Packs packs hold.
template <index Packs, class T>
TUTTI_INLINE void sum_columns(const T* b, index stride, const T* x, index depth, index count, T* results) {
  constexpr index N = simd::lanes<T>;
  using V = simd::pack<T, N>;
  std::array<V, static_cast<std::size_t>(Packs)> sum;
  for (V& v : sum) v = simd::broadcast<T, N>(T{});
  for (index l = 0; l < depth; ++l, b += stride) {
    const V factor = simd::broadcast<T, N>(x[l]);
#pragma GCC unroll 8
    for (index p = 0; p < Packs; ++p) {
      auto& of = sum[static_cast<std::size_t>(p)];
      of = multiply_add(V(Packs > 1 ? simd::load<N>(b + p * N) : load_row<N, true>(b, 1, count)), factor, of);
    }
  }
  if (count < N) return simd::store_partial(results, sum[0], count);
#pragma GCC unroll 8
  for (index p = 0; p < Packs; ++p) simd::store(results + p * N, sum[static_cast<std::size_t>(p)]);
}

// The same for any count: columns that come from the cache come in any order, so a few results are made at once, in
// registers.
template <class T>
TUTTI_INLINE void sum_columns(const T* b, index stride, const T* x, index depth, index count, T* results) {
  constexpr index N = simd::lanes<T>;
  for (; count >= 8 * N; count -= 8 * N, b += 8 * N, results += 8 * N)
    sum_columns<8>(b, stride, x, depth, 8 * N, results);
  if (count >= 4 * N) {
    sum_columns<4>(b, stride, x, depth, 4 * N, results);
    count -= 4 * N, b += 4 * N, results += 4 * N;
  }
  for (; count > 0; count -= N, b += N, results += N) sum_columns<1>(b, stride, x, depth, std::min(count, N), results);
}

// Rows whose two sums each, and x's numbers, stay in registers.
template <class T>
inline constexpr index rows_together = tile_shape<T>::registers == 32 && !is_complex<T> ? 8 : 4;

/// The products of `count` rows of `depth` steps and a vector.
template <class T, class A>
TUTTI_INLINE void some_rows_by_vector(index first, index count, index depth, const A& a, const T* x, T* buffer,
                                      T* results) {
  constexpr index step = rows_together<T>, few = 4;
  index i = 0;
  // Eight rows are too many in the same lines. (1024 x 1024: four at a time take 51 us, eight 53; 4096 x 4096: 2.4 ms, 2.6.)
  if (step > few && (buffer || !is_crowded<T>(a.row_stride)))
    for (; i + step <= count; i += step) rows_by_vector<step>(first + i, depth, a, x, buffer, results + i);
  for (; i + few <= count; i += few) rows_by_vector<few>(first + i, depth, a, x, buffer, results + i);
  for (; i < count; ++i) rows_by_vector<1>(first + i, depth, a, x, buffer, results + i);
}

// results[j] += the sum over Columns columns of column[c][j] * x[c].
template <std::size_t Columns, class T>
TUTTI_INLINE void add_columns(const std::array<const T*, Columns>& column, const T* x, index count, T* results) {
  constexpr index N = simd::lanes<T>;
  using V = simd::pack<T, N>;
  std::array<V, Columns> factor;
  for (std::size_t c = 0; c < Columns; ++c) factor[c] = simd::broadcast<T, N>(x[c]);
  index j = 0;
  for (; j + N <= count; j += N) {
    V sum = simd::load<N>(results + j);
#pragma GCC unroll 8
    for (std::size_t c = 0; c < Columns; ++c) sum = multiply_add(V(simd::load<N>(column[c] + j)), factor[c], sum);
    simd::store(results + j, sum);
  }
  if (j == count) return;
  V sum = simd::load<N>(results + j);
  for (std::size_t c = 0; c < Columns; ++c)
    sum = multiply_add(V(simd::load_partial<N>(column[c] + j, count - j)), factor[c], sum);
  simd::store(results + j, sum);
}

} // namespace detail

/// Rows [first, last) of the product of `a` (rows of `depth` steps) and a vector. Constructing it takes the scratch that it
/// needs; so it is with the next one.
template <class T, class A>
class rows_by_vector {
public:
  rows_by_vector(index first, index last, index depth, const A& a)
      : first_(first), last_(last), depth_(depth), a_(a), memory_(scratch::of_this_thread()) {
    if (settles()) buffer_ = memory_.take<T>(std::min(last - first, rows_at_once()) * depth);
    else if (!a.adjacent_steps()) buffer_ = memory_.take<T>(step * detail::steps_at_once);
  }

  /// Hands the results to emit(row, count, results), some at a time.
  template <class Emit>
  void run(const T* x, const Emit& emit) const {
    if constexpr (is_computed)
      if (settles()) return run_settled(x, emit);
    alignas(storage_alignment) T results[static_cast<std::size_t>(results_at_once)];
    for (index first = first_; first < last_; first += results_at_once) {
      const index count = std::min(results_at_once, last_ - first);
      detail::some_rows_by_vector(first, count, depth_, a_, x, buffer_, results);
      emit(first, count, results);
    }
  }

private:
  static constexpr index step = detail::rows_together<T>, results_at_once = 64;

  // Short rows that are computed are, many at once, to where they are read as rows in memory are.
  static constexpr bool is_computed = std::same_as<A, computed_source<T>>;
  bool settles() const { return is_computed && depth_ > 0 && depth_ <= detail::steps_at_once; }
  index rows_at_once() const {
    return std::max(step, 8 * detail::steps_at_once / depth_ / results_at_once * results_at_once);
  }
  template <class Emit>
  void run_settled(const T* x, const Emit& emit) const {
    const index most = rows_at_once();
    for (index first = first_; first < last_; first += most) {
      const index count = std::min(most, last_ - first);
      const strided_source<T, T> rows = a_.settle(first, count, 0, depth_, buffer_);
      rows_by_vector<T, strided_source<T, T>>(0, count, depth_, rows)
          .run(x, [&](index row, index some, const T* results) { emit(first + row, some, results); });
    }
  }

  index first_, last_, depth_;
  const A& a_;
  scratch::frame memory_;
  T* buffer_ = nullptr;
};

/// The same, for an `a` whose columns are what lies together in memory: `columns` is the source of its columns.
template <class T, class A>
class columns_by_vector {
public:
  columns_by_vector(index first, index last, index depth, const A& columns)
      : first_(first), last_(last), depth_(depth), columns_(columns), memory_(scratch::of_this_thread()) {
    if constexpr (!is_complex<T>)
      from_cache_ = columns.adjacent_steps() && depth > 0 &&
                    (last - first) * depth * static_cast<index>(sizeof(T)) <= caches().second / 2;
    if (from_cache_) return;
    results_ = memory_.take<T>(results_at_once + simd::lanes<T>);
    buffer_ = memory_.take<T>(static_cast<index>(together) * results_at_once);
  }

  template <class Emit>
  void run(const T* x, const Emit& emit) const {
    if constexpr (!is_complex<T>)
      if (from_cache_) return run_from_cache(x, emit);
    for (index first = first_; first < last_; first += results_at_once) {
      const index count = std::min(results_at_once, last_ - first);
      std::fill_n(results_, count + simd::lanes<T>, T{});
      if constexpr (std::same_as<A, computed_source<T>>) {
        const index most = static_cast<index>(together) * (results_at_once / count);
        for (index l = 0; l < depth_; l += most) {
          const index columns = std::min(most, depth_ - l);
          add_columns(columns_.settle(l, columns, first, count, buffer_), x + l, 0, columns, count);
        }
      } else {
        add_columns(columns_, x, first, depth_, count);
      }
      emit(first, count, results_);
    }
  }

private:
  // Results that stay in the first cache while columns pass, eight at a time.
  static constexpr index results_at_once = 16384 / static_cast<index>(sizeof(T));
  static constexpr std::size_t together = 8;

  // Adds some columns' parts from `first` on to the results.
  template <class Columns>
  TUTTI_INLINE void add_columns(const Columns& from, const T* x, index first, index columns, index count) const {
    index l = 0;
    for (; l + static_cast<index>(together) <= columns; l += static_cast<index>(together)) {
      std::array<const T*, together> column;
      for (std::size_t c = 0; c < together; ++c)
        column[c] =
            from.row(l + static_cast<index>(c), first, count, buffer_ + static_cast<index>(c) * results_at_once);
      detail::add_columns<together>(column, x + l, count, results_);
    }
    for (; l < columns; ++l) detail::add_columns<1, T>({from.row(l, first, count, buffer_)}, x + l, count, results_);
  }

  template <class Emit>
  void run_from_cache(const T* x, const Emit& emit) const {
    constexpr index at_once = 8 * simd::lanes<T>;
    alignas(storage_alignment) T some[static_cast<std::size_t>(at_once)];
    for (index first = first_; first < last_; first += at_once) {
      const index count = std::min(at_once, last_ - first);
      detail::sum_columns(columns_.row(0, first, count, nullptr), columns_.row_stride, x, depth_, count, some);
      emit(first, count, some);
    }
  }

  index first_, last_, depth_;
  const A& columns_;
  scratch::frame memory_;
  bool from_cache_ = false;
  T* results_ = nullptr;
  T* buffer_ = nullptr;
};

/// Whether a product of a matrix in memory and a vector, both without gaps, is one for multiply_in_cache.
template <class T>
bool is_in_cache(index m, index k, const strided_source<T, T>& a) {
  constexpr index most = (index{1} << 18) / static_cast<index>(sizeof(T)); // many a second cache holds twice as much
  if (a.step_stride == 1 && a.row_stride != 0) return k <= detail::steps_at_once;
  return !is_complex<T> && a.row_stride == 1 && m > 1 && m * k <= most;
}
/// y = a x, straight to where it goes, without scratch. To the bits of the classes above.
template <class T>
void multiply_in_cache(index m, index k, const strided_source<T, T>& a, const T* x, T* y) {
  if (a.step_stride == 1 && a.row_stride != 0) return detail::some_rows_by_vector<T>(0, m, k, a, x, nullptr, y);
  if constexpr (!is_complex<T>) detail::sum_columns(a.data, a.step_stride, x, k, m, y);
}

} // namespace kernel

TUTTI_NAMESPACE_END
