// SPDX-License-Identifier: MIT
#include <cmath>
#include <random>
#include <vector>

#include <support/catch.hpp>
#include <tutti/expr/argreduce.hpp>
#include <tutti/kernel/argreduce.hpp>

namespace tutti::kernel {

namespace {

// Few different values, infinities, zeros of both signs, NaN: one kind at a time, so that each is often the best.
template <class T>
T number(std::mt19937& dice, int kind) {
  const auto any = [&](unsigned n) { return static_cast<int>(dice() % n); };
  if constexpr (std::floating_point<T>) {
    constexpr T infinity = std::numeric_limits<T>::infinity();
    if (kind == 2 && any(40) == 0) return std::numeric_limits<T>::quiet_NaN();
    if (kind == 3 && any(30) == 0) return any(2) == 0 ? infinity : -infinity;
    if (kind == 4) return any(2) == 0 ? T(0) : -T(0);
    if (kind == 5 && any(5) > 0) return -infinity;
    if (kind == 6 && any(5) > 0) return infinity;
  }
  return static_cast<T>(any(kind == 0 ? 3 : kind == 1 ? 1'000'000 : 20) - 8);
}

template <class Op, class T>
int mistakes() {
  constexpr index N = simd::register_bytes / static_cast<index>(sizeof(T));
  std::mt19937 dice(7);
  int found = 0;
  for (int round = 0; round < 4000; ++round) {
    const auto n = static_cast<index>(dice() % (round % 5 == 0 ? 5000 : 300) + 1);
    std::vector<T> x(static_cast<std::size_t>(n));
    for (T& v : x) v = number<T>(dice, round % 7);
    const index step = std::array<index, 3>{1, 5, -3}[dice() % 3], first = step < 0 ? 3 * n : 11;
    best_element<T> best;
    if (dice() % 3 == 0) best = {x[dice() % x.size()], static_cast<std::int64_t>(dice() % 1000)};
    best_element<T> expected = best;
    for (index j = 0; j < n; ++j) {
      const T v = x[static_cast<std::size_t>(j)];
      const std::int64_t position = first + j * step;
      if (expected.position < 0 || better(Op{}, v, expected.value) ||
          (same_value(v, expected.value) && position < expected.position))
        expected = {v, position};
    }
    const row_loader<T, N> row{x.data(), -1};
    find_in_row<N, T, 4>(Op{}, row, row, n, first, step, best);
    found += best.position != expected.position || !same_value(best.value, expected.value);
  }
  return found;
}

template <class Op, class T>
int mistakes_in_columns() {
  constexpr index N = simd::register_bytes / static_cast<index>(std::max(sizeof(T), sizeof(std::int32_t)));
  std::mt19937 dice(3);
  int found = 0;
  for (int round = 0; round < 700; ++round) {
    const auto rows = static_cast<index>(dice() % 30 + 1), n = static_cast<index>(dice() % 70 + 1);
    std::vector<T> x(static_cast<std::size_t>(rows * n));
    for (T& v : x) v = number<T>(dice, round % 7);
    const auto row = [&](index r) { return row_loader<T, N>{x.data() + r * n, -1}; };
    const auto whole = static_cast<std::size_t>((n + N - 1) / N * N);
    std::vector<T> values(whole);
    std::vector<std::int32_t> numbers(whole);
    const auto look = [&](auto may_be_nan) {
      constexpr bool nan = decltype(may_be_nan)::value;
      values.assign(whole, Op::values::template identity<T>());
      numbers.assign(whole, 0);
      bool all_numbers = true;
      const auto see = [&](index r, const auto&... several) {
        const auto total = find_rows_of_columns<N, nan>(Op{}, n, static_cast<std::int32_t>(r), values.data(),
                                                        numbers.data(), several...);
        if constexpr (std::floating_point<T>) all_numbers = all_numbers && !simd::any_nan(total);
      };
      index r = 0;
      for (; r + 3 <= rows; r += 3) see(r, row(r), row(r + 1), row(r + 2));
      for (; r < rows; ++r) see(r, row(r));
      return all_numbers;
    };
    if (!look(std::false_type{})) look(std::true_type{});
    for (index j = 0; j < n; ++j) {
      index best = 0;
      for (index r = 1; r < rows; ++r)
        if (better(Op{}, x[static_cast<std::size_t>(r * n + j)], x[static_cast<std::size_t>(best * n + j)])) best = r;
      found += numbers[static_cast<std::size_t>(j)] != best;
    }
  }
  return found;
}

} // namespace

TEST_CASE("the best elements of columns whose rows come in order") {
  CHECK(mistakes_in_columns<argmax_op, float>() == 0);
  CHECK(mistakes_in_columns<argmin_op, float>() == 0);
  CHECK(mistakes_in_columns<argmax_op, double>() == 0);
  CHECK(mistakes_in_columns<argmin_op, std::int32_t>() == 0);
  CHECK(mistakes_in_columns<argmax_op, std::int64_t>() == 0);
}

TEST_CASE("the best element of rows of any length and order, after any other") {
  CHECK(mistakes<argmax_op, float>() == 0);
  CHECK(mistakes<argmin_op, float>() == 0);
  CHECK(mistakes<argmax_op, double>() == 0);
  CHECK(mistakes<argmin_op, double>() == 0);
  CHECK(mistakes<argmin_op, std::int32_t>() == 0);
  CHECK(mistakes<argmax_op, std::int64_t>() == 0);
  CHECK(mistakes<argmin_op, std::uint16_t>() == 0);
  CHECK(mistakes<argmax_op, std::int8_t>() == 0);
}

} // namespace tutti::kernel
