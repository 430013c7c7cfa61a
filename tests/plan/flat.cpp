// SPDX-License-Identifier: MIT
#include <support/catch.hpp>
#include <tutti/nn.hpp>
#include <tutti/plan/explain.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

namespace {

tensor<float, 2> numbered(index rows, index columns) {
  tensor<float, 2> x({rows, columns});
  for (index i = 0; i < rows; ++i)
    for (index j = 0; j < columns; ++j) x(i, j) = static_cast<float>(i * 7 % 5 + j * 3 % 11 + 1);
  return x;
}

template <class Right>
std::string loops_of(tensor<float, 2>& to, const Right& right) {
  const auto plan = explain(to, right);
  REQUIRE(plan.stages.size() == 1);
  return plan.stages[0].kind + " " + plan.stages[0].loops;
}

} // namespace

TEST_CASE("small statements: operands that are the same for each row") {
  for (const index rows : {1, 2, 3, 32, 33, 40})
    for (const index columns : {1, 3, 4, 15, 16, 17, 63, 64, 65, 100}) {
      INFO(rows << " x " << columns);
      const auto a = numbered(rows, columns), row = numbered(1, columns);
      const tensor<float, 1> u = row(0, all) * 2;
      tensor<float, 2> y = zeros<float>({rows, columns});
      y = a * u + row - 1;
      bool right = true;
      for (index i = 0; i < rows; ++i)
        for (index j = 0; j < columns; ++j) right = right && y(i, j) == a(i, j) * u(j) + row(0, j) - 1;
      CHECK(right);
    }
}

TEST_CASE("small statements: what a plan says of their rows") {
  tensor<float, 2> y = zeros<float>({3, 4}), many = zeros<float>({40, 4}), large = zeros<float>({40, 128});
  const tensor<float, 1> u = arange(4.f), column = arange(3.f), w = arange(128.f);
  CHECK(loops_of(y, y + 1) == "flat loop [12]");
  CHECK(loops_of(y, y + u) == "flat loop 3 x [4]");
  CHECK(loops_of(y, y + named(u, "u")) == "flat loop 3 x [4]");
  CHECK(loops_of(y, y + column(all, newaxis)).starts_with("loop nest"));
  CHECK(loops_of(many, many + u).starts_with("loop nest"));   // many short rows
  CHECK(loops_of(large, large + w).starts_with("loop nest")); // more than fit the short way
}

TEST_CASE("small statements: what a plan says of reductions to one value") {
  const tensor<float, 1> x({8}, 1.f), more({600}, 1.f);
  const auto says = [](const execution_plan& plan) { return plan.stages[0].kind + " " + plan.stages[0].loops; };
  CHECK(says(explain(sum(x))) == "flat reduction [8]");
  CHECK(says(explain(sqrt(sum(square(x))))) == "flat reduction [8]");
  CHECK(says(explain(softmax(x, 0))) == "flat reduction [8] folded before [8]");
  CHECK(says(explain(x / 3)) == "flat loop [8]");
  CHECK(says(explain(sum(more))) == "flat reduction [600]");
  CHECK(explain(softmax(x, 0)).stages[0].threads_why.starts_with("at most 512 elements"));
  CHECK(explain(norm(x)).stages[0].threads_why.starts_with("at most 4096 elements"));
  CHECK(explain(norm(more)).stages[0].threads_why.starts_with("at most 4096 elements"));
  CHECK(says(explain(softmax(more, 0))) == "row-fused reduction [600]"); // what it computes twice is kept
}

TEST_CASE("small statements: a row of the destination is read before it is written") {
  auto y = numbered(5, 20);
  const auto before = y;
  y = y + y(1, all);
  y(range(1, 3), all) += y(3, all);
  bool right = true;
  for (index i = 0; i < 5; ++i)
    for (index j = 0; j < 20; ++j) {
      const float last = before(3, j) + before(1, j);
      right = right && y(i, j) == before(i, j) + before(1, j) + (i == 1 || i == 2 ? last : 0);
    }
  CHECK(right);
}

TEST_CASE("small statements: rows of several lengths, single elements and ranks known at run time") {
  tensor<double, 3> x = reshape(arange(24.), 2, 3, 4), y = x;
  const tensor<double, 2> page = reshape(arange(12.), 3, 4);
  const tensor<double, 1> row = arange(4.);
  y = x + page + row;
  CHECK(y(1, 2, 3) == 23 + 11 + 3);
  CHECK(y(0, 1, 2) == 6 + 6 + 2);
  y = x + page;
  CHECK(y(1, 0, 1) == 13 + 1);
  const tensor<double, 0> one({}, 5.);
  y = x * one;
  CHECK(y(1, 2, 3) == 115);
  const tensor<double> dynamic = x, dynamic_row = row;
  const tensor<double> sum = dynamic - dynamic_row;
  CHECK(sum(1, 1, 3) == 19 - 3);
  const tensor<int, 1> whole = arange(4);
  y = x + whole;
  CHECK(y(1, 2, 2) == 22 + 2);
}

} // namespace tutti
