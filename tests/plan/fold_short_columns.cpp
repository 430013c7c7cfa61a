// SPDX-License-Identifier: MIT
#include <support/catch.hpp>
#include <tutti/plan/explain.hpp>
#include <tutti/tensor.hpp>

// Formulas around reductions of many short rows onto each other: those are stages, whose loops join rows.

namespace tutti {

namespace {

tensor<double> numbers(const index_list<>& shape) {
  tensor<double> x(shape);
  index i = 0;
  for (double& v : x) v = static_cast<double>(i * 31 % 101 + i / 17 % 7 + 1) / 16, ++i;
  return x;
}

// Formulas along an axis, which stays.
template <class X>
auto centred(const X& x, index axis) { return x - mean(x, axis, keepdims); }
template <class X>
auto standard(const X& x, index axis) {
  return (x - mean(x, axis, keepdims)) / sqrt(variance(x, axis, keepdims) + 1e-5);
}
template <class X>
auto shares(const X& x, index axis) { return x / sum(x, axis, keepdims) + min(x, axis, keepdims); }
template <class X>
auto softmax(const X& x, index axis) {
  return exp(x - max(x, axis, keepdims)) / sum(exp(x - max(x, axis, keepdims)), axis, keepdims);
}
template <class X>
auto log_sum(const X& x, index axis) { return logsumexp(x, axis, keepdims); }

template <class F>
void check_along_rows(const char* name, const F& f) {
  for (const index rows : {31, 32, 100, 1000})
    for (const index columns : {1, 2, 3, 5, 8, 12, 16, 48, 63, 64, 65}) {
      INFO(name << " of " << rows << " x " << columns);
      const tensor<double> x = numbers({rows, columns}), turned = transpose(x);
      const tensor<double> along_rows = f(turned, 1), down_columns = f(x, 0);
      CHECK(allclose(down_columns, transpose(along_rows), 1e-12, 1e-12));
      const tensor<double> turned_back = f(transpose(turned), 0);
      CHECK(allclose(turned_back, down_columns, 1e-12, 1e-12));
    }
  const tensor<double> x = numbers({3, 40, 5});
  const tensor<double> turned = permute(x, 0, 2, 1);
  const tensor<double> middle = f(x, 1), inner = f(turned, 2);
  CHECK(allclose(middle, permute(inner, 0, 2, 1), 1e-12, 1e-12));
}

index stages_of(const index_list<>& shape) {
  const tensor<double> x = numbers(shape);
  tensor<double> y;
  return static_cast<index>(explain(y, x - mean(x, 0, keepdims)).stages.size());
}

} // namespace

#define CHECK_ALONG_ROWS(f) check_along_rows(#f, [](const auto& x, index axis) { return f(x, axis); })

TEST_CASE("formulas give the same down short columns as along rows") {
  CHECK_ALONG_ROWS(centred);
  CHECK_ALONG_ROWS(standard);
  CHECK_ALONG_ROWS(shares);
  CHECK_ALONG_ROWS(softmax);
  CHECK_ALONG_ROWS(log_sum);
}

TEST_CASE("a destination may be what is reduced, or a view") {
  const tensor<double> x = numbers({200, 5}), expected = standard(x, 0);
  tensor<double> y = x;
  y = standard(y, 0);
  CHECK(array_equal(y, expected));
  tensor<double> wide({200, 10});
  wide(all, range(0, 10, 2)) = x;
  wide(all, range(0, 10, 2)) = standard(wide(all, range(0, 10, 2)), 0);
  CHECK(allclose(wide(all, range(0, 10, 2)), expected, 1e-12));
  CHECK(bool(all(wide(all, range(1, 10, 2)) == 0)));
}

TEST_CASE("reductions of many short rows are stages, others run inside the loops") {
  CHECK(stages_of({1000, 3}) == 2);
  CHECK(stages_of({32, 63}) == 2);
  CHECK(stages_of({1000, 3, 4}) == 2);
  CHECK(stages_of({31, 63}) == 1);
  CHECK(stages_of({100, 3}) == 1);
  CHECK(stages_of({1000, 2}) == 1);
  CHECK(stages_of({1000, 64}) == 1);
  CHECK(stages_of({1000, 16, 4}) == 1);
}

} // namespace tutti
