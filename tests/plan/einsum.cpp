// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/einsum.hpp: what subscripts that the compiler reads evaluate to, and that operands of any
// kind may stand in it. Beside the definition: einsum_forms.cpp and einsum_random.cpp.
// labels: parallel

#include <support/catch.hpp>

#include <random>

#include <tutti/tensor.hpp>

namespace {

using tutti::all_t, tutti::einsum, tutti::index_list, tutti::tensor;

constexpr all_t whole{};
std::mt19937 generator(5);
long draw(long low, long high) { return std::uniform_int_distribution<long>(low, high)(generator); }

template <class T, tutti::index Rank>
tensor<T, Rank> random_tensor(const index_list<Rank>& shape) {
  tensor<T, Rank> x(shape);
  for (T& v : x) v = static_cast<T>(draw(-3, 3));
  return x;
}

template <class X, class Y>
bool same(const X& x, const Y& y) { return x.shape() == y.shape() && std::equal(x.begin(), x.end(), y.begin()); }

} // namespace

TEST_CASE("einsum with an ellipsis") {
  const auto a = random_tensor<double>(index_list<3>{4, 2, 3});
  const auto b = random_tensor<double>(index_list<4>{5, 1, 3, 6});
  CHECK(same(tensor(einsum<"...ij,...jk->...ik">(a, b)), tensor(matmul(a, b))));
  CHECK(same(tensor(einsum<"...ij,...jk">(a, b)), tensor(matmul(a, b))));
  CHECK(same(tensor(einsum<" ... i j , ... j k ">(a, b)), tensor(matmul(a, b))));
  CHECK(same(tensor(einsum<"i...,...">(a, a(0, 0, whole))), // the axes under "..." come first
             tensor(moveaxis(a * a(0, 0, whole), 0, -1))));
  CHECK(same(tensor(einsum<"i...->...i">(a)), tensor(moveaxis(a, 0, -1))));
  CHECK(same(tensor(einsum<"...,...->...">(a, a(0, whole, whole))), tensor(a * a(0, whole, whole))));
  const tensor<double> x = a, y = b;
  CHECK(same(tensor(einsum<"...ij,...jk->...ik">(x, y)), tensor(matmul(a, b))));
  CHECK(same(tensor(einsum("...ij,...jk->...ik", x, b)), tensor(matmul(a, b))));
}

TEST_CASE("einsum of operands of rank 0") {
  const tensor<double, 0> two({}, 2);
  const auto a = random_tensor<double>(index_list<2>{4, 5});
  CHECK(einsum<",">(two, two).item() == 4);
  CHECK(einsum<"">(two).item() == 2);
  CHECK(same(tensor(einsum<",ij->ji">(two, a)), tensor(2 * transpose(a))));
  CHECK(einsum<"ij,,->">(a, two, two).item() == 4 * sum(a).item());
  CHECK(einsum("ij,->", a, two).item() == 2 * sum(a).item());
}

TEST_CASE("einsum into what it reads") {
  const auto a = random_tensor<double>(index_list<2>{7, 7});
  const tensor wanted = einsum<"ij,jk,kl->il">(a, a, a);
  auto x = a;
  x = einsum<"ij,jk,kl->il">(x, a, x);
  CHECK(same(x, wanted));
  x = a;
  x(whole, whole) = einsum<"ij,jk,kl->il">(x, x, x);
  CHECK(same(x, wanted));
  x = a;
  x = einsum<"ij->ji">(x);
  CHECK(same(x, tensor(transpose(a))));
  x = a;
  x(0, whole) = einsum<"ii->i">(x);
  CHECK(same(tensor(x(0, whole)), tensor(diagonal(a))));
  x = a;
  x += einsum<"ki,kj->ij">(x, x);
  CHECK(same(x, tensor(a + matmul(transpose(a), a))));
}

