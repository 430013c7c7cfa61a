// SPDX-License-Identifier: MIT
#include <limits>
#include <numeric>
#include <vector>

#include <support/catch.hpp>
#include <support/values.hpp>

#include <tutti/tensor.hpp>

using tutti::all;
using tutti::fixed;
using tutti::tensor;

namespace {

// ---- in constant expressions ----

constexpr fixed<double, 3> a{1, 2, 3}, b{4, 5, 6};
constexpr fixed<double, 2, 3> m{{1, 2, 3}, {4, 5, 6}};
constexpr fixed<double, 2, 3> combined = m * a + 1;
static_assert(all(combined == fixed<double, 2, 3>{{2, 5, 10}, {5, 11, 19}}));
static_assert(sum(a * b) == 32 && max(b) == 6 && min(a) == 1 && mean(a) == 2 && prod(a) == 6);
static_assert(matmul(a, b) == 32);
static_assert(all(matmul(m, a) == fixed<double, 2>{14, 32}));
static_assert(all(matmul(m, transpose(m)) == fixed<double, 2, 2>{{14, 32}, {32, 77}}));
static_assert(all(matmul(m + 1, transpose(m)) - sum(a) == fixed<double, 2, 2>{{14, 41}, {32, 86}}));
static_assert(evaluate(transpose(m + a))(2, 0) == 6);
constexpr fixed<double, 2, 5> wide{{1, 2, 3, 4, 5}, {6, 7, 8, 9, 10}};
static_assert(all(matmul(fixed<double, 2, 2>{{1, 2}, {3, 4}}, wide) + wide ==
                  fixed<double, 2, 5>{{14, 18, 22, 26, 30}, {33, 41, 49, 57, 65}}));
static_assert(any(a > 2) && !all(a > 2));
static_assert(all(evaluate(a / sum(a)) * 6 == a));

constexpr auto in_place() {
  fixed<int, 3, 3> x{1, 2, 3, 4, 5, 6, 7, 8, 9};
  x = transpose(x);
  x = matmul(x, x);
  x(0, all) = x(all, 0);
  return x;
}
static_assert(all(in_place() == fixed<int, 3, 3>{{30, 36, 42}, {36, 81, 126}, {42, 96, 150}}));

// Larger than what is written out.
constexpr auto table = [] {
  fixed<int, 40, 40> t;
  for (int i = 0; int& x : t) x = i++;
  return evaluate(transpose(t) + t);
}();
static_assert(table(3, 5) == 3 * 40 + 5 + 5 * 40 + 3);

static_assert(tutti::plan::unrollable<decltype(matmul(m, a) + 1)>);
static_assert(!tutti::plan::unrollable<decltype(m + std::declval<const tensor<double, 2>&>())>);
static_assert(!tutti::plan::unrolls<tutti::node_t<decltype(table)>, tutti::static_shape<40, 40>>);
static_assert(std::same_as<decltype(evaluate(matmul(m, a))), fixed<double, 2>>);

// ---- at run time, against the ordinary planner ----

template <class F>
F counted(int start) {
  F f;
  for (auto& x : f) x = static_cast<typename F::value_type>(static_cast<float>(start++ % 11 - 3));
  return f;
}

// A tensor of the same elements.
template <class T, tutti::index... Extents>
auto as_tensor(const fixed<T, Extents...>& f) {
  tensor<T, sizeof...(Extents)> t(f.shape());
  std::copy(f.begin(), f.end(), t.data());
  return t;
}

// What fixed tensors should be, computed by plain loops.
template <class T, tutti::index M, tutti::index N, class F>
std::vector<T> table_of(F f) {
  std::vector<T> all_elements;
  for (tutti::index i = 0; i < M; ++i)
    for (tutti::index j = 0; j < N; ++j) all_elements.push_back(static_cast<T>(f(i, j)));
  return all_elements;
}
// Their product, computed so.
template <class TX, class TY, tutti::index M, tutti::index K, tutti::index N>
auto product_of(const fixed<TX, M, K>& x, const fixed<TY, K, N>& y) {
  fixed<decltype(x(0, 0) * y(0, 0)), M, N> product;
  for (tutti::index i = 0; i < M; ++i)
    for (tutti::index j = 0; j < N; ++j)
      for (tutti::index k = 0; k < K; ++k) product(i, j) += x(i, k) * y(k, j);
  return product;
}
template <class F>
auto elements(const F& f) { return std::vector<typename F::value_type>(f.begin(), f.end()); }

template <class T, tutti::index M, tutti::index K, tutti::index N>
void check_products() {
  INFO(M << " x " << K << " times " << K << " x " << N << " of " << sizeof(T) << " bytes");
  const auto x = counted<fixed<T, M, K>>(1);
  const auto y = counted<fixed<T, K, N>>(5);
  const auto v = counted<fixed<T, K>>(2);
  const auto product = [&](tutti::index i, tutti::index j) {
    T sum = static_cast<T>(x(i, 0) * y(0, j)); // not 0 + x y, which has no -0
    for (tutti::index k = 1; k < K; ++k) sum = static_cast<T>(sum + x(i, k) * y(k, j));
    return sum;
  };
  const fixed<T, M, N> plain = matmul(x, y);
  CHECK(test::differences(elements(plain), table_of<T, M, N>(product), 0) == "");
  const fixed<T, N, M> turned = matmul(transpose(y), transpose(x));
  CHECK(test::differences(elements(turned), table_of<T, N, M>([&](auto i, auto j) { return product(j, i); }), 0) == "");
  const fixed<T, M, N> layer = maximum(matmul(x + x, y) + plain(0, all), 0);
  CHECK(test::differences(elements(layer), table_of<T, M, N>([&](auto i, auto j) {
                            return std::max<T>(static_cast<T>(2 * product(i, j) + product(0, j)), 0);
                          }),
                          0) == "");
  const fixed<T, M> by_vector = matmul(x, v);
  CHECK(test::differences(elements(by_vector), table_of<T, M, 1>([&](auto i, auto) {
                            T sum = static_cast<T>(x(i, 0) * v(0));
                            for (tutti::index k = 1; k < K; ++k) sum = static_cast<T>(sum + x(i, k) * v(k));
                            return sum;
                          }),
                          0) == "");
  const fixed<T, N> vector_by = matmul(v, y);
  CHECK(test::differences(elements(vector_by), table_of<T, 1, N>([&](auto, auto j) {
                            T sum = static_cast<T>(v(0) * y(0, j));
                            for (tutti::index k = 1; k < K; ++k) sum = static_cast<T>(sum + v(k) * y(k, j));
                            return sum;
                          }),
                          0) == "");
  const T dot = matmul(v, v);
  T wanted{};
  for (const T& e : v) wanted = static_cast<T>(wanted + e * e);
  CHECK(dot == wanted);
}

template <class T, tutti::index M, tutti::index N>
void check_elements() {
  INFO(M << " x " << N << " of " << sizeof(T) << " bytes");
  const auto x = counted<fixed<T, M, N>>(1), y = counted<fixed<T, M, N>>(7);
  const auto v = counted<fixed<T, N>>(2);
  const auto column = counted<fixed<T, M, 1>>(3);
  const fixed<T, M, N> all_kinds = (x + y * v - column) * 2;
  CHECK(test::differences(
            elements(all_kinds),
            table_of<T, M, N>([&](auto i, auto j) { return (x(i, j) + y(i, j) * v(j) - column(i, 0)) * 2; }), 0) == "");
  const fixed<T, N, M> turned = transpose(x + v) * 3;
  CHECK(test::differences(elements(turned), table_of<T, N, M>([&](auto i, auto j) { return (x(j, i) + v(i)) * 3; }),
                          0) == "");
  const fixed<bool, M, N> less = x < y;
  CHECK(test::differences(elements(less), table_of<bool, M, N>([&](auto i, auto j) { return x(i, j) < y(i, j); }), 0) ==
        "");
  const double total = std::accumulate(x.begin(), x.end(), 0.0);
  CHECK(static_cast<double>(sum(x)) == total);
  CHECK(static_cast<double>(mean(x)) == Approx(total / (M * N)));
  CHECK(static_cast<T>(max(x)) == *std::max_element(x.begin(), x.end()));
  CHECK(static_cast<T>(min(transpose(x))) == *std::min_element(x.begin(), x.end()));
  CHECK(static_cast<bool>(any(x > 6)) == (*std::max_element(x.begin(), x.end()) > 6));
}

} // namespace

