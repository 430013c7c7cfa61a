// SPDX-License-Identifier: MIT
// Tests include/tutti/expr/diagonal.hpp.

#include <support/catch.hpp>

#include <tutti/tensor.hpp>

namespace {

using tutti::all_t, tutti::diagonal, tutti::index_list, tutti::tensor, tutti::trace;

constexpr all_t whole{};

/// The diagonal by its definition, of what has the last two of its three axes as a matrix.
template <class X>
tensor<double, 2> plain(const X& x, tutti::index offset) {
  const tutti::index rows = x.shape()[1], columns = x.shape()[2];
  tutti::index length = 0;
  for (tutti::index i = 0; i < rows; ++i) length += i + offset >= 0 && i + offset < columns ? 1 : 0;
  tensor<double, 2> d(index_list<2>{x.shape()[0], length});
  for (tutti::index b = 0; b < x.shape()[0]; ++b)
    for (tutti::index i = 0, k = 0; i < rows; ++i)
      if (i + offset >= 0 && i + offset < columns) d(b, k++) = x(b, i, i + offset);
  return d;
}
template <class X, class Y>
bool same(const X& x, const Y& y) { return x.shape() == y.shape() && std::equal(x.begin(), x.end(), y.begin()); }

} // namespace

TEST_CASE("diagonals of leaves and formulas") {
  const tensor<double, 3> x = tutti::iota<double>({2, 4, 6});
  const tensor<double, 2> row = tutti::iota<double>({4, 1}) * 10.;
  for (tutti::index offset = -5; offset <= 7; ++offset) {
    INFO(offset);
    CHECK(same(tensor(diagonal(x, offset, 1, 2)), plain(x, offset)));
    CHECK(same(tensor(diagonal(x, offset, -2, -1)), plain(x, offset)));
    CHECK(same(tensor(diagonal(x, offset, 2, 1)), plain(tensor<double, 3>(swapaxes(x, 1, 2)), offset)));
    CHECK(same(tensor(diagonal(permute(x, 1, 2, 0), offset)), plain(x, offset)));
    CHECK(same(tensor(diagonal(flip(x), offset, 1, 2)), plain(tensor<double, 3>(flip(x)), offset)));
    // A map whose operands are stretched along the matrix's axes, or lack the axis before them.
    CHECK(same(tensor(diagonal(x + row, offset, 1, 2)), plain(tensor<double, 3>(x + row), offset)));
    CHECK(same(tensor(diagonal(x * x(0, 2, whole) - 1., offset, 1, 2)),
               plain(tensor<double, 3>(x * x(0, 2, whole) - 1.), offset)));
    CHECK(same(tensor(diagonal(tutti::iota<double>({2, 4, 6}), offset, 1, 2)), plain(x, offset)));
    // What it cannot sink into.
    CHECK(same(tensor(diagonal(cumsum(x, 1), offset, 1, 2)), plain(tensor<double, 3>(cumsum(x, 1)), offset)));
    CHECK(same(tensor(diagonal(x - sum(x, 2, tutti::keepdims), offset, 1, 2)),
               plain(tensor<double, 3>(x - sum(x, 2, tutti::keepdims)), offset)));
    CHECK(same(tensor(diagonal(tensor<double>(x), offset, 1, 2)), plain(x, offset)));
  }
  CHECK(same(tensor(diagonal(row)), tensor<double, 1>({1}, {0})));
}

TEST_CASE("a diagonal is written through") {
  tensor<double, 2> x({3, 3});
  diagonal(x) = 7;
  diagonal(x(whole, whole), 1) = tutti::array({1., 2.});
  CHECK(same(x, tensor<double, 2>({3, 3}, {7, 1, 0, 0, 7, 2, 0, 0, 7})));
  static_assert(tutti::is_view<decltype(diagonal(x))>);
  x = x - diagonal(x); // broadcast along rows, read where it is written
  CHECK(same(x, tensor<double, 2>({3, 3}, {0, -6, -7, -7, 0, -5, -7, -7, 0})));
}

TEST_CASE("traces") {
  const tensor<std::int8_t, 2> bytes({2, 2}, {100, 1, 2, 100});
  static_assert(std::same_as<tutti::value_t<decltype(trace(bytes))>, std::int64_t>);
  CHECK(trace(bytes).item() == 200);
  CHECK(trace(bytes, 1).item() == 1);
  CHECK(trace(bytes, 9).item() == 0);
  CHECK(trace(bytes, std::numeric_limits<tutti::index>::min()).item() == 0);
  CHECK(same(tensor(trace(tutti::iota<double>({2, 3, 2}), 0, 0, 2)), tensor<double, 1>({3}, {7, 11, 15})));
}

TEST_CASE("diagonals that are not there") {
  const tensor<double, 2> x({3, 4});
  CHECK_THROWS_AS(diagonal(x, 0, 1, 1), tutti::axis_error);
  CHECK_THROWS_WITH(diagonal(x, 0, 1, -1), "diagonal: axis 1 is named twice");
  CHECK_THROWS_AS(diagonal(x, 0, 0, 2), tutti::axis_error);
  CHECK_THROWS_WITH(diagonal(tensor<double>(index_list<>(std::array{4}))),
                    "diagonal: shape (4,) has fewer than two axes");
}
