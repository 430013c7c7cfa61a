// SPDX-License-Identifier: MIT
// Tests include/tutti/expr/contract.hpp: types, shapes and errors. What products evaluate to: tests/plan/contract.cpp.

#include <support/catch.hpp>

#include <tutti/tensor.hpp>

namespace {

using tutti::dynamic_rank, tutti::index_list, tutti::rank_of, tutti::tensor, tutti::value_t;

template <class T, tutti::index Rank = dynamic_rank>
using of = tensor<T, Rank>&;

template <class X, class Y>
using product = decltype(matmul(std::declval<X>(), std::declval<Y>()));
template <class X, class Y>
using dotted = decltype(dot(std::declval<X>(), std::declval<Y>()));

// Static ranks stay static.
static_assert(rank_of<product<of<float, 1>, of<float, 1>>> == 0);
static_assert(rank_of<product<of<float, 2>, of<float, 1>>> == 1);
static_assert(rank_of<product<of<float, 1>, of<float, 2>>> == 1);
static_assert(rank_of<product<of<float, 2>, of<float, 2>>> == 2);
static_assert(rank_of<product<of<float, 1>, of<float, 4>>> == 3);
static_assert(rank_of<product<of<float, 3>, of<float, 5>>> == 5);
static_assert(rank_of<product<of<float>, of<float, 2>>> == dynamic_rank);
static_assert(rank_of<dotted<of<float, 1>, of<float, 1>>> == 0);
static_assert(rank_of<dotted<of<float, 3>, of<float, 1>>> == 2);
static_assert(rank_of<dotted<of<float, 1>, of<float, 3>>> == 2);
static_assert(rank_of<dotted<of<float, 3>, of<float, 2>>> == 3);
static_assert(rank_of<dotted<of<float, 2>, of<float, 3>>> == 3);
static_assert(rank_of<dotted<of<float, 3>, of<float, 4>>> == 5);
static_assert(rank_of<dotted<of<float>, of<float, 2>>> == dynamic_rank);

// The type is that of an elementwise product.
static_assert(std::same_as<value_t<product<of<float, 2>, of<double, 2>>>, double>);
static_assert(std::same_as<value_t<product<of<std::int8_t, 2>, of<std::int8_t, 2>>>, std::int8_t>);
static_assert(std::same_as<value_t<product<of<std::uint8_t, 2>, of<std::int8_t, 2>>>, std::int16_t>);
static_assert(std::same_as<value_t<product<of<bool, 2>, of<bool, 2>>>, bool>);
static_assert(std::same_as<value_t<product<of<tutti::float16, 2>, of<tutti::bfloat16, 2>>>, float>);
static_assert(std::same_as<value_t<product<of<std::complex<float>, 2>, of<double, 2>>>, std::complex<double>>);

template <class... Ints>
tensor<float> shaped(Ints... extents) {
  return tensor<float>(index_list<>(std::array<tutti::index, sizeof...(Ints)>{extents...}));
}

} // namespace

TEST_CASE("shapes of products") {
  CHECK(matmul(tensor<float, 2>({2, 3}), tensor<float, 2>({3, 5})).shape() == index_list<2>{2, 5});
  CHECK(matmul(tensor<float, 3>({4, 2, 3}), tensor<float, 2>({3, 5})).shape() == index_list<3>{4, 2, 5});
  CHECK(matmul(shaped(4, 1, 2, 3), shaped(6, 3, 5)).shape() == index_list<4>{4, 6, 2, 5});
  CHECK(matmul(shaped(3), shaped(6, 3, 5)).shape() == index_list<2>{6, 5});
  CHECK(matmul(shaped(6, 5, 3), shaped(3)).shape() == index_list<2>{6, 5});
  CHECK(matmul(shaped(3), shaped(3)).shape().size() == 0);
  CHECK(matmul(shaped(0, 3), shaped(3, 0)).shape() == index_list<2>{0, 0});
  CHECK(dot(tensor<float, 3>({4, 2, 3}), tensor<float, 3>({5, 3, 7})).shape() == index_list<4>{4, 2, 5, 7});
  CHECK(dot(tensor<float, 1>({3}), tensor<float, 3>({5, 3, 7})).shape() == index_list<2>{5, 7});
  CHECK(dot(shaped(4, 2, 3), shaped(5, 3, 7)).shape() == index_list<4>{4, 2, 5, 7});
  CHECK(dot(shaped(2, 3), shaped(5, 3, 7)).shape() == index_list<3>{2, 5, 7});
  CHECK(dot(shaped(3), shaped(3)).shape().size() == 0);
  CHECK(dot(shaped(4, 2, 3), shaped(3)).shape() == index_list<2>{4, 2});
}

TEST_CASE("shapes that do not fit") {
  CHECK_THROWS_AS(matmul(shaped(2, 3), shaped(4, 5)), tutti::shape_error);
  CHECK_THROWS_WITH(matmul(shaped(2, 3), shaped(4, 5)),
                    "cannot matmul shapes (2, 3) and (4, 5): axis 1 is 3 and axis 0 is 4");
  CHECK_THROWS_WITH(matmul(shaped(3), shaped(2, 4, 5)),
                    "cannot matmul shapes (3,) and (2, 4, 5): axis 0 is 3 and axis 1 is 4");
  CHECK_THROWS_WITH(matmul(shaped(2, 3), shaped(2)),
                    "cannot matmul shapes (2, 3) and (2,): axis 1 is 3 and axis 0 is 2");
  CHECK_THROWS_WITH(matmul(shaped(4, 2, 3), shaped(7, 5, 3, 6)),
                    "cannot matmul shapes (4, 2, 3) and (7, 5, 3, 6): axis 0 is 4 and axis 1 is 5");
  CHECK_THROWS_WITH(matmul(shaped(), shaped(2)), ContainsSubstring("a rank-0 operand has no axis to sum over"));
  CHECK_THROWS_WITH(dot(shaped(2, 3), shaped(6, 4, 5)),
                    "cannot dot shapes (2, 3) and (6, 4, 5): axis 1 is 3 and axis 1 is 4");
}
