// SPDX-License-Identifier: MIT
#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

static_assert(std::is_nothrow_move_constructible_v<tensor<float, 2>>);
static_assert(std::is_nothrow_move_assignable_v<tensor<float>>);
static_assert(std::is_nothrow_swappable_v<tensor<float>>);
static_assert(tensor<float>::rank == dynamic_rank);

TEST_CASE("tensors begin as zeros, aligned, in row-major order") {
  const tensor<float, 2> x({3, 5});
  CHECK(x.size() == 15);
  CHECK(x.dimension() == 2);
  CHECK(x.strides() == index_list(5, 1));
  CHECK(x.shape(-1) == 5);
  CHECK_THROWS_AS(x.shape(2), axis_error);
  CHECK(reinterpret_cast<std::uintptr_t>(x.data()) % 64 == 0);
  CHECK(std::all_of(x.data(), x.data() + 15, [](float v) { return v == 0; }));
  const tensor<float, 2> f({3, 5}, column_major);
  CHECK(f.strides() == index_list(1, 3));
  CHECK_FALSE(f.is_contiguous());
}

TEST_CASE("tensors of given elements") {
  const tensor<int, 2> x({2, 3}, {1, 2, 3, 4, 5, 6});
  CHECK(x(1, 0) == 4);
  CHECK_THROWS_WITH((tensor<int, 2>({2, 3}, {1, 2})), "cannot fill shape (2, 3) with 2 elements");
  CHECK(tensor<float, 1>({4}, 7.f)(3) == 7);
  CHECK(array({{1, 2}, {3, 4}})(1, 1) == 4);
  CHECK_THROWS_WITH((tensor<float, 2>({2, -1})), "negative extent in shape (2, -1)");
}

TEST_CASE("tensors without arguments") {
  CHECK(tensor<float, 2>().size() == 0);
  CHECK(tensor<float, 0>().size() == 1);
  const tensor<float, 0> number;
  CHECK(float(number) == 0);
  const tensor<float> any;
  CHECK(any.size() == 0);
  CHECK(element_count(any.shape()) == 0);
}

TEST_CASE("copies are deep, moves leave nothing behind") {
  tensor<int, 1> x({3}, {1, 2, 3});
  tensor<int, 1> copy = x;
  copy(0) = 9;
  CHECK(x(0) == 1);
  const int* const memory = x.data();
  tensor<int, 1> moved = std::move(x);
  CHECK(moved.data() == memory);
  CHECK(x.size() == 0);
  x = copy;
  CHECK(x(0) == 9);
  x = std::move(moved);
  CHECK(x.data() == memory);
  swap(x, copy);
  CHECK(copy.data() == memory);
  CHECK(x(0) == 9);
}

TEST_CASE("a moved-from tensor of any rank can be used again") {
  tensor<float> any({2, 2}, 1.f);
  const tensor<float> taken = std::move(any);
  any = zeros({3}) + 2;
  CHECK(any.shape() == index_list<1>{{3}});
  tensor<float, 0> number({}, 3.f);
  const tensor<float, 0> other = std::move(number);
  CHECK(float(other) == 3);
  number = tensor<float, 0>({}, 4.f);
  CHECK(float(number) == 4);
}

TEST_CASE("a moved-from tensor of rank 0") {
  tensor<float> any({}, 3.f);
  const tensor<float> other = std::move(any);
  CHECK(float(sum(other)) == 3);
  any = 5;
  any = other + 1;
  CHECK(any.item() == 4);
}

TEST_CASE("copies of column-major tensors keep their elements") {
  tensor<int, 2> x({2, 3}, column_major);
  x = array({{1, 2, 3}, {4, 5, 6}}) + 0; // evaluated in place; a moved tensor brings its own layout
  CHECK(x.data()[1] == 4);
  const tensor<int, 2> copy = x;
  CHECK(array_equal(copy, x));
  CHECK(copy.is_contiguous());
}

TEST_CASE("ranks are deduced, and convert where they agree") {
  const tensor a = ones({2, 3}) + 1;
  static_assert(std::same_as<decltype(a), const tensor<float, 2>>);
  const tensor<float> any = a;
  CHECK(any.shape() == index_list(2, 3));
  const tensor<float, 2> back(any);
  CHECK(back(1, 2) == 2);
  CHECK_THROWS_WITH((tensor<float, 3>(any)), "a tensor of rank 3 cannot take shape (2, 3)");
  const tensor b = a == 2;
  static_assert(std::same_as<decltype(b), const tensor<bool, 2>>);
  const tensor s = sum(a);
  static_assert(std::same_as<decltype(s), const tensor<float, 0>>);
}

TEST_CASE("elements by index, checked and unchecked") {
  tensor<int, 2> x({2, 3}, {0, 1, 2, 3, 4, 5});
  x(1, -1) = 7;
  CHECK(x(-1, 2) == 7);
  CHECK(x.at(0, 1) == 1);
  CHECK_THROWS_WITH(x.at(0, 3), "index 3 is out of range for axis 1 of extent 3");
  CHECK_THROWS_AS(x.at(-3, 0), index_error);
  tensor<int> any = x;
  CHECK_THROWS_WITH(any.at(1), "an element needs one index per axis: 1 for rank 2");
  CHECK(any(1, 0) == 3);
}

TEST_CASE("slices of tensors are views, of temporaries they own") {
  tensor<int, 2> x({2, 3}, {0, 1, 2, 3, 4, 5});
  x(all, 1) = 9;
  CHECK(x(0, 1) == 9);
  x(0, all) = 8;
  CHECK(array_equal(x(0, all), array({8, 8, 8})));
  const auto v = tensor<int, 2>({2, 3}, {0, 1, 2, 3, 4, 5})(1, all);
  CHECK(array_equal(v, array({3, 4, 5})));
  const auto e = tensor<int, 1>({3}, 2)(range(0, 2)) * 2;
  CHECK(int(sum(e)) == 8);
}

TEST_CASE("iterating") {
  tensor<int, 2> x({2, 3}, {0, 1, 2, 3, 4, 5});
  int total = 0;
  for (const int v : x) total += v;
  CHECK(total == 15);
  for (int& v : x) v = 1;
  CHECK(int(sum(x)) == 6);
  std::sort(x.begin(), x.end());
  tensor<int, 2> f({2, 2}, column_major);
  f = array({{1, 2}, {3, 4}}) + 0;
  CHECK(std::vector<int>(f.begin(), f.end()) == std::vector<int>{1, 2, 3, 4});
}

TEST_CASE("item") {
  CHECK(tensor<int, 2>({1, 1}, 5).item() == 5);
  CHECK_THROWS_AS((tensor<int, 1>({2}).item()), shape_error);
}

TEST_CASE("tensors of bools, halves and complex numbers") {
  tensor<bool, 1> b({3}, {true, false, true});
  b(1) = true;
  CHECK(all(b));
  tensor<float16, 1> h({3}, float16(1.5f));
  h += 1;
  CHECK(float(h(2)) == 2.5f);
  tensor<std::complex<double>, 1> z({2}, {{1, 2}, {3, 4}});
  z *= std::complex<double>(0, 1);
  CHECK(z(1) == std::complex<double>(-4, 3));
}

} // namespace tutti
