// SPDX-License-Identifier: MIT
#include <memory>
#include <string>
#include <utility>

#include <support/catch.hpp>
#include <tutti/core/bundle.hpp>

using tutti::bundle;

namespace {

constexpr int digits(const auto& b) {
  return b.apply([](const auto&... x) {
    int n = 0;
    ((n = 10 * n + static_cast<int>(x)), ...);
    return n;
  });
}

static_assert(digits(bundle<>{}) == 0);
static_assert(digits(bundle<int>{1}) == 1);
static_assert(digits(bundle<int, long>{1, 2}) == 12);
static_assert(digits(bundle<int, long, char, double, int>{1, 2, 3, 4, 5}) == 12345);
static_assert(get<0>(bundle<int, long, char>{1, 2, 3}) == 1);
static_assert(get<2>(bundle<int, long, char>{1, 2, 3}) == 3);
static_assert(get<4>(bundle<int, long, char, double, int>{1, 2, 3, 4, 5}) == 5);

TEST_CASE("the elements of a bundle are visited where they stand", "[core]") {
  bundle<int, std::string, long> b{1, "a", 3};
  b.apply([](auto&... x) { ((x += x), ...); });
  CHECK(get<0>(b) == 2);
  CHECK(get<1>(b) == "aa");
  CHECK(get<2>(b) == 6);
  const std::string& second = b.apply([](const auto&, const auto& x, const auto&) -> decltype(auto) { return x; });
  CHECK(&second == &get<1>(b));
}

TEST_CASE("a bundle moves what can only be moved", "[core]") {
  bundle<std::unique_ptr<int>, int, int> b{std::make_unique<int>(7), 1, 2};
  const auto moved = std::move(b);
  CHECK(*get<0>(moved) == 7);
  CHECK(get<0>(b) == nullptr);
}

} // namespace
