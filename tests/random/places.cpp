// SPDX-License-Identifier: MIT
// labels: parallel subset

// Formulas of several operands that stand in each other's gaps, as the colours of an image do: against plain loops.

#include <complex>
#include <random>
#include <vector>

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

namespace {

template <class T>
tensor<T, 1> numbers(index n) {
  tensor<T, 1> x({n});
  for (index i = 0; i < n; ++i) x(i) = static_cast<T>(static_cast<float>(i * 7 % 23));
  return x;
}

} // namespace

TEMPLATE_TEST_CASE("operands between one another", "", std::uint8_t, float, double, std::complex<float>) {
  using T = TestType;
  std::mt19937 random(1);
  for (int round = 0; round < 400; ++round) {
    const index n = std::array{1, 2, 15, 16, 17, 40, 130, 1100}[random() % 8], step = 1 + random() % 9,
                most = static_cast<index>(random() % 3 == 0 ? 3 * step : step);
    tensor<T, 1> memory = numbers<T>((n - 1) * step + most);
    const auto from = [&](index place) { return memory(range(place, place + (n - 1) * step + 1, step)); };
    std::array<index, 6> at;
    for (index& place : at) place = static_cast<index>(random()) % most;
    std::array<std::vector<T>, 6> values;
    for (std::size_t i = 0; i < 6; ++i)
      for (const T& v : from(at[i])) values[i].push_back(v);
    const auto expected = [&](std::size_t i) {
      return static_cast<T>(values[0][i] * values[1][i] + values[2][i] * values[3][i] - values[4][i] + values[5][i]);
    };
    const auto e = cast<T>(from(at[0]) * from(at[1]) + from(at[2]) * from(at[3]) - from(at[4]) + from(at[5]));
    const auto check = [&](const auto& result) {
      bool right = true;
      for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i)
        right = right && result(static_cast<index>(i)) == expected(i);
      CAPTURE(n, step, at);
      CHECK(right);
    };
    const tensor<T, 1> apart = e;
    check(apart);
    const tensor<T, 1> backwards = flip(e, 0);
    check(flip(backwards, 0));
    auto itself = from(at[random() % 6]);
    itself = e;
    check(itself);
  }
}

TEMPLATE_TEST_CASE("colours of images", "", std::uint8_t, float) {
  using T = TestType;
  for (const index colours : {2, 3, 4, 8, 11})
    for (const index width : {1, 5, 16, 33, 250}) {
      const index height = 9;
      tensor<T, 3> image({height, width, colours}), other({height, 2 * width, colours});
      image = reshape(numbers<T>(image.size()), image.shape());
      other = reshape(numbers<T>(other.size()), other.shape());
      const auto odd = range(1, none, 2);
      const tensor<float, 2> gray =
          0.5f * image(all, all, 0) + 0.25f * image(all, all, colours - 1) + image(all, all, 1);
      const tensor<float, 2> shares =
          image(all, all, 1) / (1.f + sum(cast<float>(image(all, all, 0)), 1, keepdims)) + image(all, all, 0);
      const tensor<float, 1> both = sum(image(all, all, 1) * 0.5f + other(all, odd, 1) * other(all, odd, 0), 1);
      const tensor<float, 2> column = image(range(0, 1), all, 0) * image(all, all, 1) + image(range(0, 1), all, 1);
      bool right = true;
      for (index i = 0; i < height; ++i) {
        float all_of = 0, products = 0;
        for (index j = 0; j < width; ++j) {
          all_of += static_cast<float>(image(i, j, 0));
          products += static_cast<float>(image(i, j, 1)) * 0.5f +
                      static_cast<float>(static_cast<T>(other(i, 2 * j + 1, 1) * other(i, 2 * j + 1, 0)));
        }
        for (index j = 0; j < width; ++j) {
          const auto of = [&](index at, index colour) { return static_cast<float>(image(at, j, colour)); };
          right = right && gray(i, j) == 0.5f * of(i, 0) + 0.25f * of(i, colours - 1) + of(i, 1) &&
                  std::abs(shares(i, j) - (of(i, 1) / (1 + all_of) + of(i, 0))) <= 1e-5f * (1 + of(i, 0)) &&
                  column(i, j) == static_cast<float>(
                                      static_cast<T>(static_cast<T>(image(0, j, 0) * image(i, j, 1)) + image(0, j, 1)));
        }
        right = right && std::abs(both(i) - products) <= 1e-5f * (1 + products);
      }
      CAPTURE(colours, width);
      CHECK(right);
    }
}

} // namespace tutti
