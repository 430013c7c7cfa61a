// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/barrier.hpp: what is computed as a whole and seen through a view is written where the view shows it.

#include <support/catch.hpp>

#include <tutti/plan/explain.hpp>
#include <tutti/tensor.hpp>

namespace {

using tutti::index, tutti::index_list, tutti::newaxis, tutti::none, tutti::range, tutti::tensor;
constexpr tutti::all_t whole{};

template <class To, class E>
std::size_t stages(const To& to, const E& e) { return tutti::explain(to, e).stages.size(); }

} // namespace

TEST_CASE("axes that are ordered, turned, added or dropped need no stage") {
  const tensor<float, 3> x = reshape(tutti::arange(24.f), {2, 3, 4});
  const tensor<float, 3> sums = cumsum(x, 1);
  tensor<float, 3> y({4, 2, 3});
  const auto turned = permute(cumsum(x, 1), 2, 0, 1);
  CHECK(stages(y, turned) == 1);
  y = turned;
  CHECK(array_equal(y, tensor(permute(sums, 2, 0, 1))));
  const auto flipped = cumsum(x, 1)(whole, range(none, none, -1), range(none, none, -1));
  tensor<float, 3> z({2, 3, 4});
  CHECK(stages(z, flipped) == 1);
  z = flipped;
  CHECK(array_equal(z, tensor(sums(whole, range(none, none, -1), range(none, none, -1)))));
  // Through a view with gaps, into axes of extent 1.
  tensor<float, 4> wide({2, 1, 3, 8}, -1.f);
  auto gaps = wide(whole, whole, whole, range(none, none, 2));
  gaps = cumsum(x, 1)(whole, newaxis);
  CHECK(array_equal(tensor(wide(whole, 0, whole, range(0, none, 2))), sums));
  CHECK(tutti::all(wide(whole, 0, whole, range(1, none, 2)) == -1)());
  const tensor<float, 3> one = reshape(tutti::arange(5.f), {1, 5, 1});
  tensor<float, 1> line({5});
  CHECK(stages(line, cumsum(one, 1)(0, whole, 0)) == 1);
  line = cumsum(one, 1)(0, whole, 0);
  CHECK(array_equal(line, tensor(cumsum(tutti::arange(5.f), 0))));
}

TEST_CASE("views that show some of a barrier, or an element twice, are read from a stage") {
  const tensor<float, 2> x = reshape(tutti::arange(12.f), {3, 4});
  const tensor<float, 2> sums = cumsum(x, 0);
  const auto check = [&](const auto& e, const auto& expected) {
    tensor y = expected;
    y = 0;
    CHECK(stages(y, e) == 2);
    y = e;
    CHECK(array_equal(y, expected));
  };
  check(cumsum(x, 0)(range(1, none), whole), tensor(sums(range(1, none), whole)));
  check(cumsum(x, 0)(whole, range(none, none, 2)), tensor(sums(whole, range(none, none, 2))));
  check(cumsum(x, 0)(1, whole), tensor(sums(1, whole)));
  check(broadcast_to(cumsum(x, 0), {2, 3, 4}), tensor(broadcast_to(sums, {2, 3, 4})));
  check(broadcast_to(sum(x, 1, tutti::keepdims), {3, 5}),
        tensor(broadcast_to(tensor(sum(x, 1, tutti::keepdims)), {3, 5})));
  check(broadcast_to(sum(x), {2, 2}), tensor(broadcast_to(tensor(sum(x)), {2, 2})));
  const tensor<float, 2> square = reshape(tutti::arange(9.f), {3, 3});
  check(diagonal(cumsum(square, 0)), tensor(diagonal(tensor(cumsum(square, 0)))));
}

TEST_CASE("parts that are joined, seen through a view, and reductions so") {
  const tensor<float, 2> x = reshape(tutti::arange(12.f), {3, 4}), y = x * 2;
  const tensor<float, 2> both = concatenate(0, x, y);
  const tensor<float, 2> turned = transpose(concatenate(0, x, y));
  CHECK(array_equal(turned, tensor(transpose(both))));
  CHECK(tutti::explain(turned, transpose(concatenate(0, x, y))).stages.back().formula.find("transpose") ==
        std::string::npos); // it writes the last part
  const tensor<float, 2> rows = reshape(broadcast_to(sum(x, 1)(whole, newaxis, newaxis), {3, 2, 2}), {6, 2});
  CHECK(
      array_equal(rows, tensor(reshape(broadcast_to(tensor(sum(x, 1))(whole, newaxis, newaxis), {3, 2, 2}), {6, 2}))));
  tensor<float, 2> means({4, 1});
  means = transpose(mean(x, 0, tutti::keepdims));
  CHECK(array_equal(means, tensor(transpose(tensor(mean(x, 0, tutti::keepdims))))));
}

TEST_CASE("a destination that is read, stretched, or of another type is written right") {
  tensor<float, 2> x = reshape(tutti::arange(9.f), {3, 3});
  const tensor<float, 2> expected = transpose(tensor(cumsum(x, 0)));
  x = transpose(cumsum(x, 0));
  CHECK(array_equal(x, expected));
  tensor<float, 2> y = reshape(tutti::arange(9.f), {3, 3});
  y(whole, whole) = cumsum(y, 0)(range(none, none, -1), whole);
  CHECK(array_equal(y, tensor(cumsum(tensor(reshape(tutti::arange(9.f), {3, 3})), 0)(range(none, none, -1), whole))));
  tensor<double, 3> many({2, 3, 3});
  many(whole, whole, whole) = transpose(cumsum(y, 0));
  CHECK(array_equal(tensor(many(1, whole, whole)), tensor<double, 2>(transpose(tensor(cumsum(y, 0))))));
}
