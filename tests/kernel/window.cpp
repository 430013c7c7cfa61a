// SPDX-License-Identifier: MIT
// Tests include/tutti/kernel/window.hpp: rows of any length and step are copied whole, and nothing beside them is touched.

#include <numeric>
#include <vector>

#include <support/catch.hpp>

#include <tutti/kernel/window.hpp>

namespace tutti::kernel {

TEST_CASE("place_row copies elements that are apart, and nothing else") {
  for (const index step : {1, 2, 3, -1, -2, 0})
    for (index count = 0; count <= 4 * simd::lanes<float> + 1; ++count) {
      CAPTURE(step, count);
      // Just the elements that the row has: a sanitizer sees what is read beside them.
      std::vector<float> from(static_cast<std::size_t>(count == 0 ? 0 : (count - 1) * std::abs(step) + 1));
      std::iota(from.begin(), from.end(), 1.f);
      std::vector<double> to(static_cast<std::size_t>(count + 1), -1), expected = to;
      const float* const begin = from.data() + (step < 0 && count > 0 ? (count - 1) * -step : 0);
      for (index j = 0; j < count; ++j) expected[static_cast<std::size_t>(j)] = begin[j * step];
      place_row(begin, step, count, to.data());
      CHECK(to == expected);
    }
}

TEST_CASE("windows of several rows are gone over in whole packs, each result once or more") {
  constexpr index N = simd::lanes<float>;
  for (const index windows : {index{1}, N - 1, N, N + 1, 2 * N, 5 * N - 1})
    for (const index rows : {1, 2, 3, 7}) {
      CAPTURE(windows, rows);
      const window_rows w{rows, windows, 10 * N, 7 * N};
      std::vector<int> seen(static_cast<std::size_t>(rows * 7 * N), 0);
      for_each_window_packs<float>(w, [&](auto count, const auto& from, const auto& to) {
        for (std::size_t p = 0; p < static_cast<std::size_t>(count.value); ++p) {
          CHECK(from[p] / (10 * N) == to[p] / (7 * N));
          CHECK(from[p] % (10 * N) == to[p] % (7 * N));
          for (index lane = 0; lane < N; ++lane) ++seen[static_cast<std::size_t>(to[p] + lane)];
        }
      });
      for (index row = 0; row < rows; ++row)
        for (index x = 0; x < 7 * N; ++x) {
          const bool there = seen[static_cast<std::size_t>(row * 7 * N + x)] > 0;
          CHECK(there == (x < std::max(windows, N)));
        }
    }
}

} // namespace tutti::kernel
