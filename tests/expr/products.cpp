// SPDX-License-Identifier: MIT
// Tests include/tutti/expr/products.hpp: values beside einsum's and plain loops', ranks, and errors.

#include <support/catch.hpp>

#include <tutti/tensor.hpp>

namespace {

using tutti::axes, tutti::dynamic_rank, tutti::einsum, tutti::index_list, tutti::rank_of, tutti::tensor, tutti::value_t;

template <class T = double, tutti::index Rank>
tensor<T, Rank> numbers(const index_list<Rank>& shape, int step = 7) {
  tensor<T, Rank> x(shape);
  int n = 0;
  for (T& v : x) v = static_cast<T>((n += step) % 11 - 5);
  return x;
}
template <class X, class Y>
bool same(const X& x, const Y& y) { return x.shape() == y.shape() && std::equal(x.begin(), x.end(), y.begin()); }

const auto a = numbers(index_list<3>{3, 4, 5});
const auto b = numbers(index_list<3>{4, 5, 6});
const auto m = numbers(index_list<2>{5, 7});
const auto v = numbers(index_list<1>{5});
const tensor<double> any_a = a, any_b = b;

} // namespace

TEST_CASE("tensordot") {
  static_assert(rank_of<decltype(tensordot(a, b))> == 2);
  static_assert(rank_of<decltype(tutti::tensordot<1>(a, m))> == 3);
  static_assert(rank_of<decltype(tensordot(a, m, 1))> == dynamic_rank);
  static_assert(rank_of<decltype(tensordot(a, b, axes(1, 2), axes(0, 1)))> == 2);
  const tensor wanted = einsum<"ijk,jkl->il">(a, b);
  CHECK(same(tensor(tensordot(a, b)), wanted));
  CHECK(same(tensor(tensordot(a, b, 2)), wanted));
  CHECK(same(tensor(tensordot(any_a, any_b)), wanted));
  CHECK(same(tensor(tensordot(any_a, b, axes(2, 1), axes(1, 0))), wanted));
  CHECK(same(tensor(tensordot(a, b, axes(-1, -2), axes(-2, 0))), wanted));
  CHECK(same(tensor(tutti::tensordot<1>(a, m)), tensor(matmul(a, m))));
  CHECK(same(tensor(tutti::tensordot<0>(v, m)), tensor(einsum<"i,jk->ijk">(v, m))));
  CHECK(same(tensor(tensordot(a, a, axes(0), axes(0))), tensor(einsum<"ijk,ilm->jklm">(a, a))));
  CHECK_THROWS_WITH(tutti::tensordot<1>(a, b),
                    "cannot tensordot shapes (3, 4, 5) and (4, 5, 6): axis 2 is 5 and axis 0 is 4");
  CHECK_THROWS_WITH(tensordot(a, b, 1), "cannot tensordot shapes (3, 4, 5) and (4, 5, 6): axis 2 is 5 and axis 0 is 4");
  CHECK_THROWS_AS(tensordot(tensor<double, 2>({3, 1}), m, axes(1), axes(0)), tutti::shape_error); // 1 is not stretched
  CHECK_THROWS_AS(tensordot(a, b, -1), tutti::value_error);
  CHECK_THROWS_WITH(tensordot(a, m, 3), "tensordot: 3 axes of shapes (3, 4, 5) and (5, 7)");
  CHECK_THROWS_AS(tensordot(any_a, b, axes(1, 1), axes(0, 1)), tutti::axis_error);
  CHECK_THROWS_AS(tensordot(a, b, axes(3), axes(0)), tutti::axis_error);
  const tensor<double> deep(index_list<>(std::array{1, 1, 1, 1, 1}));
  CHECK_THROWS_AS(tensordot(deep, deep, 0), tutti::shape_error);
}

TEST_CASE("inner") {
  static_assert(rank_of<decltype(inner(v, v))> == 0);
  static_assert(rank_of<decltype(inner(a, transpose(m)))> == 3);
  CHECK(inner(v, v).item() == sum(v * v).item());
  CHECK(same(tensor(inner(a, transpose(m))), tensor(matmul(a, m))));
  CHECK(same(tensor(inner(v, a)), tensor(matmul(a, v))));
  CHECK(same(tensor(inner(a, a)), tensor(einsum<"ijk,lmk->ijlm">(a, a))));
  CHECK(same(tensor(inner(any_a, v)), tensor(matmul(a, v))));
  const tensor<double, 0> two({}, 2);
  CHECK(same(tensor(inner(a, two)), tensor(a * 2)));
  CHECK(same(tensor(inner(any_a, tensor<double>(two))), tensor(a * 2)));
  CHECK_THROWS_WITH(inner(a, m), "cannot inner shapes (3, 4, 5) and (5, 7): axis 2 is 5 and axis 1 is 7");
}

TEST_CASE("outer and vdot") {
  CHECK(same(tensor(outer(v, v)), tensor(expand_dims(v, 1) * v)));
  CHECK(same(tensor(outer(m, v)), tensor(expand_dims(tensor(ravel(m)), 1) * v)));
  CHECK(outer(any_a, v).shape() == index_list<2>{60, 5});
  using C = std::complex<double>;
  const tensor<C, 1> z({2}, {C(1, 2), C(0, 3)});
  CHECK(vdot(z, z).item() == C(14, 0));
  CHECK(vdot(z, tensor<C, 1>({2}, {C(1), C(0, 1)})).item() == C(4, -2));
  CHECK(vdot(a, ravel(a)).item() == sum(a * a).item());
  CHECK(vdot(transpose(m), reshape(m, 7, 5)).item() == sum(ravel(transpose(m)) * ravel(m)).item());
  const tensor<std::int8_t, 1> bytes({2}, {100, 100});
  CHECK(vdot(bytes, bytes).item() == static_cast<std::int8_t>(20000)); // in the operands' type
  CHECK_THROWS_WITH(vdot(v, m), "cannot vdot shapes (5,) and (5, 7): one has 5 elements and the other 35");
}

