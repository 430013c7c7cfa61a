// SPDX-License-Identifier: MIT
#include <array>
#include <bit>
#include <complex>
#include <numeric>
#include <vector>

#include <support/catch.hpp>
#include <tutti/core/half.hpp>
#include <tutti/kernel/rows.hpp>

namespace tutti::kernel {

TEMPLATE_TEST_CASE("gather and scatter move elements that stand apart", "", std::uint8_t, std::int16_t, float, double,
                   std::complex<double>) {
  std::vector<TestType> memory(400);
  for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<TestType>(static_cast<float>(i % 200));
  for (const index stride : {-7, -3, -2, -1, 1, 2, 3, 4, 5, 11})
    for (const index n : {0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 33}) {
      const index from = stride < 0 ? 380 : 10;
      std::vector<TestType> packed(static_cast<std::size_t>(n) + 1, TestType(99));
      gather_row(memory.data() + from, stride, n, packed.data());
      bool right = packed.back() == TestType(99);
      for (index j = 0; j < n; ++j)
        right = right && packed[static_cast<std::size_t>(j)] == memory[static_cast<std::size_t>(from + j * stride)];
      CHECK(right);

      std::vector<TestType> to(400, TestType(99));
      scatter_row(packed.data(), to.data() + from, stride, n);
      index others = 0;
      for (const TestType& x : to) others += x == TestType(99) ? 1 : 0;
      right = true;
      for (index j = 0; j < n; ++j)
        right = right && to[static_cast<std::size_t>(from + j * stride)] == packed[static_cast<std::size_t>(j)];
      CHECK(right);
      CHECK(others >= 400 - n);
    }
}

TEMPLATE_TEST_CASE("loading elements that stand apart", "", float, double, std::int32_t, std::uint64_t) {
  constexpr index N = simd::lanes<TestType>;
  if constexpr (loads_strided<TestType, N>)
    for (const index stride : {-2, -1, 0, 1, 2})
      for (const index n : {index{1}, N - 1, N, 3 * N - 2, 3 * N}) {
        // Nothing lies beyond the first and the last element: sanitizers see what is read there.
        std::vector<TestType> memory(static_cast<std::size_t>(stride == 0 ? N : (n - 1) * std::abs(stride) + 1));
        for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<TestType>(stride == 0 ? 5 : i % 100);
        const TestType* const first = stride < 0 ? &memory.back() : memory.data();
        const auto x = stride == 0 ? strided_loader<TestType, N>(row_loader<TestType, N>{first, 0})
                                   : strided_loader<TestType, N>(first, stride, 0);
        bool right = true;
        for (index j = 0; j < n; j += N) {
          const index count = std::min(N, n - j);
          const auto pack = count == N ? x.load(j) : x.load_partial(j, count);
          for (index i = 0; i < count; ++i) right = right && pack[i] == first[(j + i) * stride];
        }
        CAPTURE(stride, n);
        CHECK(right);
      }
}

TEMPLATE_TEST_CASE("streaming a row, wherever it begins and ends", "", std::uint8_t, std::int16_t, float,
                   std::complex<double>) {
  std::vector<TestType> from(300);
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<TestType>(static_cast<float>(i % 97));
  for (const index begin : {0, 1, 5, 16, 63})
    for (const index n : {0, 1, 3, 15, 16, 17, 64, 130, 200}) {
      std::vector<TestType> to(300, TestType(99)), expected = to;
      std::copy_n(from.begin(), n, expected.begin() + begin);
      stream_row(from.data(), to.data() + begin, n);
      simd::stream_fence();
      CHECK(to == expected);
    }
}

TEMPLATE_TEST_CASE("transposing a block", "", std::uint8_t, std::uint16_t, float, double, std::complex<float>,
                   std::complex<double>) {
  std::vector<TestType> from(80 * 90);
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<TestType>(static_cast<float>(i * 7 % 251));
  for (const index rows : {0, 1, 3, 8, 11, 16, 17, 23, 33, 40, 64})
    for (const index n : {0, 1, 2, 7, 8, 13, 15, 16, 21, 31, 50}) {
      const index stride = 70, pitch = n + 5;
      std::vector<TestType> to(static_cast<std::size_t>((rows + 1) * pitch), TestType(252 % 250));
      const std::vector<TestType> before = to;
      transpose_block(from.data() + 3, stride, rows, n, to.data(), pitch);
      bool right = true;
      for (index r = 0; r <= rows; ++r)
        for (index j = 0; j < pitch; ++j) {
          const auto at = static_cast<std::size_t>(r * pitch + j);
          right =
              right && to[at] == (r < rows && j < n ? from[static_cast<std::size_t>(3 + r + j * stride)] : before[at]);
        }
      CHECK(right);
    }
}

// The memory is exactly that of the groups, so that the sanitizers see what is read or written beside it.
TEMPLATE_TEST_CASE("taking short groups apart and putting them together", "", std::uint8_t, std::uint16_t, float,
                   double, std::complex<float>, std::complex<double>) {
  const auto numbers = [](index n) {
    std::vector<TestType> v(static_cast<std::size_t>(n));
    for (std::size_t i = 0; i < v.size(); ++i) v[i] = static_cast<TestType>(static_cast<float>(i * 7 % 251));
    return v;
  };
  for (index size = 1; size <= 10; ++size)
    for (const index n : {1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 50, 65, 130}) {
      bool right = true;
      for (index rows = 1; rows <= size; ++rows) { // the first of each group
        const auto from = numbers((n - 1) * size + rows);
        std::vector<TestType> to(static_cast<std::size_t>(rows * n));
        transpose_block(from.data(), size, rows, n, to.data(), n);
        for (index r = 0; r < rows; ++r)
          for (index j = 0; j < n; ++j)
            right = right && to[static_cast<std::size_t>(r * n + j)] == from[static_cast<std::size_t>(r + j * size)];
      }
      const auto from = numbers(size * n);
      std::vector<TestType> to(from.size());
      transpose_block(from.data(), n, n, size, to.data(), size);
      for (index r = 0; r < n; ++r)
        for (index j = 0; j < size; ++j)
          right = right && to[static_cast<std::size_t>(r * size + j)] == from[static_cast<std::size_t>(r + j * n)];
      CAPTURE(size, n);
      CHECK(right);
    }
}

TEMPLATE_TEST_CASE("packing some places of groups", "", std::uint8_t, float, double, std::complex<double>) {
  for (index size = 2; size <= 10; ++size)
    for (const index n : {1, 3, 8, 16, 17, 33, 64, 130})
      for (unsigned wanted = 1; wanted < 256; wanted += size < 5 ? 1 : 10) {
        const index places = static_cast<index>(std::bit_width(wanted));
        if (places > size) break;
        std::vector<TestType> from(static_cast<std::size_t>((n - 1) * size + places));
        for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<TestType>(static_cast<float>(i * 7 % 251));
        std::vector<std::vector<TestType>> rows(8, std::vector<TestType>(static_cast<std::size_t>(n)));
        std::array<void*, 8> to{};
        for (std::size_t i = 0; i < 8; ++i)
          if (wanted >> i & 1) to[i] = rows[i].data();
        gather_places(from.data(), size, places, n, to.data());
        bool right = true;
        for (std::size_t i = 0; i < 8; ++i)
          for (std::size_t j = 0; j < rows[i].size(); ++j)
            right = right && rows[i][j] == (to[i] ? from[i + j * static_cast<std::size_t>(size)] : TestType());
        CAPTURE(size, n, wanted);
        CHECK(right);
      }
}

TEST_CASE("a row_loader repeats or walks") {
  alignas(64) float memory[64];
  std::iota(memory, memory + 64, 0.f);
  constexpr index N = simd::register_bytes / 4;
  const row_loader<float, N> walking{memory, -1}, repeating{memory, 0};
  alignas(64) float out[N];
  simd::store(out, walking.load(3));
  CHECK(out[N - 1] == static_cast<float>(3 + N - 1));
  simd::store(out, repeating.load(1000));
  CHECK(out[0] == 0);
}

} // namespace tutti::kernel
