// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/operand.hpp: operands of matrix products that are formulas.
// labels: parallel

#include <support/catch.hpp>
#include <support/products.hpp>

#include <limits>
#include <random>

#include <tutti/tutti.hpp>

namespace {

using test::is_one_stage, test::matrix, test::sizes, test::vector, tutti::range, tutti::tensor;

} // namespace

TEST_CASE("operands that are formulas") {
  for (const auto& [m, n, k] : sizes) {
    INFO(m << " x " << n << " x " << k);
    const auto a = matrix(m, k), b = matrix(k, n);
    const auto row = vector(k);
    const tensor<std::int8_t, 2> bytes = cast<std::int8_t>(a);
    const auto check = [&](const auto& left, const auto& right) {
      const tensor<float, 2> l = left, r = right;
      const tensor<float, 2> expected = matmul(l, r);
      tensor<float, 2> y({m, n});
      y = matmul(left, right);
      CHECK(array_equal(y, expected));
    };
    check(a * 2 + row, b);
    check(a, expand_dims(row, 1) - b);
    check(cast<float>(bytes) + 1, 3 * b);
    check(where(a > 0, a, 0.f), -b);
    const tensor<float, 2> at = transpose(a), bt = transpose(b);
    check(transpose(at) + a, transpose(bt) - b);
    check(flip(a, 1) * 2, tutti::arange<float>(static_cast<float>(n)) - b);
  }
  tensor<float, 2> y({7, 9});
  CHECK(is_one_stage(explain(y, matmul(matrix(7, 3) + 1, matrix(3, 9) * vector(9)))));
}

TEST_CASE("an expensive operand that would be computed often is a stage") {
  const auto a = matrix(64, 300), b = matrix(300, 4000), narrow = matrix(300, 8);
  tensor<float, 2> y({64, 4000}), z({64, 8});
  CHECK(explain(y, matmul(exp(a), b)).stages.size() == 2);
  CHECK(explain(z, matmul(exp(a), narrow)).stages.size() == 1);
  const tensor<float, 2> e = exp(a);
  y = matmul(exp(a), b);
  CHECK(array_equal(y, tensor<float, 2>(matmul(e, b))));
  z = matmul(exp(a), narrow);
  CHECK(array_equal(z, tensor<float, 2>(matmul(e, narrow))));
}

TEST_CASE("bytes that are widened to be multiplied") {
  for (const auto& [m, n, k] : sizes) {
    INFO(m << " x " << n << " x " << k);
    const auto check = [&]<class A, class B>(A, B) {
      const auto bytes = [&]<class T>(T, tutti::index rows, tutti::index columns) {
        std::uniform_int_distribution<int> number(std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
        tensor<T, 2> x({rows, columns});
        for (T& v : x) v = static_cast<T>(number(test::generator));
        return x;
      };
      const tensor<A, 2> a = bytes(A(), m, 2 * k), at = transpose(a);
      const tensor<B, 2> b = bytes(B(), k, n), bt = transpose(b);
      const auto every_second = range(0, 2 * k, 2);
      const auto all = tutti::all;
      const tensor<std::int32_t, 2> left = a(all, every_second), right = b;
      const tensor<std::int32_t, 2> expected = matmul(left, right);
      tensor<std::int32_t, 2> y({m, n});
      y = matmul(cast<std::int32_t>(a(all, every_second)), cast<std::int32_t>(b));
      CHECK(array_equal(y, expected));
      y = matmul(cast<std::int32_t>(transpose(at(every_second, all))), cast<std::int32_t>(transpose(bt)));
      CHECK(array_equal(y, expected));
      const tensor<A, 2> packed = a(all, every_second);
      const tensor<float, 2> scaled = 0.5f * cast<float>(matmul(cast<std::int32_t>(packed), cast<std::int32_t>(b))) + 1;
      CHECK(array_equal(scaled, 0.5f * cast<float>(expected) + 1));
    };
    check(std::int8_t(), std::int8_t());
    check(std::uint8_t(), std::int8_t());
    check(std::int8_t(), std::uint8_t());
    check(std::uint8_t(), std::uint8_t());
  }
  const tensor<std::int8_t, 2> a = tutti::full({7, 3}, std::int8_t(-128));
  tensor<std::int32_t, 2> y({7, 7});
  CHECK(is_one_stage(explain(y, matmul(cast<std::int32_t>(a), cast<std::int32_t>(transpose(a))))));
}
