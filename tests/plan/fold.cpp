// SPDX-License-Identifier: MIT
// labels: parallel
#include <cstring>

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

// The same bits for any number of threads, and the same for every layout of the loops' outer axes.

namespace tutti {

namespace {

tensor<float> noise(const index_list<>& shape) {
  tensor<float> x(shape);
  std::uint32_t state = 1;
  for (float& v : x) {
    state = state * 1664525u + 1013904223u;
    v = static_cast<float>(state >> 8) / 16777216.f - 0.3f;
  }
  return x;
}

template <class F>
bool same_for_all_thread_counts(const F& evaluate) {
  set_num_threads(1);
  const tensor first = evaluate();
  bool same = true;
  for (const int threads : {2, 3, 4, 7}) {
    set_num_threads(threads);
    const tensor again = evaluate();
    same = same && again.shape() == first.shape() &&
           std::memcmp(again.data(), first.data(), static_cast<std::size_t>(first.size()) * sizeof(*first.data())) == 0;
  }
  set_num_threads(0);
  return same;
}

const std::vector<index_list<>> shapes = {{3'000'001},  {3, 700'001},  {700'001, 3},
                                          {1000, 1500}, {64, 64, 257}, {2, 300'000, 2}};

} // namespace

TEST_CASE("sums have the same bits for any number of threads") {
  for (const auto& shape : shapes) {
    const tensor<float> x = noise(shape);
    INFO(to_string(shape));
    CHECK(same_for_all_thread_counts([&] { return tensor<float>(sum(x)); }));
    for (index axis = 0; axis < shape.size(); ++axis) {
      CHECK(same_for_all_thread_counts([&] { return tensor<float>(sum(x, axis)); }));
      CHECK(same_for_all_thread_counts([&] { return tensor<float>(mean(x * x, axis, keepdims)); }));
    }
    CHECK(same_for_all_thread_counts([&] { return tensor<float>(sum(transpose(x), 0)); }));
  }
}

TEST_CASE("softmax has the same bits for any number of threads") {
  for (const auto& shape : shapes) {
    const tensor<float> x = noise(shape);
    INFO(to_string(shape));
    for (index axis = 0; axis < shape.size(); ++axis)
      CHECK(same_for_all_thread_counts([&] {
        return tensor<float>(exp(x - max(x, axis, keepdims)) / sum(exp(x - max(x, axis, keepdims)), axis, keepdims));
      }));
  }
}

TEST_CASE("matrix products have the same bits for any number of threads") {
  const tensor<float, 2> a(noise({300, 700})), b(noise({700, 210}));
  CHECK(same_for_all_thread_counts([&] { return tensor<float>(matmul(a, b)); }));
  CHECK(same_for_all_thread_counts([&] { return tensor<float>(matmul(transpose(b), transpose(a)) + 1); }));
  const tensor<float, 1> v(noise({700}));
  CHECK(same_for_all_thread_counts([&] { return tensor<float>(matmul(a, v)); }));
  CHECK(same_for_all_thread_counts([&] { return tensor<float>(matmul(v, b)); }));
}

TEST_CASE("evaluating twice gives the same bits") {
  const tensor<float> x = noise({777, 333});
  const float first = sum(x);
  for (int i = 0; i < 5; ++i) CHECK(float(sum(x)) == first);
}

TEST_CASE("a large fold splits into parts that add up") {
  for (const index n : {100'000, 1'000'000, 3'000'017}) {
    const tensor<std::int64_t, 1> x = iota({n});
    CHECK(std::int64_t(sum(x)) == n * (n - 1) / 2);
    CHECK(std::int64_t(max(x)) == n - 1);
    CHECK(std::int64_t(min(flip(x))) == 0);
    const tensor<std::int64_t, 2> pairs = iota({n, 2});
    CHECK(array_equal(sum(pairs, 0), array({n * (n - 1), n * n})));
  }
}

TEST_CASE("rows of any length are folded one after the other") {
  constexpr index rows = 203; // whole batches of eight and a rest
  for (const index n : {1, 2, 3, 8, 15, 16, 17, 24, 31, 32, 33, 48, 64, 100, 129, 300}) {
    INFO(rows << " rows of " << n);
    const tensor<std::int32_t, 2> x = cast<std::int32_t>(iota<std::int64_t>({rows, n}) * 7919 % 1009);
    const tensor<std::int32_t, 1> of_column = cast<std::int32_t>(iota<std::int64_t>({n})), of_row = x(all, 0);
    const auto right = [&](const auto& y) { // against single elements of the same expression
      const tensor<std::int64_t, 2> elements = cast<std::int64_t>(y);
      const tensor<std::int64_t, 1> sums = sum(y, 1), greatest = cast<std::int64_t>(max(y, 1));
      bool same = true;
      for (index i = 0; i < rows; ++i) {
        std::int64_t total = 0, most = elements(i, 0);
        for (index j = 0; j < n; ++j) {
          total += elements(i, j);
          most = std::max(most, elements(i, j));
        }
        same = same && sums(i) == total && greatest(i) == most;
      }
      return same;
    };
    CHECK(right(x));
    CHECK(right(x * 2 + 1));
    CHECK(right(x(all, range(none, none, -1))));
    CHECK(right(flip(x, 0)));
    CHECK(right(x + of_column));
    CHECK(right(x - of_row(all, newaxis)));
    CHECK(right(cast<std::int8_t>(x % 100) + x));
    const tensor<std::int32_t, 2> turned = transpose(x);
    CHECK(right(transpose(turned)));
  }
}

TEST_CASE("reductions that run inside the loops and as stages agree") {
  const tensor<float> x = noise({40, 50});
  const tensor<float> s = sum(x, 1, keepdims);
  CHECK(array_equal(x / sum(x, 1, keepdims), x / s));
  const tensor<float> t = sum(x, 0);
  CHECK(allclose(x / sum(x, 0), x / t, 1e-6));
}

} // namespace tutti
