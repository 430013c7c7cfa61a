// SPDX-License-Identifier: MIT
#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

TEST_CASE("arange is NumPy's") {
  CHECK(array_equal(arange(4), array({0, 1, 2, 3})));
  CHECK(array_equal(arange(2, 9, 3), array({2, 5, 8})));
  CHECK(array_equal(arange(5, 0, -2), array({5, 3, 1})));
  CHECK(array_equal(arange(0., 1., 0.25), array({0., 0.25, 0.5, 0.75})));
  CHECK(arange(3, 3).size() == 0);
  CHECK(arange(3, 1).size() == 0);
  CHECK(arange(-2).size() == 0);
  CHECK(arange(0.5f).size() == 1);
  CHECK_THROWS_AS(arange(0, 1, 0), value_error);
  static_assert(std::same_as<value_t<decltype(arange<float>(3))>, float>);
  static_assert(std::same_as<value_t<decltype(arange(0, 2., 1))>, double>);
}

TEST_CASE("an arange of integers is counted exactly where double would round") {
  const std::int64_t now = 1700000000000000000, most = std::numeric_limits<std::int64_t>::max();
  const tensor<std::int64_t, 1> times = arange(now, now + 10, 3);
  CHECK(times.shape() == index_list<1>{4});
  CHECK(times(-1) == now + 9);
  CHECK(arange(most - 7, most).size() == 7);
  CHECK(arange(-most - 1, most, most).size() == 3);
  CHECK(arange(most, -most - 1, -most).size() == 3);
  CHECK(arange(~std::uint64_t(0) - 4, ~std::uint64_t(0)).size() == 4);
  CHECK(arange(std::int8_t(-3), std::int8_t(3), std::int8_t(-1)).size() == 0);
  CHECK_THROWS_WITH(arange(-most, most), "arange: more elements than can be counted");
  CHECK_THROWS_WITH(arange(0., std::nan("")), "arange: a bound or the step is NaN");
}

TEST_CASE("shapes in braces are of any integer types") {
  const std::size_t n = 2, m = 3;
  CHECK(zeros({n, m}).shape() == index_list<2>{2, 3});
  CHECK(full({n, 3}, 7).shape() == index_list<2>{2, 3});
  CHECK(reshape(iota<int>({n, m}), {m, 2}).shape() == index_list<2>{3, 2});
  CHECK(broadcast_to(arange(3), {n, m}).shape() == index_list<2>{2, 3});
  CHECK(sliding_window_view(ones({4, 5}), {n, 2}, {0, 1}).shape() == index_list<4>{3, 4, 2, 2});
  std::vector<int> memory(6, 1);
  const auto v = tutti::view(memory.data(), {memory.size() / m, m});
  static_assert(decltype(v)::rank == 2);
  CHECK(v.shape() == index_list<2>{2, 3});
}

TEST_CASE("no error builds up along an arange") {
  const tensor<double, 1> x = arange(0., 100000., 0.1);
  CHECK(x(999999) == 0.1 * 999999);
}

TEST_CASE("linspace has both ends") {
  CHECK(array_equal(linspace(0, 1, 5), array({0., 0.25, 0.5, 0.75, 1.})));
  const tensor<float, 1> x = linspace<float>(0.1f, 0.7f, 7);
  CHECK(x(0) == 0.1f);
  CHECK(x(-1) == 0.7f);
  CHECK(array_equal(linspace(3, 9, 1), array({3.})));
  CHECK(linspace(0, 1, 0).size() == 0);
  CHECK_THROWS_AS(linspace(0, 1, -1), value_error);
}

TEST_CASE("iota counts positions in row-major order, also under views") {
  CHECK(array_equal(iota<int>({2, 3}), array({{0, 1, 2}, {3, 4, 5}})));
  CHECK(array_equal(transpose(iota<int>({2, 3})), array({{0, 3}, {1, 4}, {2, 5}})));
  CHECK(array_equal(iota<int>({2, 3})(1, range(none, none, -1)), array({5, 4, 3})));
  CHECK(int(iota<int>({4, 5})(2, 3)) == 13);
}

TEST_CASE("constants") {
  const tensor z = zeros<double>({2, 3});
  CHECK(sum(z) == 0);
  CHECK(sum(ones<int>({4, 5})) == 20);
  CHECK(array_equal(full({2, 1}, 7), array({{7}, {7}})));
  CHECK(zeros({0, 3}).size() == 0);
  CHECK_THROWS_AS(zeros({2, -1}), value_error);
}

TEST_CASE("eye has ones on a diagonal") {
  CHECK(array_equal(eye<int>(2), array({{1, 0}, {0, 1}})));
  CHECK(array_equal(eye<int>(2, 3, 1), array({{0, 1, 0}, {0, 0, 1}})));
  CHECK(array_equal(eye<int>(3, 2, -1), array({{0, 0}, {1, 0}, {0, 1}})));
}

TEST_CASE("from_function calls a function of the position") {
  const auto f = [](index i, index j) { return static_cast<double>(10 * i + j); };
  CHECK(array_equal(from_function({2, 3}, f), array({{0., 1., 2.}, {10., 11., 12.}})));
  CHECK(array_equal(from_function({2, 3}, f)(all, 1), array({1., 11.})));
  CHECK(sum(from_function({0, 3}, f)) == 0);
}

TEST_CASE("generators take part in formulas") {
  const tensor x = array({1.f, 2.f, 3.f});
  CHECK(array_equal(x * arange<float>(3) + ones({3}), array({1.f, 3.f, 7.f})));
  CHECK(sum(iota<std::int64_t>({1000, 1000})) == 499999500000);
}

TEST_CASE("the flat position may be beyond what the element type counts") {
  const tensor<std::uint8_t, 1> x = iota<std::uint8_t>({600});
  CHECK(x(257) == 1);
  CHECK(x(599) == 87);
}

} // namespace tutti
