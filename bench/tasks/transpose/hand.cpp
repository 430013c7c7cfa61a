// SPDX-License-Identifier: MIT
// Tiles of whole registers, transposed in registers. The tiles of a band of the destination follow one another down the
// source, so that the source's cache lines are used up before they leave the caches.

#include <rivals/hand.hpp>

namespace {

constexpr integer side = bench::simd::tile_side<float>;
using tile = std::array<pack, static_cast<std::size_t>(side)>;

// The square of `side` rows from p on, transposed.
TUTTI_INLINE tile transposed(const float* p, integer stride) {
  tile t;
#pragma GCC unroll 16
  for (integer i = 0; i < side; ++i) t[static_cast<std::size_t>(i)] = bench::load(p + i * stride);
  bench::simd::transpose(t);
  return t;
}

// y(i, j) = f(x(j, i), i, j) for matrices whose rows are `ys` and `xs` apart; y has `rows` rows and `columns` columns.
template <class F>
TUTTI_INLINE void turn(float* y, integer ys, const float* x, integer xs, integer rows, integer columns, const F& f) {
  constexpr integer band = 64;
  for (integer b = 0; b < columns; b += band)
    for (integer k = 0; k < rows; k += side)
      for (integer l = b; l < std::min(b + band, columns); l += side) {
        const integer i = std::min(k, rows - side), j = std::min(l, columns - side); // the last tiles overlap others
        const tile t = transposed(x + j * xs + i, xs);
#pragma GCC unroll 16
        for (integer r = 0; r < side; ++r)
          bench::store(y + (i + r) * ys + j, f(t[static_cast<std::size_t>(r)], i + r, j));
      }
}

constexpr auto copy = [](const pack& v, integer, integer) { return v; };

} // namespace

const bench::a_case add("add", [](matrix& y, const matrix& a, const matrix& b) {
  const integer n = a.extent(1);
  turn(y.data(), n, b.data(), b.extent(1), a.extent(0), n,
       [&](const pack& v, integer i, integer j) { return bench::load(a.row(i) + j) + v; });
});

const bench::a_case permute201("permute201", [](cube& y, const cube& x) {
  const integer planes = x.extent(0) * x.extent(1), depth = x.extent(2);
  turn(y.data(), planes, x.data(), depth, depth, planes, copy);
});

const bench::a_case permute021("permute021", [](cube& y, const cube& x) {
  const integer rows = x.extent(1), columns = x.extent(2);
  for (integer i = 0; i < x.extent(0); ++i)
    turn(y.data() + i * rows * columns, rows, x.data() + i * rows * columns, columns, columns, rows, copy);
});

const bench::a_case permute210("permute210", [](cube& y, const cube& x) {
  const integer n = x.extent(0), rows = x.extent(1), columns = x.extent(2);
  for (integer j = 0; j < rows; ++j)
    turn(y.data() + j * n, rows * n, x.data() + j * columns, rows * columns, columns, n, copy);
});
