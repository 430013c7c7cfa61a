// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/window_tasks.hpp: an element's bits do not depend on where it stands among the tasks.
// labels: parallel

#include <support/catch.hpp>

#include <algorithm>
#include <limits>
#include <random>

#include <tutti/tensor.hpp>

namespace {

using tutti::index, tutti::index_list, tutti::tensor;
constexpr tutti::all_t whole{};

template <index Rank>
tensor<float, Rank> random_tensor(const index_list<Rank>& shape) {
  static std::mt19937 generator(3);
  tensor<float, Rank> x(shape);
  for (float& v : x) v = std::uniform_real_distribution<float>(-1, 1)(generator);
  return x;
}

// Whether all rows, or all columns, are the same.
bool rows_are_equal(const tensor<float, 2>& x) {
  for (index i = 1; i < x.shape()[0]; ++i)
    if (!array_equal(x(i, whole), x(0, whole))) return false;
  return true;
}

} // namespace

TEST_CASE("equal rows and columns of an image give equal ones") {
  for (const auto mode : {tutti::overlap::valid, tutti::overlap::same})
    for (const tutti::index taps : {2, 3, 5, 9})
      for (const tutti::index height : {9, 10, 12, 13, 17, 38, 65, 130})
        for (const tutti::index width : {16, 40, 513, 530, 1100}) {
          const auto w = random_tensor(index_list<2>{taps, taps});
          tensor<float, 2> x({height, width});
          x(whole, whole) = random_tensor(index_list<1>{width});
          tensor<float, 2> y = correlate(x, w, mode);
          const bool padded = mode == tutti::overlap::same;
          const tutti::range inside(padded ? taps : 0, padded ? height - taps : height - taps + 1);
          CHECK(rows_are_equal(y(inside, whole)));
          x(whole, whole) = random_tensor(index_list<2>{height, 1});
          y = correlate(x, w, mode);
          if (width > 2 * taps) CHECK(rows_are_equal(transpose(y(whole, tutti::range(taps, width - 2 * taps)))));
        }
}

TEST_CASE("rows of a signal's equal values give equal ones") {
  for (const tutti::index taps : {3, 100, 130})
    for (const tutti::index n : {200, 513, 1000, 4133}) {
      const tensor<float, 1> x({n}, 0.3f), w = random_tensor(index_list<1>{taps}), y = correlate(x, w);
      CHECK(std::all_of(y.begin(), y.end(), [&](float v) { return v == y(0); }));
    }
}

TEST_CASE("images that are slices are read where they lie, and nothing beside them is") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const tutti::index height : {3, 8, 21})
    for (const tutti::index width : {20, 33, 600}) {
      tensor<float, 2> all({height + 2, width + 8}, nan);
      const auto image = random_tensor(index_list<2>{height, width}), w = random_tensor(index_list<2>{3, 3});
      auto part = all(tutti::range(1, height + 1), tutti::range(3, width + 3));
      part = image;
      CHECK(array_equal(tensor(correlate(part, w)), tensor(correlate(image, w))));
      CHECK(array_equal(tensor(convolve(part, w)), tensor(convolve(image, w))));
    }
}
