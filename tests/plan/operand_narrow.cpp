// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/operand.hpp: formulas of few columns, which are multiplied as the matrices that they make are.
// labels: parallel

#include <support/catch.hpp>
#include <support/products.hpp>

#include <tutti/tutti.hpp>

using test::matrix, test::vector, tutti::all, tutti::newaxis, tutti::range, tutti::tensor;

TEST_CASE("formulas of few columns") {
  const auto check = [](const auto& f, const auto& b, const auto& c) {
    const tensor<float, 2> made = f;
    const tensor<float, 1> column = b(all, 0), row = c(all, 0);
    const tensor<float, 2> product = matmul(made, b), sums = matmul(transpose(made), c);
    for (const int threads : {1, 3}) {
      tutti::set_num_threads(threads);
      CHECK(array_equal(tensor<float, 2>(matmul(f, b)), product));
      CHECK(array_equal(tensor<float, 2>(matmul(transpose(f), c) / 3.f), sums / 3.f));
      CHECK(array_equal(tensor<float, 1>(matmul(f, column)), tensor<float, 1>(matmul(made, column))));
      CHECK(array_equal(tensor<float, 1>(matmul(row, f)), tensor<float, 1>(matmul(row, made))));
    }
    tutti::set_num_threads(0);
  };
  for (const tutti::index k : {2, 3, 8, 20})
    for (const tutti::index m : {5, 63, 130, 3000}) {
      INFO(m << " x " << k);
      const auto x = matrix(m, k), wide = matrix(m, k + 2), turned = matrix(k, m), b = matrix(k, 4), c = matrix(m, 4);
      const auto offset = vector(k), weights = vector(m);
      check(tutti::maximum(x, 0.f), b, c);
      check(x - offset, b, c);
      check(x * weights(all, newaxis) + offset, b, c);
      check(wide(all, range(0, k)) - offset, b, c);
      check(transpose(turned) - offset, b, c);
    }
}

TEST_CASE("formulas of few columns are taken apart, too") {
  const auto x = matrix(1000, 3);
  const auto offset = vector(3);
  tensor<float, 2> squares({3, 3}), turned({1000, 3});
  tensor<float, 1> y({1000});
  const auto taken_apart = [](const tutti::execution_plan& plan) {
    return test::is_one_stage(plan) && plan.stages[0].blocking.size() == 1 &&
           plan.stages[0].blocking[0].find("taken apart") != std::string::npos;
  };
  CHECK(taken_apart(explain(squares, matmul(transpose(x - offset), x - offset))));
  CHECK(taken_apart(explain(squares, matmul(transpose(x), x) / 999.f)));
  CHECK(taken_apart(explain(turned, matmul(x - offset, squares))));
  CHECK(taken_apart(explain(y, matmul(x - offset, offset))));
}
