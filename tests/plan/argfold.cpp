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

} // namespace tutti
