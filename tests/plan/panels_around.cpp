// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/panels.hpp: what stands around such formulas, and how often they compute their product.
// labels: parallel

#include <support/attention.hpp>
#include <support/catch.hpp>

#include <atomic>
#include <cmath>

#include <tutti/tensor.hpp>

namespace {

using test::generator, test::softmax, tutti::index, tutti::index_list, tutti::keepdims, tutti::tensor;

std::atomic<int> calls = 0;

template <class T = double>
tensor<T, 2> matrix(index m, index n) {
  tensor<T, 2> x({m, n});
  std::uniform_real_distribution<double> number(-1, 1);
  for (T& v : x) v = static_cast<T>(number(generator));
  return x;
}
template <class X, class Y>
double difference(const X& x, const Y& y) {
  REQUIRE(x.shape() == y.shape());
  return x.size() == 0 ? 0 : static_cast<double>(max(abs(x - y)));
}

} // namespace

TEST_CASE("softmax and layer norm of a layer") {
  for (const tutti::index n : {3, 64, 257}) {
    const auto x = matrix(n, 90), w = matrix(90, 70), residual = matrix(n, 70);
    const tensor product = matmul(x, w);
    const tensor sums = product + residual;
    const tensor<double, 2> expected = softmax(sums);
    CHECK(difference(tensor(softmax(matmul(x, w) + residual)), expected) < 1e-14);
    const auto centred = [](const auto& e) {
      const auto d = e - mean(e, -1, keepdims);
      return d / sqrt(mean(square(d), -1, keepdims) + 1e-5);
    };
    const tensor<double, 2> normal = centred(sums);
    CHECK(difference(tensor(centred(matmul(x, w) + residual)), normal) < 1e-13);
    tensor<double, 2> wide({n, 140}); // every other column of it
    wide(tutti::all, tutti::range(0, 140, 2)) = softmax(matmul(x, w) + residual);
    CHECK(difference(tensor(wide(tutti::all, tutti::range(0, 140, 2))), expected) < 1e-14);
  }
}

TEST_CASE("the scores are computed once, whatever reads them") {
  const auto q = matrix(130, 8), k = matrix(120, 8), v = matrix(120, 16), x = matrix(130, 16);
  calls = 0;
  const auto counted = apply( // without a state, so that equal nodes are known to be equal
      [](double score) {
        ++calls;
        return score / 2;
      },
      matmul(q, transpose(k)));
  const tensor o = matmul(softmax(counted), v) + x;
  CHECK(calls == 130 * 120);
  const tensor scores = matmul(q, transpose(k)) / 2;
  const tensor weights = softmax(scores);
  const tensor read = matmul(weights, v);
  CHECK(difference(o, tensor(read + x)) < 1e-14);
  tensor in_place = x;
  in_place = matmul(softmax(matmul(q, transpose(k)) / 2), v) + in_place;
  CHECK(difference(in_place, o) < 1e-14);
}

TEST_CASE("operands that are formulas, and attention of attention") {
  const auto x = matrix(150, 20), wq = matrix(20, 8), wk = matrix(20, 8);
  const auto attend = [](const auto& q, const auto& k, const auto& v) {
    return matmul(softmax(matmul(q, transpose(k)) / 2), v);
  };
  const tensor q = matmul(x, wq), k = matmul(x, wk), doubled = x * 2;
  const tensor once = attend(q, k, doubled);
  CHECK(difference(tensor(attend(matmul(x, wq), tensor(matmul(x, wk)), x * 2)), once) < 1e-13);
  CHECK(difference(tensor(attend(attend(q, k, doubled), x, x)), tensor(attend(once, x, x))) < 1e-12);
}
