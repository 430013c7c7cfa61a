// SPDX-License-Identifier: MIT
// Products with a few columns or rows, against sums in double precision, and small ones that take the short way.
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

namespace {

template <class T>
tensor<T, 2> numbers(index rows, index columns, unsigned seed) {
  std::mt19937 random(seed);
  tensor<T, 2> v({rows, columns});
  for (T& x : v) x = static_cast<T>(std::generate_canonical<float, 24>(random) - 0.5f);
  return v;
}

// Whether c is the product of a and b: its elements differ from those summed in double precision by no more than rounding.
template <class C, class A, class B>
bool is_product(const C& c, const A& a, const B& b, double near) {
  for (index i = 0; i < c.shape()[0]; ++i)
    for (index j = 0; j < c.shape()[1]; ++j) {
      double sum = 0;
      for (index l = 0; l < a.shape()[1]; ++l) sum += static_cast<double>(a(i, l)) * static_cast<double>(b(l, j));
      if (!(std::abs(static_cast<double>(c(i, j)) - sum) <= near)) return false;
    }
  return true;
}

template <class T>
void check_layouts() {
  const double near = sizeof(T) == 4 ? 2e-5 : 1e-13;
  for (const index k : {15, 64, 67, 130, 400})
    for (const index few : {2, 3, 5, 6, 7, 10, 12, 15, 17, 20, 23})
      for (const index many : {3, 31, 32, 67}) {
        const tensor<T, 2> rows = numbers<T>(many, k, 1), wide = numbers<T>(many, 2 * k, 2),
                           columns = numbers<T>(k, few, 3), turned = numbers<T>(few, k, 4),
                           apart = numbers<T>(k, 2 * few, 5);
        const auto check = [&](const auto& a, const auto& b) {
          const index m = a.shape()[0], n = b.shape()[1];
          tensor<T, 2> around = full<T>({m + 2, n + 3}, T(7)), one({m, n}), tall({n, m});
          one = matmul(a, b);
          around(range(1, m + 1), range(2, n + 2)) = matmul(a, b);
          transpose(tall) = matmul(a, b);
          CAPTURE(m, n, k);
          CHECK(is_product(one, a, b, near));
          CHECK(array_equal(one, around(range(1, m + 1), range(2, n + 2))));
          CHECK(is_product(transpose(tall), a, b, near));
          around(range(1, m + 1), range(2, n + 2)) = T(7);
          CHECK(array_equal(around, full<T>({m + 2, n + 3}, T(7))));
        };
        check(rows, columns);
        check(rows, transpose(turned));
        check(wide(all, range(none, none, 2)), columns);
        check(wide(range(none, none, -1), range(1, k + 1)), apart(all, range(none, none, -2)));
        check(turned, transpose(rows));
        check(transpose(columns), transpose(wide(all, range(0, k))));
        check(turned(all, range(none, none, -1)), transpose(rows));
      }
}

} // namespace

TEST_CASE("products of floats with a few columns or rows, in any layout") { check_layouts<float>(); }
TEST_CASE("products of doubles with a few columns or rows, in any layout") { check_layouts<double>(); }

TEST_CASE("a few columns: rows of a product depend on neither their position nor the threads") {
  for (const index n : {2, 5, 10, 17}) {
    const tensor<float, 2> x = numbers<float>(301, 500, 1), w = numbers<float>(500, n, 2),
                           weights = numbers<float>(n, 500, 3);
    const tensor<float, 2> y = matmul(x, w), z = matmul(weights, transpose(x));
    CHECK(array_equal(tensor<float, 2>(matmul(x(range(none, none, -1), all), w)), y(range(none, none, -1), all)));
    CHECK(array_equal(tensor<float, 2>(matmul(x(range(7, none), all), w)), y(range(7, none), all)));
    CHECK(array_equal(tensor<float, 2>(matmul(weights, transpose(x(range(5, none), all)))), z(all, range(5, none))));
    tensor<float, 2> large({3000, 500});
    for (index i = 0; i < 3000; ++i) large(i, all) = x(i % 301, all);
    const index threads = num_threads();
    set_num_threads(1);
    const tensor<float, 2> alone = matmul(large, w), turned = matmul(weights, transpose(large));
    for (const int several : {2, 3, 7}) {
      set_num_threads(several);
      CHECK(array_equal(tensor<float, 2>(matmul(large, w)), alone));
      CHECK(array_equal(tensor<float, 2>(matmul(weights, transpose(large))), turned));
    }
    set_num_threads(static_cast<int>(threads));
    CHECK(array_equal(alone(range(0, 301), all), y));
  }
}