TEST_CASE("unroll: products are those of tensors") {
  check_products<float, 2, 2, 2>();
  check_products<float, 3, 3, 3>();
  check_products<double, 3, 3, 3>();
  check_products<float, 4, 4, 4>();
  check_products<double, 4, 4, 4>();
  check_products<double, 2, 3, 4>();
  check_products<float, 4, 2, 3>();
  check_products<double, 5, 1, 3>();
  check_products<float, 8, 8, 8>();
  check_products<double, 8, 8, 8>();
  check_products<std::int32_t, 4, 4, 4>();
  check_products<std::int64_t, 3, 4, 5>();
  check_products<std::int16_t, 3, 3, 3>();
  check_products<float, 9, 9, 9>();
}

TEST_CASE("unroll: rows of any length") {
  check_products<float, 5, 5, 5>();
  check_products<double, 5, 5, 5>();
  check_products<float, 6, 6, 6>();
  check_products<float, 7, 7, 7>();
  check_products<double, 7, 7, 7>();
  check_products<float, 1, 6, 7>();
  check_products<float, 4, 3, 12>();
  check_products<float, 3, 2, 20>();
  check_products<std::int32_t, 6, 5, 6>();
  check_products<std::int8_t, 4, 4, 9>();
}

TEST_CASE("unroll: rows of any length in formulas") {
  const auto x = counted<fixed<double, 5, 5>>(1), y = counted<fixed<double, 5, 5>>(4);
  const auto xy = product_of(x, y), xyx = product_of(xy, x);
  const auto check = [](const auto& result, const auto& wanted) {
    CHECK(test::differences(elements(result), table_of<double, 5, 5>(wanted), 0) == "");
  };
  auto z = x;
  z = matmul(z, y) - z;
  check(z, [&](auto i, auto j) { return xy(i, j) - x(i, j); });
  const fixed<double, 5, 5> chain = matmul(matmul(x, y), x);
  check(chain, [&](auto i, auto j) { return xyx(i, j); });
  const fixed<double, 5> by_vector = matmul(matmul(x, y), x(1, all)) + x(0, all);
  const auto turned = product_of(xy, evaluate(transpose(x)));
  for (tutti::index i = 0; i < 5; ++i) CHECK(by_vector(i) == turned(i, 1) + x(0, i));
  CHECK(sum(matmul(x, y)).item() == std::accumulate(xy.begin(), xy.end(), 0.0));
  const fixed<bool, 5, 5> positive = matmul(x, y) > 0;
  const fixed<float, 5, 5> narrow = matmul(x, y) * 2;
  for (tutti::index i = 0; i < 5; ++i) {
    for (tutti::index j = 0; j < 5; ++j) {
      CHECK(positive(i, j) == (xy(i, j) > 0));
      CHECK(narrow(i, j) == static_cast<float>(xy(i, j) * 2));
    }
  }
  const auto one = counted<fixed<float, 1, 5>>(2);
  const auto row = product_of(one, y);
  const fixed<double, 5, 5> mixed = matmul(one, y) + matmul(x, y) + one(0, all);
  check(mixed, [&](auto i, auto j) { return row(0, j) + xy(i, j) + static_cast<double>(one(0, j)); });
  fixed<double, 5, 2, 5> parts;
  parts(all, 1, all) = matmul(x, y) + x;
  check(evaluate(parts(all, 1, all)), [&](auto i, auto j) { return xy(i, j) + x(i, j); });
  CHECK(sum(parts(all, 0, all)).item() == 0);
  const fixed<double, 5, 5> flipped = matmul(x, y(tutti::range(tutti::none, tutti::none, -1))) + x;
  const auto upside_down = product_of(x, fixed<double, 5, 5>(flip(y, 0)));
  check(flipped, [&](auto i, auto j) { return upside_down(i, j) + x(i, j); });
  const fixed<double, 5, 5> by_turned = matmul(x, transpose(y)) + transpose(x);
  const auto by_columns = product_of(x, evaluate(transpose(y)));
  check(by_turned, [&](auto i, auto j) { return by_columns(i, j) + x(j, i); });
}

