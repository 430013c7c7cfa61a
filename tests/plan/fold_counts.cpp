// SPDX-License-Identifier: MIT
#include <support/catch.hpp>
#include <tutti/plan/explain.hpp>
#include <tutti/tensor.hpp>

// Sums and means of truths are counts, which lanes no wider than the compared numbers make.

namespace tutti {

namespace {

template <class T>
tensor<T, 2> numbers(index rows, index columns) {
  tensor<T, 2> x({rows, columns});
  index i = 0;
  for (T& v : x) v = static_cast<T>((i * 31 + i / 13) % 100 - 60), ++i;
  return x;
}

template <class T>
void check_counts(index rows, index columns) {
  INFO(rows << " x " << columns);
  const tensor<T, 2> x = numbers<T>(rows, columns);
  const tensor<bool, 2> truths = x >= 0; // which the lanes behind a row's end would be
  const tensor<std::int64_t, 2> ones = where(truths, 1, 0);
  const std::int64_t all = sum(ones);
  CHECK(std::int64_t(sum(x >= 0)) == all);
  CHECK(std::int64_t(sum(truths)) == all);
  CHECK(std::int64_t(sum(truths || truths)) == all);
  CHECK(double(mean(x >= 0)) == double(mean(ones)));
  for (const index axis : {0, 1}) {
    CHECK(array_equal(sum(x >= 0, axis), sum(ones, axis)));
    CHECK(array_equal(sum(transpose(truths), axis), sum(ones, 1 - axis)));
    CHECK(array_equal(mean(truths, axis), mean(ones, axis)));
    CHECK(array_equal(x - mean(truths, axis, keepdims), x - mean(ones, axis, keepdims)));
  }
}

} // namespace

TEST_CASE("truths are counted") {
  for (const index n : {1, 3, 16, 63, 64, 65, 300, 4096, 8191})
    check_counts<float>(n, 1), check_counts<float>(1, n), check_counts<float>(7, n), check_counts<float>(n, 7);
}

TEST_CASE("truths of numbers of any width are counted") {
  check_counts<std::int8_t>(300, 1000);
  check_counts<std::int16_t>(200, 70);
  check_counts<double>(200, 70);
}

TEST_CASE("counts do not overflow the lanes that make them") {
  for (const index n : {127, 128, 7936, 8192, 100'000}) {
    const tensor<bool, 2> truths = broadcast_to(array({true}), {n, 100});
    CHECK(std::int64_t(sum(truths)) == n * 100);
    CHECK(bool(all(sum(truths, 0) == n)));
    CHECK(bool(all(sum(transpose(truths), 1) == n)));
  }
}

TEST_CASE("a count's plan has packs of what is compared") {
  const tensor<float, 2> x({300, 1000});
  const auto lanes_of_plan = [](const auto& e) {
    tensor<std::int64_t> to;
    const auto plan = explain(to, e);
    CHECK(plan.stages.at(0).converted == 0);
    return plan.stages.at(0).lanes;
  };
  CHECK(lanes_of_plan(sum(x > 0)) == simd::lanes<float>);
  CHECK(lanes_of_plan(sum(x > 0, 0)) == simd::lanes<float>);
  CHECK(lanes_of_plan(sum(cast<bool>(x), 1)) == simd::lanes<float>);
}

} // namespace tutti
