// SPDX-License-Identifier: MIT
// A checked build: the definition stands here, so that one test program has it whatever the others are built with.
#undef TUTTI_CHECKED
#define TUTTI_CHECKED 1
#include <memory>
#include <optional>

#include <support/catch.hpp>
#include <support/errors.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

namespace {

// What the exception says of a leaf of three floats.
const std::string of_line =
    "an expression uses float32 elements of shape (3,) whose tensor has been destroyed, moved from or reallocated";

std::string message_of_evaluating(const auto& e) {
  return message_of<lifetime_error>([&] { evaluate(e); });
}

} // namespace

TEST_CASE("a leaf whose tensor was destroyed is found") {
  auto x = std::make_unique<tensor<float, 1>>(tensor<float, 1>({3}, 1.f));
  const auto e = *x + 1;
  tensor<float, 1> y = e;
  CHECK(y(0) == 2);
  x.reset();
  CHECK(message_of<lifetime_error>([&] { y = e; }) == of_line);
  CHECK_THROWS_AS(float(sum(e)), lifetime_error);
  CHECK_THROWS_AS((y = e * 2), lifetime_error);
  CHECK(y(0) == 2);
}

TEST_CASE("a leaf whose tensor was moved from or swapped is found") {
  tensor<float, 1> x({3}, 1.f), z({3}, 5.f);
  const auto e = x * 2;
  const tensor<float, 1> taken = std::move(x);
  CHECK(message_of_evaluating(e) == of_line);
  const auto f = z * 2;
  tensor<float, 1> w({3});
  swap(z, w);
  CHECK(message_of_evaluating(f) == of_line);
}

TEST_CASE("a leaf whose tensor was reallocated is found") {
  tensor<float, 1> x({3}, 1.f);
  const auto e = x * 2;
  x = zeros({100});
  CHECK(message_of_evaluating(e) == of_line);
}

TEST_CASE("a leaf whose tensor was assigned in place is alive") {
  tensor<float, 1> x({3}, 1.f);
  const auto e = x * 2;
  x = x + 1;
  x += 1;
  x = 7;
  CHECK(float(sum(e)) == 42);
}

TEST_CASE("writing through a view of a dead tensor is found") {
  std::optional<tensor<float, 1>> x(tensor<float, 1>({3}, 1.f));
  const auto v = (*x)(range(0, 2));
  v = 3;
  x.reset();
  CHECK_THROWS_AS(v.begin(), lifetime_error);
  CHECK(message_of<lifetime_error>([&] { v = 4; }) ==
        "an expression uses float32 elements of shape (2,) whose tensor has been destroyed, moved from or reallocated");
  CHECK_THROWS_AS(v += 4, lifetime_error);
}

TEST_CASE("barriers and reductions find dead leaves too") {
  std::optional<tensor<double, 2>> x(tensor<double, 2>({3, 3}, 1.));
  const auto product = matmul(*x, *x);
  const auto running = cumsum(*x, 0);
  const auto softmax = exp(*x) / sum(exp(*x), 1, keepdims);
  const auto flat = reshape(*x, -1) + 1.;
  x.reset();
  CHECK(message_of_evaluating(product) == "an expression uses float64 elements of shape (3, 3) whose tensor has been "
                                          "destroyed, moved from or reallocated");
  CHECK_THROWS_AS((tensor<double, 2>(running)), lifetime_error);
  CHECK_THROWS_AS((tensor<double, 2>(softmax)), lifetime_error);
  CHECK_THROWS_AS((tensor<double, 1>(flat)), lifetime_error);
}

TEST_CASE("expressions that own their leaves outlive everything") {
  const auto e = [] { return tensor<float, 1>({3}, 2.f) + tensor<float, 1>({3}, 1.f); }();
  CHECK(float(sum(e)) == 9);
}

TEST_CASE("element access is checked") {
  tensor<int, 2> x({2, 3});
  CHECK(message_of<index_error>([&] { x(2, 0); }) == "index 2 is out of range for axis 0 of extent 2");
  CHECK_THROWS_AS(x(0, -4), index_error);
  tensor<int> any({2, 3});
  CHECK_THROWS_AS(any(1), index_error);
}

TEST_CASE("tensors in containers") {
  std::vector<tensor<float, 1>> list;
  for (int i = 0; i < 20; ++i) list.push_back(tensor<float, 1>({2}, static_cast<float>(i)));
  CHECK(float(sum(list[19] + list[1])) == 40);
}

} // namespace tutti
