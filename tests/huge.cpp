// SPDX-License-Identifier: MIT
// More elements than 32 bits can count: sizes, positions, reductions and views. Skipped where the memory is not there.
#include <fstream>

#include <support/catch.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

namespace {

constexpr index count = (index{1} << 31) + 1000;

bool has_memory() {
  std::ifstream file("/proc/meminfo");
  std::string word;
  index kib = 0;
  while (file >> word)
    if (word == "MemAvailable:") file >> kib;
  return kib > 3 * (count >> 10);
}

} // namespace

TEST_CASE("more than 2^31 elements") {
  if (!has_memory()) {
    WARN("not enough memory: skipped");
    return;
  }
  tensor<std::uint8_t, 1> x({count});
  x(count - 2) = 7;
  x(-1) = 3;
  CHECK(x.size() == count);
  CHECK(x.at(count - 1) == 3);
  CHECK(std::int64_t(sum(x)) == 10);
  CHECK(std::int64_t(argmax(x)) == count - 2);
  CHECK(x.end()[-2] == 7);

  x += 1; // in place
  CHECK(std::int64_t(sum(x)) == count + 10);
  const auto back = x(range(none, none, -1));
  CHECK(back(1) == 8);
  CHECK(array_equal(x(range(count - 3, none)), cast<std::uint8_t>(array({1, 8, 4}))));

  // Strides beyond 32 bits.
  const auto rows = view_as(x, 2, -1);
  CHECK(rows.strides()[0] == count / 2);
  rows(1, all) = rows(0, all);
  CHECK(std::int64_t(count_nonzero(x == 1)) == count);
  CHECK(array_equal(sum(rows(all, range(0, 2)), 0), array({2, 2})));
}

TEST_CASE("positions beyond 2^31 of what needs no memory") {
  const auto positions = arange(count);
  CHECK(positions.size() == count);
  CHECK(std::int64_t(argmax(positions)) == count - 1);
  CHECK(std::int64_t(positions(range(count - 1, none)).item()) == count - 1);
  CHECK(std::int64_t(max(positions(range(0, none, 1 << 20)))) == ((count - 1) >> 20) << 20);
}

} // namespace tutti
