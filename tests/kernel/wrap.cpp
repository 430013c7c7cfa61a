// SPDX-License-Identifier: MIT
#include <tutti/kernel/wrap.hpp>

#include <support/catch.hpp>

#include <numeric>
#include <vector>

namespace tutti {

namespace {

// What wrap_row writes, against the loops spelled out.
template <class T>
void check_wrapped(const std::vector<index>& extents, const std::vector<index>& strides, index n) {
  constexpr index N = simd::lanes<T>;
  std::vector<T> from(10'000);
  std::iota(from.begin(), from.end(), T{});
  const T* const middle = from.data() + 2000;
  std::vector<T> to(static_cast<std::size_t>(n + N), T{});
  kernel::wrap_row<N>(middle, std::span<const index>(extents), strides.data(), n, to.data());
  bool equal = true;
  for (index j = 0; j < n; ++j) {
    index rest = j, at = 0;
    for (std::size_t a = extents.size(); a-- > 0;) {
      at += (a == 0 ? rest : rest % extents[a]) * strides[a];
      rest /= extents[a];
    }
    equal = equal && to[static_cast<std::size_t>(j)] == middle[at];
  }
  CHECK(equal);
}

} // namespace

TEMPLATE_TEST_CASE("short loops are packed into one row", "", float, double, std::int16_t, std::uint8_t) {
  for (const index n : {3, 7, 63, 300}) {
    check_wrapped<TestType>({200, 3}, {0, 1}, n); // comes round again
    check_wrapped<TestType>({200, 3}, {1, 0}, n); // stands still
    check_wrapped<TestType>({200, 3}, {2, 0}, n);
    check_wrapped<TestType>({200, 2}, {1, 0}, n);
    check_wrapped<TestType>({200, 4}, {1, 0}, n);
    check_wrapped<TestType>({200, 3}, {-1, 0}, n);
    check_wrapped<TestType>({200, 3}, {4, 1}, n);   // has gaps
    check_wrapped<TestType>({200, 3}, {1, 200}, n); // is interleaved
    check_wrapped<TestType>({200, 17}, {1, 230}, n);
    check_wrapped<TestType>({200, 32}, {1, 200}, n);
    check_wrapped<TestType>({200, 2}, {2, -1}, n); // each the other way round
    check_wrapped<TestType>({200, 3}, {3, -1}, n);
    check_wrapped<TestType>({200, 4}, {4, -1}, n);
    check_wrapped<TestType>({200, 5}, {5, -1}, n);
    check_wrapped<TestType>({200, 3}, {4, -1}, n);
    check_wrapped<TestType>({200, 40}, {0, 1}, n);
    check_wrapped<TestType>({200, 40}, {1, 0}, n);
    check_wrapped<TestType>({100, 2, 3}, {0, 3, 1}, n);
    check_wrapped<TestType>({100, 2, 3}, {3, 0, 1}, n);
    check_wrapped<TestType>({100, 2, 3}, {1, 0, 0}, n);
    check_wrapped<TestType>({100, 2, 3}, {0, 1, 0}, n);
  }
}

} // namespace tutti
