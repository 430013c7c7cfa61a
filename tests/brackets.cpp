// SPDX-License-Identifier: MIT
// standard: 23
// C++23's brackets of several indices, which are what the parentheses are.
#include <support/catch.hpp>
#include <tutti/tensor.hpp>

#if !defined(__cpp_multidimensional_subscript)
#error "this test must be compiled by a compiler that has brackets of several indices"
#endif

namespace tutti {

TEST_CASE("brackets of tensors") {
  tensor<int, 2> x({2, 3}, {0, 1, 2, 3, 4, 5});
  x[1, -1] = 7;
  x[0, all] = 9;
  x[all, range(0, 1)] += 1;
  const auto& read = x;
  CHECK(read[1, 2] == 7);
  CHECK(array_equal(read[all, 0], array({10, 4})));
  CHECK(read[newaxis, ellipsis, 0].shape() == index_list(1, 2));
  tensor<int, 1> line({3}, {1, 2, 3});
  CHECK(line[1] == 2);
  tensor<int, 0> number;
  number[] = 4;
  CHECK(number[] == 4);
  tensor<int> any = x;
  CHECK(any[1, 2] == 7);
}

TEST_CASE("brackets of temporaries keep their elements alive") {
  const auto v = tensor<int, 2>({2, 3}, {0, 1, 2, 3, 4, 5})[1, all];
  CHECK(array_equal(v, array({3, 4, 5})));
}

TEST_CASE("brackets of views and expressions") {
  tensor<int, 2> x({2, 3}, {0, 1, 2, 3, 4, 5});
  const auto v = x[all, range(1, 3)];
  v[0, 0] = 8;
  CHECK(x[0, 1] == 8);
  CHECK(array_equal((x + 1)[0, all], array({1, 9, 3})));
  CHECK(int((x + 1)[1, 2]) == 6);
}

TEST_CASE("brackets of fixed tensors") {
  fixed<int, 2, 2> f{1, 2, 3, 4};
  f[0, 1] = 7;
  CHECK(f[0, -1] == 7);
  CHECK(f[1, all](0) == 3);
  constexpr fixed<int, 2, 2> g{1, 2, 3, 4};
  static_assert(g[1, 0] == 3);
}

} // namespace tutti
