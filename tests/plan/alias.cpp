// SPDX-License-Identifier: MIT
#include <support/catch.hpp>
#include <tutti/tensor.hpp>

// Right sides that read what is being written: always right, and no copy where none is needed.

namespace tutti {

namespace {
tensor<float, 2> square_of(index n) { return iota<float>({n, n}) + 1.f; }
} // namespace

TEST_CASE("y = y / sum(y, 1, keepdims)") {
  for (const index n : {1, 3, 16, 33, 200}) {
    tensor y = square_of(n);
    const tensor expected = y / sum(y, 1, keepdims);
    const float* const before = y.data();
    y = y / sum(y, 1, keepdims);
    CHECK(array_equal(y, expected));
    CHECK(y.data() == before); // in place
  }
}

TEST_CASE("y = y / sum(y, 0, keepdims)") {
  for (const index n : {1, 3, 16, 33, 200}) {
    tensor y = square_of(n);
    const tensor expected = y / sum(y, 0, keepdims);
    y = y / sum(y, 0, keepdims);
    CHECK(array_equal(y, expected));
  }
}

TEST_CASE("y = y - mean(y)") {
  tensor y = square_of(70);
  const tensor expected = y - mean(y);
  y = y - mean(y);
  CHECK(array_equal(y, expected));
}

TEST_CASE("a = transpose(a)") {
  for (const index n : {1, 2, 7, 16, 65}) {
    tensor a = square_of(n);
    const tensor copy = a;
    a = transpose(a);
    CHECK(array_equal(a, transpose(copy)));
    a += transpose(a);
    CHECK(array_equal(a, copy + transpose(copy)));
  }
  tensor wide = iota<int>({3, 5});
  wide = transpose(wide);
  CHECK(wide.shape() == index_list(5, 3));
  CHECK(wide(4, 2) == 14);
}

TEST_CASE("shifted views of one tensor") {
  for (const index n : {2, 5, 17, 64, 1000}) {
    tensor<int, 1> v = arange(static_cast<int>(n));
    v(range(1, n)) = v(range(0, n - 1));
    tensor<int, 1> expected = arange(-1, static_cast<int>(n) - 1);
    expected(0) = 0;
    CHECK(array_equal(v, expected));
    v = arange(static_cast<int>(n));
    v(range(0, n - 1)) = v(range(1, n)) + 0;
    CHECK(v(0) == 1);
    CHECK(v(-1) == n - 1);
    CHECK(v(-2) == n - 1);
  }
}

TEST_CASE("reversed and interleaved views") {
  tensor<int, 1> v = arange(101);
  v = flip(v);
  CHECK(array_equal(v, arange(100, -1, -1)));
  v(range(0, 50)) = v(range(100, 50, -1));
  CHECK(v(0) == 0);
  CHECK(v(49) == 49);
  v(range(0, 100, 2)) = v(range(1, 100, 2));
  CHECK(v(0) == 1);
  CHECK(v(2) == 3);
}

TEST_CASE("x = matmul(x, x)") {
  tensor<double, 2> x = iota<double>({20, 20}) / 100.;
  const tensor expected = matmul(x, x);
  x = matmul(x, x);
  CHECK(array_equal(x, expected));
  tensor<double, 2> y = iota<double>({20, 20}) / 100.;
  y = y + matmul(y, transpose(y));
  const tensor<double, 2> z = iota<double>({20, 20}) / 100.;
  CHECK(allclose(y, z + matmul(z, transpose(z))));
}

TEST_CASE("one operand in place and another not") {
  tensor a = square_of(40);
  const tensor copy = a;
  a = a + transpose(a) + a(0, all);
  CHECK(array_equal(a, copy + transpose(copy) + copy(0, all)));
}

TEST_CASE("a row and a column of the destination on the right") {
  tensor a = square_of(33);
  const tensor copy = a;
  a -= a(0, all);
  CHECK(array_equal(a, copy - copy(0, all)));
  a = copy;
  a /= a(all, range(0, 1));
  CHECK(array_equal(a, copy / copy(all, range(0, 1))));
}

TEST_CASE("a tensor assigned to itself") {
  tensor a = square_of(5);
  const tensor copy = a;
  const auto& self = a;
  a = self;
  CHECK(array_equal(a, copy));
  a(ellipsis) = a;
  CHECK(array_equal(a, copy));
  a = a(range(1, 4), range(1, 4));
  CHECK(array_equal(a, copy(range(1, 4), range(1, 4))));
}

TEST_CASE("types of one size over the same memory") {
  // An in-place reading of another type must not be mistaken for the same elements in another order.
  std::vector<std::int32_t> memory(100);
  for (int i = 0; i < 100; ++i) memory[static_cast<std::size_t>(i)] = i;
  view<std::int32_t, 1> v(memory.data(), {100});
  v(range(0, 99)) = v(range(1, 100)) * 1.5;
  CHECK(memory[0] == 1);
  CHECK(memory[97] == 147);
  CHECK(memory[99] == 99);
}

TEST_CASE("a scan and a concatenation of the destination") {
  tensor<int, 1> v = arange(50);
  v = cast<int>(cumsum(v, 0));
  CHECK(v(49) == 1225);
  v = concatenate(0, v(range(25, 50)), v(range(0, 25)));
  CHECK(v(0) == 325);
  CHECK(v(49) == 300);
}

} // namespace tutti