TEST_CASE("einsum of integers, bools, halves and mixed types") {
  const tensor<std::int8_t, 2> bytes({2, 2}, {100, 50, 3, 7});
  const auto wrapped = [](long x) { return static_cast<std::int8_t>(x); };
  CHECK(same(tensor(einsum<"ij->i">(bytes)), tensor<std::int8_t, 1>({2}, {wrapped(150), 10})));
  CHECK(same(tensor(einsum<"ij,ij,ij->">(bytes, bytes, bytes)),
             tensor<std::int8_t, 0>({}, wrapped(1000000 + 125000 + 27 + 343))));
  const tensor<bool, 2> flags({2, 2}, {true, false, false, true});
  CHECK(same(tensor(einsum<"ij->i">(flags)), tensor<bool, 1>({2}, {true, true})));
  CHECK(same(tensor(einsum<"ij,jk,kl->il">(flags, flags, flags)), flags));
  CHECK(same(tensor(einsum("ij,ij->j", flags, flags)), tensor<bool, 1>({2}, {true, true})));
  const auto a = random_tensor<float>(index_list<2>{6, 6});
  const tensor<tutti::float16, 2> h = a;
  const tensor mixed = einsum<"ij,jk,kl->li">(h, a, random_tensor<std::int16_t>(index_list<2>{6, 1}));
  static_assert(std::same_as<tutti::value_t<decltype(mixed)>, float>);
  const tensor<double, 2> wide = einsum<"ij,jk,lk->il">(h, a, h);
  CHECK(same(tensor<float, 2>(wide), tensor(matmul(matmul(a, a), transpose(a)))));
  const tensor<tutti::float16, 2> turned = einsum<"ij->ji">(h);
  CHECK(same(tensor<float, 2>(turned), tensor(transpose(a))));
}

TEST_CASE("einsum of fixed tensors, generators and barriers") {
  const tutti::fixed<double, 2, 3> f{{1, 2, 3}, {4, 5, 6}};
  const tutti::fixed<double, 2, 2> product = einsum<"ij,kj->ik">(f, f);
  CHECK(product(0, 1) == 32);
  const tensor x = f;
  CHECK(same(tensor(einsum<"ij,kj,kl->il">(f, f, f)), tensor(matmul(matmul(x, transpose(x)), x))));
  CHECK(einsum<"ii">(tutti::eye<double>(5)).item() == 5);
  CHECK(same(tensor(einsum<"ii->i">(tutti::iota<int>({3, 3}))), tensor<int, 1>({3}, {0, 4, 8})));
  CHECK(same(tensor(einsum<"ii->i">(matmul(x, transpose(x)) + 1.)), tensor<double, 1>({2}, {15, 78})));
  CHECK(same(tensor(einsum<"iji->j">(cumsum(tutti::iota<double>({2, 3, 2}), 0))),
             tensor<double, 1>({3}, {0. + 8, 2. + 12, 4. + 16})));
}

TEST_CASE("the number of threads changes no einsum", "[parallel]") {
  const tensor<float, 3> a = tutti::from_function(
      {40, 30, 50}, [](auto i, auto j, auto k) { return 1 / static_cast<float>(1 + i + 2 * j + 3 * k); });
  const auto all = [&] {
    return std::tuple{tensor(einsum<"ijk,ljk,m->ilm">(a, a, a(0, 0, whole))), tensor(einsum<"ijk,ljk->il">(a, a)),
                      tensor(einsum<"ijk,ijk->j">(a, a)), tensor(einsum<"ijk->k">(a))};
  };
  tutti::set_num_threads(1);
  const auto one = all();
  for (const int threads : {2, 4}) {
    tutti::set_num_threads(threads);
    const auto many = all();
    CHECK(same(std::get<0>(one), std::get<0>(many)));
    CHECK(same(std::get<1>(one), std::get<1>(many)));
    CHECK(same(std::get<2>(one), std::get<2>(many)));
    CHECK(same(std::get<3>(one), std::get<3>(many)));
  }
  tutti::set_num_threads(0);
}
