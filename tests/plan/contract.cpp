// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/contract.hpp: products of tensors, views and expressions against a plain loop.
// labels: parallel

#include <support/catch.hpp>

#include <random>

#include <tutti/tensor.hpp>

namespace {

using tutti::all_t, tutti::index_list, tutti::range, tutti::tensor;

std::mt19937 generator(11);
int draw(int low, int high) { return std::uniform_int_distribution<int>(low, high)(generator); }

/// Small whole numbers, whose products are summed without rounding.
template <class T, tutti::index Rank>
tensor<T, Rank> random_tensor(const index_list<Rank>& shape) {
  tensor<T, Rank> x(shape);
  for (T& v : x) v = static_cast<T>(draw(std::is_unsigned_v<T> ? 0 : -3, 3));
  return x;
}

/// The product of two matrices, one element after the other.
template <class A, class B>
auto plain(const A& a, const B& b) {
  using T = tutti::promote_t<tutti::value_t<A>, tutti::value_t<B>>;
  tensor<T, 2> c(index_list<2>{a.shape()[0], b.shape()[1]});
  for (tutti::index i = 0; i < c.shape()[0]; ++i)
    for (tutti::index j = 0; j < c.shape()[1]; ++j)
      for (tutti::index l = 0; l < a.shape()[1]; ++l) c(i, j) = static_cast<T>(c(i, j) + a(i, l) * b(l, j));
  return c;
}

template <class X, class Y>
bool same(const X& x, const Y& y) { return x.shape() == y.shape() && std::equal(x.begin(), x.end(), y.begin()); }

constexpr all_t whole{};

} // namespace

TEST_CASE("products of two matrices") {
  for (int round = 0; round < 30; ++round) {
    const int m = draw(0, 40), k = draw(0, 40), n = draw(0, 40);
    const auto a = random_tensor<float>(index_list<2>{m, k});
    const auto b = random_tensor<double>(index_list<2>{k, n});
    const tensor c = matmul(a, b);
    CHECK(same(c, plain(a, b)));
    CHECK(same(tensor(matmul(transpose(b), transpose(a))), tensor(transpose(c))));
  }
}

TEST_CASE("vectors are rows and columns") {
  const auto a = random_tensor<float>(index_list<2>{7, 30});
  const auto x = random_tensor<float>(index_list<1>{30});
  const auto y = random_tensor<float>(index_list<1>{7});
  const tensor<float, 2> column = expand_dims(x, 1), row = expand_dims(y, 0);
  CHECK(same(tensor(matmul(a, x)), tensor<float, 1>(squeeze(plain(a, column), 1))));
  CHECK(same(tensor(matmul(y, a)), tensor<float, 1>(squeeze(plain(row, a), 0))));
  const float product = matmul(x, x);
  CHECK(product == sum(x * x).item());
  CHECK(dot(x, x).item() == product);
}

TEST_CASE("operands may be any view") {
  const auto a = random_tensor<float>(index_list<2>{40, 60});
  const auto b = random_tensor<float>(index_list<2>{60, 50});
  const auto check = [](const auto& left, const auto& right) {
    CHECK(same(tensor(matmul(left, right)), plain(tensor(left), tensor(right))));
  };
  check(a(range(3, 30), range(1, 41, 2)), b(range(20), range(tutti::none, tutti::none, -3)));
  check(flip(a), b);
  check(transpose(b), transpose(a));
  check(broadcast_to(a(range(1), whole), {9, 60}), b);
  check(a, broadcast_to(b(whole, range(1)), {60, 9}));
}

TEST_CASE("the destination may be any view, of any type") {
  const auto a = random_tensor<float>(index_list<2>{20, 33});
  const auto b = random_tensor<float>(index_list<2>{33, 35});
  const auto wanted = plain(a, b);
  tensor<double, 2> wide({40, 105});
  wide(range(tutti::none, tutti::none, 2), range(tutti::none, tutti::none, 3)) = matmul(a, b);
  CHECK(same(tensor<float, 2>(wide(range(tutti::none, tutti::none, 2), range(tutti::none, tutti::none, 3))), wanted));
  CHECK(wide(1, 0) == 0);
  CHECK(wide(0, 1) == 0);
  tensor<float, 2> turned({35, 20});
  transpose(turned(whole, whole)) = matmul(a, b);
  CHECK(same(tensor(transpose(turned)), wanted));
  tensor<float, 3> stretched({2, 20, 35});
  stretched(whole, whole, whole) = matmul(a, b);
  CHECK(same(tensor(stretched(1, whole, whole)), wanted));
}

