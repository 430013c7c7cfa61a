// SPDX-License-Identifier: MIT
// Products of many rows of a few numbers with a matrix of a few columns, against sums in double precision.
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

namespace {

template <class T>
std::vector<T> numbers(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<T> v(count);
  for (T& x : v) x = static_cast<T>(std::generate_canonical<float, 24>(random)) - T(0.5);
  return v;
}

// Products of rows that are `gap` longer than they need be, with matrices of any layout, into such rows.
template <class T>
void check_products() {
  const double near = sizeof(T) == 4 ? 1e-6 : 1e-15;
  for (index k = 1; k <= 9; ++k)
    for (index n = 1; n <= 9; ++n)
      for (const index m : {1, 3, 16, 17, 63, 64, 65, 203}) {
        const index gap = (k + n + m) % 3;
        const auto x = numbers<T>(static_cast<std::size_t>(m * (k + gap)), 1),
                   w = numbers<T>(static_cast<std::size_t>(k * n), 2);
        const kernel::matrix<const T> a{x.data(), k + gap, 1}, b{w.data(), n, 1}, turned{w.data(), 1, k},
            backwards{w.data() + k * n - 1, -n, -1};
        for (const auto& matrix : {b, turned, backwards})
          for (const int threads : {1, 3}) {
            std::vector<T> c(static_cast<std::size_t>(m * (n + gap)), T(7));
            kernel::multiply<T>(m, n, k, a, matrix, kernel::matrix<T>{c.data(), n + gap, 1}, threads);
            bool right = true;
            for (index i = 0; i < m; ++i) {
              for (index j = 0; j < n; ++j) {
                double sum = 0;
                for (index p = 0; p < k; ++p)
                  sum += static_cast<double>(a.data[i * a.row_stride + p]) *
                         static_cast<double>(matrix.data[p * matrix.row_stride + j * matrix.column_stride]);
                right = right &&
                        std::abs(static_cast<double>(c[static_cast<std::size_t>(i * (n + gap) + j)]) - sum) <= near;
              }
              for (index j = n; j < n + gap; ++j)
                right = right && c[static_cast<std::size_t>(i * (n + gap) + j)] == T(7);
            }
            CAPTURE(m, n, k, gap, threads);
            CHECK(right);
          }
      }
}

} // namespace

TEST_CASE("narrow products of floats") { check_products<float>(); }
TEST_CASE("narrow products of doubles") { check_products<double>(); }

TEST_CASE("columns of a few numbers times rows of a few numbers") {
  for (const index k : {1, 63, 64, 65, 511, 512, 513, 5000})
    for (index m = 1; m <= 9; ++m)
      for (index n = 1; n <= 9; n += m % 3 + 1) {
        const index gap = (k + n + m) % 2, wide = (m + n) % 2;
        const auto x = numbers<float>(static_cast<std::size_t>(k * (m + gap)), 6),
                   y = numbers<float>(static_cast<std::size_t>(k * (n + wide)), 7);
        const kernel::matrix<const float> a{x.data(), 1, m + gap}, b{y.data(), n + wide, 1}, self{x.data(), m + gap, 1};
        for (const int threads : {1, 3}) {
          std::vector<float> c(static_cast<std::size_t>(m * n)), squares(static_cast<std::size_t>(m * m));
          kernel::multiply<float>(m, n, k, a, b, kernel::matrix<float>{c.data(), 1, m}, threads);
          kernel::multiply<float>(m, m, k, a, self, kernel::matrix<float>{squares.data(), m, 1}, threads);
          bool right = true;
          const auto near = [&](float value, const auto& other, index columns, index i, index j) {
            double sum = 0;
            for (index l = 0; l < k; ++l)
              sum += static_cast<double>(a.data[l * a.column_stride + i]) *
                     static_cast<double>(other.data[l * columns + j]);
            right = right && std::abs(static_cast<double>(value) - sum) <= 1e-6 * static_cast<double>(k) + 1e-6;
          };
          for (index i = 0; i < m; ++i) {
            for (index j = 0; j < n; ++j) near(c[static_cast<std::size_t>(i + j * m)], b, n + wide, i, j);
            for (index j = 0; j < m; ++j) near(squares[static_cast<std::size_t>(i * m + j)], self, m + gap, i, j);
          }
          CAPTURE(m, n, k, threads);
          CHECK(right);
        }
      }
}

TEST_CASE("sums over many narrow rows are as accurate as any") {
  constexpr index rows = 1'000'000;
  tensor<float, 2> x({rows, 3});
  const auto v = numbers<float>(static_cast<std::size_t>(3 * rows), 8);
  std::copy(v.begin(), v.end(), x.begin());
  const tensor<float, 2> squares = matmul(transpose(x), x + 0), same = matmul(transpose(x), x);
  const tensor<double, 2> exact = matmul(transpose(cast<double>(x)), cast<double>(x));
  CHECK(double(max(abs(same - exact))) < 1e-2);
  CHECK(allclose(squares, same, 1e-5, 1e-2));
}

TEST_CASE("narrow formulas are what their single rows are, to the bit") {
  for (const index k : {2, 3, 4, 7, 8})
    for (const index n : {2, 3, 4, 8}) {
      tensor<float, 2> x({333, k}), r({k, n});
      const auto a = numbers<float>(static_cast<std::size_t>(x.size()), 3),
                 b = numbers<float>(static_cast<std::size_t>(r.size()), 4);
      std::copy(a.begin(), a.end(), x.begin());
      std::copy(b.begin(), b.end(), r.begin());
      const tensor<float, 2> y = matmul(x, r);
      bool same = true;
      for (index i = 0; i < 333; ++i) {
        const tensor<float, 2> few = matmul(x(range(i, std::min<index>(i + 5, 333)), all), r);
        for (index j = 0; j < n; ++j) same = same && few(0, j) == y(i, j);
      }
      CAPTURE(k, n);
      CHECK(same);
    }
}

TEST_CASE("narrow products in formulas") {
  tensor<float, 3> image({37, 41, 3}), more;
  const auto v = numbers<float>(static_cast<std::size_t>(image.size()), 5);
  std::copy(v.begin(), v.end(), image.begin());
  const auto weights = array({0.3f, 0.5f, 0.2f});
  const tensor<float, 2> mixed = sum(image * weights, -1);
  CHECK(allclose(tensor<float, 2>(matmul(image, weights)), mixed, 1e-5, 1e-6));
  CHECK(allclose(tensor<float, 2>(maximum(matmul(image, weights) * 2 - 1, 0)), maximum(mixed * 2 - 1, 0), 1e-5, 1e-6));
  const auto turn = array<float>({{0, 1, 0}, {0, 0, 1}, {1, 0, 0}});
  more = matmul(image, turn) + weights;
  CHECK(allclose(more(all, all, 1), image(all, all, 0) + 0.5f));
  more = image;
  more = matmul(more, turn);
  CHECK(array_equal(more(all, all, 0), image(all, all, 2)));
  const float infinity = std::numeric_limits<float>::infinity();
  image(3, 4, 1) = infinity; // stays in its own row
  const tensor<float, 2> far = matmul(image, weights);
  CHECK(far(3, 4) == infinity);
  CHECK(bool(sum(isfinite(far)) == 37 * 41 - 1));
}

} // namespace tutti
