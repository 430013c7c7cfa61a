// SPDX-License-Identifier: MIT
#include <numeric>

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

TEST_CASE("a view of borrowed memory reads and writes it") {
  float memory[6] = {0, 1, 2, 3, 4, 5};
  const view v(memory, {2, 3});
  static_assert(std::same_as<decltype(v), const view<float, 2>>);
  CHECK(v(1, 2) == 5);
  CHECK(v(-1, -3) == 3);
  v(0, 1) = 7;
  CHECK(memory[1] == 7);
  v = v * 2;
  CHECK(memory[5] == 10);
  CHECK_THROWS_WITH(view(memory, {2, -3}), "negative extent in shape (2, -3)");
}

TEST_CASE("slices of views are views of the same memory") {
  int memory[12];
  std::iota(memory, memory + 12, 0);
  const view v(memory, {3, 4});
  CHECK(v(1, all)(2) == 6);
  CHECK(v(all, range(none, none, -2))(0, 0) == 3);
  CHECK(v(all, range(none, none, -2)).shape() == index_list(3, 2));
  CHECK(v(newaxis, ellipsis).shape() == index_list(1, 3, 4));
  CHECK(v(range(1, none), 3)(0) == 7);
  v(range(0, 2), range(1, 3)) = 0;
  CHECK(std::vector<int>(memory, memory + 12) == std::vector<int>{0, 0, 0, 3, 4, 0, 0, 7, 8, 9, 10, 11});
}

TEST_CASE("transposed and reversed views are written through") {
  int memory[6] = {0, 1, 2, 3, 4, 5};
  const view v(memory, {2, 3});
  transpose(v)(0, all) = array({10, 20});
  flip(v, 1)(0, 0) = 9;
  CHECK(std::vector<int>(memory, memory + 6) == std::vector<int>{10, 1, 9, 20, 4, 5});
}

TEST_CASE("what only moves the axes of a tensor is written through") {
  tensor<int, 2> x({2, 3}, {0, 1, 2, 3, 4, 5});
  transpose(x)(0, all) = array({10, 20});
  flip(x, 1)(0, 0) = 9;
  swapaxes(x, 0, 1)(1, all) += 1;
  expand_dims(moveaxis(permute(x, 1, 0), 0, 1), 0)(0, 1, 1) = 7;
  CHECK(array_equal(x, array({{10, 2, 9}, {20, 7, 5}})));
  fixed<int, 2, 2> f{{1, 2}, {3, 4}};
  transpose(f)(0, all) = 0;
  CHECK(array_equal(f, array({{0, 2}, {0, 4}})));
  using constant = const tensor<int, 2>&;
  static_assert(std::is_const_v<decltype(transpose(std::declval<constant>()))::element_type>);
}

TEST_CASE("swapping views exchanges their elements") {
  tensor x = array({{1, 2}, {3, 4}, {5, 6}});
  swap(x(0, all), x(2, all));
  CHECK(array_equal(x, array({{5, 6}, {3, 4}, {1, 2}})));
  auto a = x(all, 0), b = x(all, 1);
  std::ranges::swap(a, b);
  CHECK(array_equal(x, array({{6, 5}, {4, 3}, {2, 1}})));
  CHECK_THROWS_WITH(swap(x(0, all), x(all, 0)), "cannot swap shapes (2,) and (3,)");
  fixed<int, 2, 2> f{{1, 2}, {3, 4}};
  using std::swap;
  auto row = f(0, all), other = f(1, all);
  swap(row, other);
  CHECK(array_equal(f, array({{3, 4}, {1, 2}})));
  swap(f(all, 0), f(all, 1));
  CHECK(array_equal(f, array({{4, 3}, {2, 1}})));
}