TEST_CASE("operands may be expressions, and a product part of one") {
  const auto a = random_tensor<float>(index_list<2>{20, 33});
  const auto b = random_tensor<float>(index_list<2>{33, 35});
  CHECK(same(tensor(matmul(a + 1.f, b * 2.f)), plain(tensor(a + 1.f), tensor(b * 2.f))));
  CHECK(same(tensor(matmul(a, b) + 1.f), tensor(plain(a, b) + 1.f)));
  CHECK(same(tensor(matmul(matmul(a, b), transpose(b))), plain(plain(a, b), tensor(transpose(b)))));
  CHECK(same(tensor(matmul(transpose(matmul(a, b)), a)), plain(tensor(transpose(plain(a, b))), a)));
  CHECK(same(tensor(matmul(a, b)(range(2, 9), range(tutti::none, tutti::none, -2))),
             tensor(plain(a, b)(range(2, 9), range(tutti::none, tutti::none, -2)))));
  CHECK(same(tensor(matmul(tensor<float, 2>(a), tensor<float, 2>(b))), plain(a, b))); // whose operands it owns
}

TEST_CASE("reading the destination on the right is safe") {
  auto x = random_tensor<float>(index_list<2>{30, 30});
  const auto wanted = plain(x, x);
  tensor<float, 2> y = x;
  y = matmul(y, y);
  CHECK(same(y, wanted));
  y = x;
  y(whole, whole) = matmul(y, y);
  CHECK(same(y, wanted));
  y = x;
  y += matmul(y, y);
  CHECK(same(y, tensor(x + wanted)));
  y = x;
  y = matmul(y(range(5), whole), y);
  CHECK(same(y, tensor(wanted(range(5), whole))));
}

TEST_CASE("batches broadcast") {
  for (int round = 0; round < 30; ++round) {
    const auto axis = [&](int extent) { return draw(0, 2) == 0 ? 1 : extent; };
    const int p = draw(1, 3), q = draw(1, 4), m = draw(1, 20), k = draw(0, 20), n = draw(1, 20);
    const auto a = random_tensor<double>(index_list<4>{axis(p), axis(q), m, k});
    const auto b = random_tensor<double>(index_list<3>{axis(q), k, n});
    const tensor c = matmul(a, b);
    // The same with the batch's axes elsewhere in memory.
    const tensor<double, 4> apart = permute(a, 2, 1, 3, 0);
    CHECK(same(tensor(matmul(permute(apart, 3, 1, 0, 2), b)), c));
    for (tutti::index i = 0; i < c.shape()[0]; ++i)
      for (tutti::index j = 0; j < c.shape()[1]; ++j) {
        const tensor<double, 2> left = a(a.shape()[0] == 1 ? 0 : i, a.shape()[1] == 1 ? 0 : j, whole, whole);
        const tensor<double, 2> right = b(b.shape()[0] == 1 ? 0 : j, whole, whole);
        CHECK(same(tensor<double, 2>(c(i, j, whole, whole)), plain(left, right)));
      }
  }
}

TEST_CASE("batches of vectors, and one matrix under many") {
  const auto a = random_tensor<float>(index_list<3>{5, 7, 9});
  const auto b = random_tensor<float>(index_list<2>{9, 8});
  const auto x = random_tensor<float>(index_list<1>{9});
  const auto y = random_tensor<float>(index_list<1>{7});
  const tensor ab = matmul(a, b);
  const tensor ax = matmul(a, x), ya = matmul(y, a);
  for (int i = 0; i < 5; ++i) {
    const tensor<float, 2> one = a(i, whole, whole);
    CHECK(same(tensor<float, 2>(ab(i, whole, whole)), plain(one, b)));
    CHECK(same(tensor<float, 1>(ax(i, whole)), tensor(matmul(one, x))));
    CHECK(same(tensor<float, 1>(ya(i, whole)), tensor(matmul(y, one))));
  }
}

