// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <support/catch.hpp>
#include <tutti/expr/reduce.hpp>
#include <tutti/kernel/joint_reduce.hpp>

namespace tutti::kernel {

namespace {

constexpr index N = simd::register_bytes / 4;

// A row, and its squares.
struct row_and_squares {
  const float* p;
  template <class V>
  static auto both(const V& v) { return joint_value<V, 2>({v, v * v}); }
  auto load(index j) const { return both(simd::load<N>(p + j)); }
  auto load_partial(index j, index n) const { return both(simd::load_partial<N>(p + j, n)); }
};

} // namespace

TEST_CASE("two folds of rows of any length in one loop") {
  const joint_operation<float, sum_op, max_op> op{};
  for (const index n : {0, 1, 3, 15, 16, 17, 33, 255, 256, 257, 1000, 4096, 10'000}) {
    std::vector<float> x(static_cast<std::size_t>(n));
    for (index i = 0; i < n; ++i) x[static_cast<std::size_t>(i)] = static_cast<float>(i * 7 % 23) - 11;
    const auto packs = reduce_row_to_pack<N, float, 1>(op, row_and_squares{x.data()}, n);
    CHECK(fold_lanes(sum_op{}, packs.each[0]) == std::accumulate(x.begin(), x.end(), 0.f));
    float most = -INFINITY;
    for (const float v : x) most = std::max(most, v * v);
    CHECK(fold_lanes(max_op{}, packs.each[1]) == most);
    const auto wide = reduce_row_to_pack<N, float, 4>(op, row_and_squares{x.data()}, n);
    CHECK(fold_lanes(max_op{}, wide.each[1]) == most);
  }
}

TEST_CASE("values of several folds combine one by one") {
  const joint_operation<float, sum_op, max_op> op{};
  using pair = joint_value<float, 2>;
  pairwise<joint_operation<float, sum_op, max_op>, pair> tree(op);
  for (const float v : {3.f, 1.f, 4.f, 1.f, 5.f}) tree.push(pair({v, -v}));
  const pair result = tree.result(decltype(op)::identity<float>());
  CHECK(result.each[0] == 14);
  CHECK(result.each[1] == -1);
}

} // namespace tutti::kernel