TEST_CASE("a few columns or rows of formulas, of other types, and with work around the product") {
  for (const index few : {2, 9, 16}) {
    const tensor<float, 2> x = numbers<float>(100, 300, 1), w = numbers<float>(few, 300, 2);
    const tensor<float, 2> b = numbers<float>(1, few, 3), product = matmul(x, transpose(w));
    CHECK(allclose(tensor<float, 2>(matmul(x * 2 + 1, transpose(w))), 2 * product + sum(w, -1), 1e-5, 1e-4));
    CHECK(allclose(tensor<float, 2>(matmul(w * 2 + 1, transpose(x))), 2 * transpose(product) + sum(x, -1), 1e-5, 1e-4));
    CHECK(array_equal(tensor<float, 2>(maximum(matmul(x, transpose(w)) + b, 0)), maximum(product + b, 0)));
    CHECK(array_equal(tensor<float, 2>(matmul(w, transpose(x)) * 0.5f), matmul(w, transpose(x)) * 0.5f));
    const tensor<bfloat16, 2> narrow = cast<bfloat16>(x), few_narrow = cast<bfloat16>(w);
    const tensor<float, 2> wide = cast<float>(narrow), few_wide = cast<float>(few_narrow);
    CHECK(array_equal(tensor<float, 2>(matmul(narrow, transpose(few_narrow))), matmul(wide, transpose(few_wide))));
    CHECK(array_equal(tensor<float, 2>(matmul(few_narrow, transpose(narrow))), matmul(few_wide, transpose(wide))));
    CHECK(array_equal(tensor<float, 2>(matmul(few_wide, transpose(narrow))), matmul(few_wide, transpose(wide))));
    tensor<float, 3> both({2, 100, 300}), batch;
    both(0, all, all) = x;
    both(1, all, all) = 2 * x;
    batch = matmul(both, transpose(w));
    CHECK(array_equal(batch(0, all, all), product));
    CHECK(array_equal(batch(1, all, all), 2 * product));
  }
  tensor<float, 2> y = numbers<float>(40, 200, 5);
  const tensor<float, 2> w = numbers<float>(200, 200, 6), before = matmul(y(range(0, 10), all), transpose(w));
  y(range(0, 10), all) = matmul(y(range(0, 10), all), transpose(w)); // reads what it writes
  CHECK(array_equal(y(range(0, 10), all), before));
}

TEST_CASE("small products of leaves, and of vectors, in any layout") {
  for (index m = 1; m <= 9; ++m)
    for (index n = 1; n <= 9; ++n)
      for (index k = 0; k <= 9; ++k) {
        const tensor<float, 2> a = numbers<float>(m, 2 * k, 1), b = numbers<float>(k, 2 * n, 2);
        const tensor<double, 2> c = numbers<double>(k, m, 3), d = numbers<double>(n, k, 4);
        const auto odd = range(none, none, 2);
        CAPTURE(m, n, k);
        CHECK(is_product(tensor<float, 2>(matmul(a(all, odd), b(all, range(0, n)))), a(all, odd), b(all, range(0, n)),
                         1e-5));
        CHECK(is_product(tensor<float, 2>(matmul(a(all, range(0, k)), b(all, odd))), a(all, range(0, k)), b(all, odd),
                         1e-5));
        CHECK(is_product(tensor<double, 2>(matmul(transpose(c), transpose(d))), transpose(c), transpose(d), 1e-13));
      }
  for (const index m : {1, 2, 7, 16, 33, 64, 100, 129, 200})
    for (const index k : {1, 2, 9, 15, 16, 40, 64, 131}) {
      const tensor<float, 2> a = numbers<float>(m, k, 1), turned = numbers<float>(k, m, 2),
                             x = numbers<float>(1, 2 * k, 3);
      const auto vector = x(0, range(0, k)), apart = x(0, range(none, none, 2));
      tensor<float, 1> y({m}), wide({2 * m});
      const auto check = [&](const auto& matrix, const auto& v) {
        const auto column = reshape(tensor<float, 1>(v), k, 1);
        y = matmul(matrix, v);
        wide(range(none, none, 2)) = matmul(matrix, v);
        CAPTURE(m, k);
        CHECK(is_product(reshape(y, m, 1), matrix, tensor<float, 2>(column), 2e-5));
        CHECK(array_equal(wide(range(none, none, 2)), y));
        CHECK(array_equal(tensor<float, 1>(matmul(v, transpose(matrix))), y));
      };
      check(a, vector);
      check(a, apart);
      check(transpose(turned), vector);
      check(transpose(turned), apart);
      check(a(range(none, none, -1), all), vector);
    }
}

} // namespace tutti
