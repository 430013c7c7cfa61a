// SPDX-License-Identifier: MIT
// labels: parallel
#include <limits>
#include <random>

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

namespace {

// Where numpy.argmax finds the greatest element of each column.
template <class View>
bool right(const tensor<std::int64_t, 1>& found, const View& x) {
  for (index j = 0; j < x.shape()[1]; ++j) {
    index best = 0;
    for (index i = 1; i < x.shape()[0]; ++i) {
      const float v = x(i, j), b = x(best, j);
      if (v > b || (v != v && b == b)) best = i;
    }
    if (found(j) != best) return false;
  }
  return true;
}

} // namespace

TEST_CASE("argmax of columns, with and without NaN and infinities") {
  std::mt19937 dice(5);
  const float odd[] = {1e38f, std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                       std::numeric_limits<float>::quiet_NaN()};
  for (const index rows : {1, 2, 3, 4, 7, 40})
    for (const index columns : {1, 3, 16, 17, 100, 1024, 2500})
      for (int kinds = 0; kinds <= 4; ++kinds) {
        tensor<float, 2> x({rows, columns});
        for (float& v : x) v = static_cast<float>(dice() % 9);
        for (int k = 0; k < kinds; ++k)
          for (int times = 0; times < 3; ++times)
            x(static_cast<index>(dice() % static_cast<unsigned>(rows)),
              static_cast<index>(dice() % static_cast<unsigned>(columns))) = odd[k];
        INFO(rows << " x " << columns << ", " << kinds << " odd numbers");
        CHECK(right(argmax(x, 0), x));
        CHECK(right(argmin(-x, 0), x));
        const auto backwards = x(range(none, none, -1), all);
        CHECK(right(argmax(backwards, 0), backwards));
        const auto some = x(all, range(none, none, 2));
        CHECK(right(argmax(some * 2 + 1, 0), some));
      }
}

TEST_CASE("a long row is searched in parts by any number of threads") {
  constexpr index n = 5 * 65536 + 77; // the parts are of unequal length
  const tensor<float, 1> even = cast<float>(iota<std::int64_t>({n}) * 7919 % 65521);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const index places[] = {0, 4095, 65535, 65536, 131072, 200000, n - 1};
  const int before = num_threads();
  for (const int threads : {1, 2, 3, 7}) {
    set_num_threads(threads);
    INFO(threads << " threads");
    for (const index first : places)
      for (const index second : places) {
        tensor<float, 1> x = even;
        x(first) = x(second) = 1e6f;
        CHECK(std::int64_t{argmax(x)} == std::min(first, second));
        CHECK(std::int64_t{argmin(-x * 2.f)} == std::min(first, second));
        CHECK(std::int64_t{argmax(x(range(none, none, -1)))} == n - 1 - std::max(first, second));
        x(second) = nan; // the first NaN wins over any number
        CHECK(std::int64_t{argmax(x)} == second);
        x(first) = nan;
        CHECK(std::int64_t{argmin(x)} == std::min(first, second));
      }
    CHECK(std::int64_t{argmax(full({n}, -std::numeric_limits<float>::infinity()))} == 0);
    const auto rows = reshape(even, 1, n);
    CHECK(std::int64_t{argmax(concatenate(0, rows, rows), 1)(1)} == std::int64_t{argmax(even)});
  }
  set_num_threads(before);
}

TEST_CASE("columns are searched in panels by any number of threads") {
  tensor<float, 2> x = cast<float>(iota<std::int64_t>({300, 1000}) * 7919 % 65521);
  x(7, all) = x(200, all) = 1e6f;
  x(250, range(none, none, 3)) = std::numeric_limits<float>::quiet_NaN();
  const int before = num_threads();
  for (const int threads : {1, 2, 3, 7}) {
    set_num_threads(threads);
    INFO(threads << " threads");
    CHECK(right(argmax(x, 0), x));
    CHECK(right(argmin(-x, 0), x));
  }
  set_num_threads(before);
}

} // namespace tutti