TEST_CASE("batches of tiny products") {
  for (int round = 0; round < 60; ++round) {
    const int count = draw(1, 9), m = draw(1, 9), k = draw(0, 9), n = draw(1, 9);
    const auto a = random_tensor<float>(index_list<3>{count, m, k}),
               turned_a = random_tensor<float>(index_list<3>{count, k, m});
    const auto b = random_tensor<float>(index_list<3>{count, k, n}),
               turned_b = random_tensor<float>(index_list<3>{count, n, k});
    const auto c = random_tensor<float>(index_list<3>{count, m, n});
    const tensor<float, 3> plain_ab = matmul(a, b),
                           of_turned = matmul(swapaxes(turned_a, 1, 2), swapaxes(turned_b, 1, 2)),
                           back = matmul(a(range(tutti::none, tutti::none, -1)), b),
                           stretched = matmul(a, b(0, whole, whole)), around = matmul(a, b) * 2 + c;
    tensor<float, 3> columns(index_list<3>{count, n, m});
    swapaxes(columns, 1, 2) = matmul(a, b);
    const tensor<float, 4> twice = matmul(stack(0, a, a), b);
    for (int i = 0; i < count; ++i) {
      CHECK(same(tensor<float, 2>(plain_ab(i, whole, whole)), plain(a(i, whole, whole), b(i, whole, whole))));
      CHECK(same(tensor<float, 2>(of_turned(i, whole, whole)),
                 plain(transpose(turned_a(i, whole, whole)), transpose(turned_b(i, whole, whole)))));
      CHECK(same(tensor<float, 2>(back(i, whole, whole)), plain(a(count - 1 - i, whole, whole), b(i, whole, whole))));
      CHECK(same(tensor<float, 2>(stretched(i, whole, whole)), plain(a(i, whole, whole), b(0, whole, whole))));
      CHECK(same(tensor<float, 2>(around(i, whole, whole)),
                 tensor<float, 2>(plain(a(i, whole, whole), b(i, whole, whole)) * 2 + c(i, whole, whole))));
      CHECK(same(tensor<float, 2>(transpose(columns(i, whole, whole))), plain(a(i, whole, whole), b(i, whole, whole))));
      CHECK(same(tensor<float, 2>(twice(1, i, whole, whole)), plain(a(i, whole, whole), b(i, whole, whole))));
    }
  }
}

TEST_CASE("dot sums over pairs of axes") {
  const auto a = random_tensor<float>(index_list<3>{2, 3, 4});
  const auto b = random_tensor<float>(index_list<3>{5, 4, 6});
  const tensor c = dot(a, b);
  const tensor<float> d = dot(tensor<float>(a), tensor<float>(b));
  bool right = true;
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 5; ++k)
        for (int m = 0; m < 6; ++m) {
          float sum = 0;
          for (int l = 0; l < 4; ++l) sum += a(i, j, l) * b(k, l, m);
          right = right && c(i, j, k, m) == sum && d(i, j, k, m) == sum;
        }
  CHECK(right);
  const tensor<float> x = tensor<float, 1>({3}, {1, 2, 3});
  CHECK(dot(x, x).item() == 14);
}

TEST_CASE("bools give whether any pair is true in both") {
  tensor<bool, 2> a({3, 300}), b({300, 2});
  for (int l = 0; l < 300; ++l) a(0, l) = b(l, 0) = true; // more pairs than a byte can count
  a(1, 7) = b(7, 1) = true;
  CHECK(same(tensor(matmul(a, b)), tensor<bool, 2>({3, 2}, {true, true, true, true, false, false})));
}

TEST_CASE("integers and half types") {
  const tensor<std::int8_t, 2> a({1, 2}, {100, 100});
  CHECK(matmul(a, transpose(a)).item() == static_cast<std::int8_t>(20000));
  const auto x = random_tensor<float>(index_list<2>{9, 40});
  const tensor<tutti::float16, 2> h = x;
  const tensor<tutti::bfloat16, 2> w = transpose(x);
  CHECK(same(tensor(matmul(h, w)), plain(x, tensor(transpose(x)))));
}

TEST_CASE("nothing to sum, and nothing at all") {
  CHECK(same(tensor(matmul(tensor<float, 2>({3, 0}), tensor<float, 2>({0, 4}))), tensor<float, 2>({3, 4})));
  CHECK(matmul(tensor<float, 1>({0}), tensor<float, 1>({0})).item() == 0);
  CHECK(tensor(matmul(tensor<float, 2>({0, 3}), tensor<float, 2>({3, 4}))).shape() == index_list<2>{0, 4});
}

TEST_CASE("the number of threads changes no product", "[parallel]") {
  std::uniform_real_distribution<float> real(-1, 1);
  tensor<float, 3> a({6, 150, 400});
  tensor<float, 2> b({400, 130});
  for (float& v : a) v = real(generator);
  for (float& v : b) v = real(generator);
  const tensor<float, 3> c({24, 40, 50}, 0.1f);
  tutti::set_num_threads(1);
  const tensor one = matmul(a, b), many = matmul(c, transpose(c(0, whole, whole)));
  const tensor row = matmul(transpose(b)(0, whole), b);
  for (const int threads : {2, 3, 4}) {
    tutti::set_num_threads(threads);
    CHECK(same(tensor(matmul(a, b)), one));
    CHECK(same(tensor(matmul(c, transpose(c(0, whole, whole)))), many));
    CHECK(same(tensor(matmul(transpose(b)(0, whole), b)), row));
  }
  tutti::set_num_threads(0);
}