TEST_CASE("unroll: what lies beside a row is not in its results") {
  auto x = counted<fixed<float, 5, 5>>(1), y = counted<fixed<float, 5, 5>>(2);
  x(3, 0) = std::numeric_limits<float>::infinity();
  y(4, 4) = std::numeric_limits<float>::quiet_NaN();
  const auto xy = product_of(x, y);
  const fixed<float, 5, 5> product = matmul(x, y), formula = matmul(x, y) + x;
  CHECK(test::differences(elements(product), elements(xy), 0) == "");
  CHECK(test::differences(elements(formula), table_of<float, 5, 5>([&](auto i, auto j) { return xy(i, j) + x(i, j); }),
                          0) == "");
  struct {
    float before = 1;
    fixed<float, 7, 7> result;
    float after = 2;
  } guarded;
  const auto z = counted<fixed<float, 7, 7>>(2);
  guarded.result = matmul(z, z);
  guarded.result = matmul(z, z) + z;
  CHECK(guarded.before == 1);
  CHECK(guarded.after == 2);
}

TEST_CASE("unroll: matrices meet vectors tile by tile") {
  check_products<float, 4, 16, 2>();
  check_products<float, 16, 12, 1>();
  check_products<double, 8, 4, 2>();
  check_products<double, 6, 8, 1>();
  check_products<std::int8_t, 16, 16, 1>();
  check_products<std::int16_t, 8, 24, 1>();
  const auto half = counted<fixed<tutti::float16, 8, 8>>(1);
  const auto x = counted<fixed<double, 8>>(3);
  const fixed<double, 8> mixed = matmul(half, x);
  CHECK(test::differences(elements(mixed), test::values(matmul(as_tensor(half), as_tensor(x))), 0) == "");
  const fixed<double, 8> reversed = matmul(half, flip(x, 0));
  CHECK(test::differences(elements(reversed), test::values(matmul(as_tensor(half), flip(as_tensor(x), 0))), 0) == "");
  auto y = counted<fixed<float, 8>>(2);
  const auto matrix = counted<fixed<float, 8, 8>>(5);
  const auto wanted = test::values(matmul(as_tensor(matrix), as_tensor(y)));
  y = matmul(matrix, y);
  CHECK(test::differences(elements(y), wanted, 0) == "");
}

