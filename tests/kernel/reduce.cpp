// SPDX-License-Identifier: MIT
#include <cmath>
#include <numeric>
#include <vector>

#include <support/catch.hpp>
#include <tutti/expr/reduce.hpp>
#include <tutti/expr/truth.hpp>
#include <tutti/kernel/reduce.hpp>

namespace tutti::kernel {

namespace {

constexpr index N = simd::register_bytes / 4;

std::vector<float> numbers(index n) {
  std::vector<float> x(static_cast<std::size_t>(n));
  for (index i = 0; i < n; ++i) x[static_cast<std::size_t>(i)] = static_cast<float>(i * 7 % 23) - 11;
  return x;
}

} // namespace

TEST_CASE("folding a row of any length") {
  for (const index n :
       {0, 1, 2, 3, 7, 15, 16, 17, 31, 33, 63, 64, 65, 127, 129, 255, 1000, 2047, 2048, 2049, 4096, 10'000, 70'001}) {
    const std::vector<float> x = numbers(n);
    const row_loader<float, N> loader{x.data(), -1};
    const float total = std::accumulate(x.begin(), x.end(), 0.f);
    CHECK(reduce_row<N, float, 8>(sum_op{}, loader, n) == total);
    CHECK(reduce_row<N, float, 4>(sum_op{}, loader, n) == total);
    CHECK(reduce_row<N, float, 2>(sum_op{}, loader, n) == total);
    if (n > 0) CHECK(reduce_row<N, float, 8>(max_op{}, loader, n) == *std::max_element(x.begin(), x.end()));
  }
}

TEST_CASE("the element that counts may stand anywhere") {
  for (const index n : {1, 5, 16, 33, 200, 2100})
    for (index at = 0; at < n; at += std::max<index>(1, n / 50)) {
      std::vector<float> x(static_cast<std::size_t>(n), -5.f);
      x[static_cast<std::size_t>(at)] = -1;
      CHECK(reduce_row<N, float, 8>(max_op{}, row_loader<float, N>{x.data(), -1}, n) == -1);
      CHECK(reduce_row<N, float, 8>(sum_op{}, row_loader<float, N>{x.data(), -1}, n) == static_cast<float>(4 - 5 * n));
    }
}

TEST_CASE("all and any find the one element that settles them") {
  constexpr index lanes = simd::register_bytes;
  const index block = 8 * lanes * block_steps;
  for (const index n :
       {index{1}, lanes, block - 1, block, 3 * block + 5, block_steps * block, 2 * block_steps * block + 7}) {
    std::vector<char> x(static_cast<std::size_t>(n), 1); // 1 and 0 are bools' bytes
    const row_loader<bool, lanes> loader{reinterpret_cast<const bool*>(x.data()), -1};
    CHECK(reduce_row<lanes, bool, 8>(all_op{}, loader, n));
    for (index at = 0; at < n; at += std::max<index>(1, n / 40)) {
      x[static_cast<std::size_t>(at)] = 0;
      CHECK_FALSE(reduce_row<lanes, bool, 8>(all_op{}, loader, n));
      CHECK(reduce_row<lanes, bool, 8>(any_op{}, loader, n) == (n > 1));
      x[static_cast<std::size_t>(at)] = 1;
    }
    x.assign(x.size(), 0);
    CHECK_FALSE(reduce_row<lanes, bool, 8>(any_op{}, loader, n));
    x.back() = 1;
    CHECK(reduce_row<lanes, bool, 8>(any_op{}, loader, n));
  }
}

TEST_CASE("a float sum stays as near as its tree") {
  // Equal numbers round to the same side again and again: the worst that a running sum can meet.
  for (const float value : {0.1f, 0.3f, 1.f / 3, 0.7f}) {
    const index n = 10'000'019;
    const std::vector<float> same(static_cast<std::size_t>(N), value);
    const float total = reduce_row<N, float, 8>(sum_op{}, row_loader<float, N>{same.data(), 0}, n);
    const double exact = static_cast<double>(value) * static_cast<double>(n);
    CHECK(std::abs(static_cast<double>(total) - exact) <= 5e-7 * exact);
  }
}

TEST_CASE("pairwise combines as a balanced tree") {
  const sum_op op;
  for (const int n : {0, 1, 2, 3, 5, 8, 100, 1000}) {
    pairwise<sum_op, double> tree(op);
    for (int i = 1; i <= n; ++i) tree.push(i);
    CHECK(tree.result(-1) == (n == 0 ? -1 : n * (n + 1) / 2));
  }
  // 2^24 float ones would stop counting at 2^24 one after the other.
  pairwise<sum_op, float> ones(op);
  for (int i = 0; i < (1 << 24) + 8; ++i) ones.push(1.f);
  CHECK(ones.result(0) == static_cast<float>((1 << 24) + 8));
}

TEST_CASE("folding rows onto each other") {
  const bool coexist = GENERATE(false, true);
  for (const index rows : {0, 1, 2, 63, 64, 65, 128, 130, 192, 1000, 4100})
    for (const index n : {1, 3, 16, 17, 40}) {
      const std::vector<float> x = numbers(rows * n);
      const index pitch = (n + N - 1) / N * N;
      const storage<float> scratch = allocate<float>(pitch * column_levels(rows));
      reduce_columns<N, float, true>(
          sum_op{}, [&](index r) { return row_loader<float, N>{x.data() + r * n, -1}; }, coexist, rows, n,
          scratch.get(), pitch);
      bool right = true;
      for (index j = 0; j < n; ++j) {
        float total = 0;
        for (index r = 0; r < rows; ++r) total += x[static_cast<std::size_t>(r * n + j)];
        right = right && scratch[static_cast<std::size_t>(j)] == total;
      }
      INFO(rows << " rows of " << n);
      CHECK(right);
    }
}

} // namespace tutti::kernel
