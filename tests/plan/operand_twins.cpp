// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/operand.hpp: formulas that are multiplied with themselves, which are computed once.
// labels: parallel

#include <support/catch.hpp>
#include <support/products.hpp>

#include <tutti/tutti.hpp>

using test::matrix, test::vector, tutti::all, tutti::tensor;

TEST_CASE("a formula times itself is computed once") {
  for (const tutti::index k : {2, 9, 40, 150})
    for (const tutti::index n : {4, 70, 1000}) {
      INFO(n << " x " << k);
      const auto x = matrix(n, k);
      const auto offset = vector(k);
      const tensor<float, 2> moved = x - offset, centred = x - mean(x, 0);
      const tensor<float, 2> squares = matmul(transpose(moved), moved), rows = matmul(moved, transpose(moved)),
                             covariance = matmul(transpose(centred), centred) / static_cast<float>(n);
      for (const int threads : {1, 3}) {
        tutti::set_num_threads(threads);
        CHECK(array_equal(tensor<float, 2>(matmul(transpose(x - offset), x - offset)), squares));
        CHECK(array_equal(tensor<float, 2>(matmul(x - offset, transpose(x - offset))), rows));
        const tensor<float, 2> c = matmul(transpose(x - mean(x, 0)), x - mean(x, 0)) / static_cast<float>(n);
        CHECK(allclose(c, covariance, 1e-5, 1e-5));
      }
      tutti::set_num_threads(0);
    }
  const auto x = matrix(500, 7);
  tensor<float, 2> c({7, 7});
  const auto plan = explain(c, matmul(transpose(x - mean(x, 0)), x - mean(x, 0)) / 499.f);
  CHECK(plan.stages.size() == 3); // the means, what is left, and the product
  CHECK(plan.stages.back().formula.find("matmul(t1, transpose(t1))") != std::string::npos);
  CHECK(plan.stages.back().bytes_read == 500 * 7 * 4);
}

TEST_CASE("formulas that differ are both computed") {
  const auto x = matrix(70, 5), y = matrix(70, 5);
  const auto offset = vector(5), other = vector(5);
  const auto check = [](const auto& a, const auto& b) {
    const tensor<float, 2> left = a, right = b;
    CHECK(array_equal(tensor<float, 2>(matmul(transpose(a), b)), tensor<float, 2>(matmul(transpose(left), right))));
  };
  check(x - offset, x - other);
  check(x - offset, y - offset);
  check(x - mean(x, 0), x - mean(y, 0));
  check(x - mean(x, 0), y - mean(x, 0));
  const auto squares = matrix(20, 20); // of the same shape, but not transposed
  check(transpose(squares * 2.f), squares * 2.f);
}

TEST_CASE("batches of formulas times themselves") {
  const tensor<float, 3> x = test::random_tensor<float>(tutti::index_list<3>{6, 40, 5});
  const auto offset = vector(5);
  const tensor<float, 3> moved = x - offset, centred = x - sum(x, 1, tutti::keepdims);
  CHECK(array_equal(tensor<float, 3>(matmul(swapaxes(x - offset, 1, 2), x - offset)),
                    tensor<float, 3>(matmul(swapaxes(moved, 1, 2), moved))));
  CHECK(array_equal(tensor<float, 3>(matmul(x - offset, swapaxes(x - offset, 1, 2))),
                    tensor<float, 3>(matmul(moved, swapaxes(moved, 1, 2)))));
  CHECK(array_equal(
      tensor<float, 3>(matmul(swapaxes(x - sum(x, 1, tutti::keepdims), 1, 2), x - sum(x, 1, tutti::keepdims))),
      tensor<float, 3>(matmul(swapaxes(centred, 1, 2), centred))));
}