TEST_CASE("unroll: elements are those of tensors") {
  check_elements<float, 3, 3>();
  check_elements<double, 3, 3>();
  check_elements<float, 4, 4>();
  check_elements<double, 4, 4>();
  check_elements<float, 2, 6>();
  check_elements<double, 1, 5>();
  check_elements<std::int32_t, 4, 8>();
  check_elements<std::int8_t, 4, 4>();
  check_elements<std::int8_t, 3, 3>();
  check_elements<std::int64_t, 3, 5>();
  check_elements<float, 9, 9>();
  check_elements<float, 8, 16>();
  check_elements<float, 30, 30>();
}

TEST_CASE("unroll: batches of matrices broadcast") {
  const auto x = counted<fixed<float, 2, 1, 2, 3>>(1);
  const auto y = counted<fixed<float, 3, 3, 4>>(2);
  const fixed<float, 2, 3, 2, 4> product = matmul(x, y);
  CHECK(test::differences(elements(product), test::values(matmul(as_tensor(x), as_tensor(y))), 0) == "");
  const auto z = counted<fixed<float, 3, 3, 5>>(2);
  const fixed<float, 2, 3, 2, 5> rows = matmul(x, z) + 1;
  CHECK(test::differences(elements(rows), test::values(matmul(as_tensor(x), as_tensor(z)) + 1), 0) == "");
}