TEST_CASE("view_as") {
  tensor<int, 1> x({6}, {1, 2, 3, 4, 5, 6});
  view_as(x, 2, 3)(0, all) = 0;
  view_as(x(range(none, none, 2)), 3, 1)(-1, 0) = 9;
  CHECK(array_equal(x, array({0, 0, 0, 4, 9, 6})));
  fixed<int, 4> f{1, 2, 3, 4};
  view_as(f, 2, -1)(all, 0) = 0;
  CHECK(array_equal(f, array({0, 2, 0, 4})));
  const auto kept = view_as(tensor<int, 1>({4}, {1, 2, 3, 4}), 2, 2); // a temporary lives as long as the view
  static_assert(!std::same_as<std::remove_cvref_t<decltype(kept.keeper())>, borrowed>);
  CHECK(array_equal(kept, array({{1, 2}, {3, 4}})));
  CHECK_THROWS_AS(view_as(transpose(view_as(x, 2, 3)), 6), shape_error);
}

TEST_CASE("at checks bounds and rank in every build") {
  float memory[6] = {};
  const view v(memory, {2, 3});
  CHECK_THROWS_WITH(v.at(2, 0), "index 2 is out of range for axis 0 of extent 2");
  CHECK_THROWS_AS(v.at(0, -4), index_error);
  CHECK_THROWS_WITH(v.at(0), "an element needs one index per axis: 1 for rank 2");
  CHECK(v.at(-1, -1) == 0);
}

TEST_CASE("copying a view copies where it looks, assigning writes elements") {
  float a[2] = {1, 2}, b[2] = {3, 4};
  const view x(a, {2}), y(b, {2});
  const view z = x;
  CHECK(z.data() == a);
  x = y;
  CHECK(a[0] == 3);
  CHECK(x.data() == a);
}

TEST_CASE("the right side of a view's assignment must broadcast to it") {
  float memory[6] = {1, 2, 3, 4, 5, 6};
  const view v(memory, {2, 3});
  v = array({7.f, 8.f, 9.f});
  CHECK(memory[3] == 7);
  v = full({2, 1}, 1.f);
  CHECK(memory[5] == 1);
  CHECK_THROWS_WITH((v = zeros({3, 2})), "cannot assign shape (3, 2) to shape (2, 3)");
  CHECK_THROWS_AS((v = zeros({1, 2, 3})), shape_error);
  CHECK_THROWS_WITH((v += zeros({2})), "cannot add shapes (2, 3) and (2,): axis 1 is 3 and 2");
  CHECK(memory[0] == 1);
}

TEST_CASE("iterating visits the elements in row-major order") {
  int memory[6] = {0, 1, 2, 3, 4, 5};
  const view v(memory, {2, 3});
  const auto t = transpose(v);
  CHECK(std::vector<int>(t.begin(), t.end()) == std::vector<int>{0, 3, 1, 4, 2, 5});
  CHECK(t.end() - t.begin() == 6);
  CHECK(t.begin()[4] == 2);
  std::ranges::sort(view(memory, {2, 3})(1, all), std::greater());
  CHECK(std::vector(memory, memory + 6) == std::vector{0, 1, 2, 5, 4, 3});
  for (int& x : v(all, 1)) x = -1;
  CHECK(memory[4] == -1);
}

TEST_CASE("views of vectors and spans") {
  std::vector<double> v{1, 2, 3};
  as_view(v) = as_view(v) * 2;
  CHECK(v == std::vector<double>{2, 4, 6});
  const std::vector<double>& constant = v;
  CHECK(sum(as_view(constant)) == 12);
  double array[] = {1, 2, 3};
  as_view(std::span(array)) += 1; // a span of static extent
  CHECK(sum(as_view(std::span<const double>(array))) == 9);
}

TEST_CASE("views of nothing") {
  const view<float, 2> v(nullptr, {0, 3});
  v = 1;
  v = zeros({0, 3});
  CHECK(sum(v) == 0);
  CHECK(v.begin() == v.end());
  CHECK(v(all, range(1, 3)).data() == nullptr); // nothing was added to it
  const tensor<float, 2> empty({0, 3});
  CHECK(empty(all, 2).size() == 0);
}

} // namespace tutti