TEST_CASE("kron") {
  const auto x = numbers(index_list<2>{2, 3}), y = numbers(index_list<2>{4, 5}, 3);
  const tensor k = kron(x, y);
  REQUIRE(k.shape() == index_list<2>{8, 15});
  bool right = true;
  for (tutti::index i = 0; i < 8; ++i)
    for (tutti::index j = 0; j < 15; ++j) right = right && k(i, j) == x(i / 4, j / 5) * y(i % 4, j % 5);
  CHECK(right);
  const tensor<double> any = x;
  CHECK(same(tensor(kron(any, y)), k));
  CHECK(same(tensor(kron(v, y)), tensor(kron(expand_dims(v, 0), y))));
  CHECK(same(tensor(kron(y, v)), tensor(kron(y, expand_dims(v, 0)))));
  CHECK(same(tensor(kron(v, v)), tensor(ravel(outer(v, v)))));
  tensor<double, 2> wide({8, 30});
  wide(tutti::all, tutti::range(tutti::none, tutti::none, 2)) = kron(x, y);
  CHECK(same(tensor<double, 2>(wide(tutti::all, tutti::range(tutti::none, tutti::none, 2))), k));
  const tensor<double> deep(index_list<>(std::array{1, 1, 1, 1, 1}));
  CHECK_THROWS_AS(kron(deep, deep), tutti::shape_error);
}

TEST_CASE("multi_dot") {
  const auto p = numbers(index_list<2>{10, 100}), q = numbers(index_list<2>{100, 5}), r = numbers(index_list<2>{5, 50});
  const auto s = numbers(index_list<1>{10}), t = numbers(index_list<1>{50});
  static_assert(rank_of<decltype(multi_dot(p, q, r))> == 2);
  static_assert(rank_of<decltype(multi_dot(s, p, q, r, t))> == 0);
  CHECK(same(tensor(multi_dot(p, q)), tensor(matmul(p, q))));
  CHECK(same(tensor(multi_dot(p, q, r)), tensor(matmul(p, matmul(q, r)))));
  CHECK(same(tensor(multi_dot(s, p, q, r)), tensor(matmul(s, matmul(p, matmul(q, r))))));
  CHECK(same(tensor(multi_dot(p, q, r, t)), tensor(matmul(p, matmul(q, matmul(r, t))))));
  CHECK(multi_dot(s, p, q, r, t).item() == matmul(s, matmul(p, matmul(q, matmul(r, t)))).item());
  CHECK(multi_dot(s, s).item() == sum(s * s).item());
  CHECK(same(tensor(multi_dot(tensor<double>(p), q, r)), tensor(matmul(p, matmul(q, r)))));
  const auto n = numbers(index_list<2>{3, 3});
  tensor power = n;
  for (int i = 0; i < 9; ++i) power = matmul(power, n);
  CHECK(same(tensor(multi_dot(n, n, n, n, n, n, n, n, n, n)), power));
  CHECK_THROWS_WITH(multi_dot(p, q, p), "cannot multi_dot shapes (100, 5) and (10, 100): axis 1 is 5 and axis 0 is 10");
  CHECK_THROWS_WITH(multi_dot(p, any_a, p),
                    "multi_dot: shape (3, 4, 5) is no matrix; only the first and the last operand may be vectors");
}

TEST_CASE("matrix_power") {
  const tensor<double, 2> x({2, 2}, {1, 1, 0, 1});
  tensor<double, 2> product({2, 2}, {1, 0, 0, 1});
  for (tutti::index power = 0; power < 20; ++power) {
    INFO(power);
    CHECK(same(tensor(matrix_power(x, power)), product));
    CHECK(same(tensor(matrix_power(x + 0., power) + 1.), tensor(product + 1.)));
    product = matmul(product, x);
  }
  const auto batch = numbers(index_list<3>{3, 2, 2});
  CHECK(same(tensor(matrix_power(batch, 3)), tensor(matmul(batch, matmul(batch, batch)))));
  CHECK(same(tensor(matrix_power(tensor<double>(batch), 0)), tensor(batch * 0. + tutti::eye<double>(2))));
  CHECK(tensor(matrix_power(tensor<double, 3>({2, 0, 0}), 5)).shape() == index_list<3>{2, 0, 0});
  const tensor<std::int8_t, 2> bytes({1, 1}, {7});
  CHECK(matrix_power(bytes, 3).item() == static_cast<std::int8_t>(343));
  const tensor<bool, 2> step({3, 3}, {false, true, false, false, false, true, true, false, false});
  CHECK(same(tensor(matrix_power(step, 3)), tensor(tutti::eye<bool>(3))));
  const tensor<tutti::float16, 2> half = x;
  static_assert(std::same_as<value_t<decltype(matrix_power(half, 2))>, float>);
  CHECK(matrix_power(half, 5)(0, 1).item() == 5);
  auto y = x;
  y = matrix_power(y, 7);
  CHECK(y(0, 1) == 7);
  tensor<float, 2> narrow = matrix_power(x, 6);
  CHECK(narrow(0, 1) == 6);
  CHECK_THROWS_AS(matrix_power(x, -1), tutti::value_error);
  CHECK_THROWS_WITH(matrix_power(x, -2),
                    "matrix_power: the power -2 is negative: take a positive power of the inverse");
  CHECK_THROWS_WITH(matrix_power(m, 2), "matrix_power: shape (5, 7) is not that of square matrices");
}