TEST_CASE("unroll: other element types") {
  const fixed<std::complex<float>, 2, 2> z{std::complex<float>(1, 2), 3, 0, std::complex<float>(0, 1)};
  const fixed<std::complex<float>, 2, 2> square = matmul(z, z);
  CHECK(square(0, 0) == std::complex<float>(-3, 4));
  CHECK(square(0, 1) == std::complex<float>(3, 9));
  CHECK(square(1, 1) == std::complex<float>(-1, 0));
  const fixed<tutti::float16, 8> h{1, 2, 3, 4, 5, 6, 7, 8};
  const fixed<float, 8> twice = h + h;
  CHECK(twice(7) == 16);
  const fixed<bool, 2, 2> p{true, false, true, true};
  const fixed<bool, 2, 2> q = matmul(p, p);
  CHECK(q(1, 0) == true);
  CHECK(q(0, 1) == false);
  const fixed<double, 4> wide = fixed<float, 4>{1, 2, 3, 4} * fixed<double, 4>{0.5, 0.5, 0.5, 0.5};
  CHECK(wide(3) == 2);
  const fixed<int, 3> half = fixed<int, 3>{2, 4, 6} / 2; // true division, then conversion
  CHECK(half(2) == 3);
}

TEST_CASE("unroll: reading what is written") {
  auto x = counted<fixed<float, 4, 4>>(1);
  const auto before = as_tensor(x);
  x = transpose(x);
  CHECK(test::differences(test::values(x), test::values(transpose(before)), 0) == "");
  x = matmul(x, x);
  CHECK(test::differences(test::values(x), test::values(matmul(transpose(before), transpose(before))), 0) == "");
  auto y = counted<fixed<double, 3, 3>>(1);
  const auto ty = as_tensor(y);
  y = matmul(y, y);
  CHECK(test::differences(test::values(y), test::values(matmul(ty, ty)), 0) == "");
  y = ty;
  y(all, 0) = y(0, all) + y(all, 0);
  CHECK(y(1, 0) == ty(1, 0) + ty(0, 1));
  CHECK(y(2, 0) == ty(2, 0) + ty(0, 2));
}

TEST_CASE("unroll: functions, and formulas that read their reductions many times") {
  const fixed<float, 4> x{1, 2, 3, 4};
  const fixed<float, 4> soft = exp(x - max(x)) / sum(exp(x - max(x)));
  CHECK(sum(soft).item() == Approx(1));
  CHECK(soft(3) == Approx(0.643914));
  const float norm = sqrt(sum(square(x)));
  CHECK(norm == Approx(5.477226));
  const fixed<float, 3> unit = fixed<float, 3>{0, 3, 4} / sqrt(sum(square(fixed<float, 3>{0, 3, 4})));
  CHECK(unit(2) == Approx(0.8));
}

TEST_CASE("unroll: fixed tensors beside others") {
  const fixed<float, 3> v{1, 2, 3};
  const fixed<float, 3, 3> r{{0, 1, 0}, {1, 0, 0}, {0, 0, 2}};
  tensor<float, 2> points({2, 3}, {1, 2, 3, 4, 5, 6});
  const tensor moved = points + v;
  CHECK(test::differences(test::values(moved), {2.f, 4.f, 6.f, 5.f, 7.f, 9.f}, 0) == "");
  const tensor turned = matmul(points, transpose(r)) + fixed<float, 3>{1, 1, 1};
  CHECK(test::differences(test::values(turned), {3.f, 2.f, 7.f, 6.f, 5.f, 13.f}, 0) == "");
  const tensor alone = r * 2;
  static_assert(std::same_as<decltype(alone), const tensor<float, 2>>);
  CHECK(alone(2, 2) == 4);
  const fixed<float, 3> total = sum(points, 0) * v;
  CHECK(test::differences(test::values(total), {5.f, 14.f, 27.f}, 0) == "");
  fixed<float, 2, 3> f = points;
  f = f(tutti::range(tutti::none, tutti::none, -1)) + points; // reads what it writes
  CHECK(test::differences(test::values(f), {5.f, 7.f, 9.f, 5.f, 7.f, 9.f}, 0) == "");
  points(0, all) = v;
  CHECK(points(0, 2) == 3);
  CHECK(test::differences(test::values(sum(r, 0)), {1.f, 1.f, 2.f}, 0) == "");
}
