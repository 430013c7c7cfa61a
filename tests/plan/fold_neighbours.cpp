// SPDX-License-Identifier: MIT
#include <support/catch.hpp>
#include <tutti/plan/explain.hpp>
#include <tutti/tensor.hpp>

// Reductions of windows that lie side by side: rows are folded without gaps, and the neighbours of a window at last.

namespace tutti {

namespace {

template <class T>
tensor<T> numbers(index rows, index columns) {
  tensor<T> x({rows, columns});
  index i = 0;
  for (T& v : x) v = T(static_cast<real_t<T>>((i * 31 + i / 7) % 101)), ++i;
  return x;
}

// Windows of `high` rows and `wide` columns: what `f` makes of each, one by one and at once.
template <class T, class F>
void check_windows(const F& f, index rows, index columns, index high, index wide) {
  INFO(rows << " x " << columns << " windows of " << high << " x " << wide);
  const tensor<T> x = numbers<T>(rows * high, columns * wide);
  const tensor at_once = f(reshape(x, index_list<4>{rows, high, columns, wide}), axes(1, 3));
  const tensor windows = permute(reshape(x, index_list<4>{rows, high, columns, wide}), 0, 2, 1, 3);
  const tensor one_by_one = f(reshape(windows, index_list<3>{rows, columns, high * wide}), 2);
  CHECK(allclose(at_once, one_by_one, 1e-6));
}

template <class T, class F>
void check_sizes(const F& f) {
  for (const index wide : {2, 3, 4, 5, 6, 8}) {
    check_windows<T>(f, 3, 70, 2, wide);
    check_windows<T>(f, 2, 17, 3, wide);
    check_windows<T>(f, 1, 1100, 5, wide);
  }
}

} // namespace

TEST_CASE("windows are folded at once as they are one by one") {
  const auto add = [](const auto& x, auto axis) { return sum(x, axis); };
  check_sizes<float>(add);
  check_sizes<double>(add);
  check_sizes<std::int8_t>(add);
  check_sizes<std::int64_t>(add);
  check_sizes<std::complex<float>>(add);
  check_sizes<float>([](const auto& x, auto axis) { return mean(x, axis); });
  check_sizes<float>([](const auto& x, auto axis) { return max(x * 2 - 1, axis); });
  check_sizes<std::int16_t>([](const auto& x, auto axis) { return min(x, axis); });
  check_sizes<float>([](const auto& x, auto axis) { return sum(x > 50, axis); });
  check_sizes<float>([](const auto& x, auto axis) { return all(x > 3, axis); });
}

TEST_CASE("windows of views, and of several operands, are folded") {
  const tensor<float> x = numbers<float>(64, 200), y = numbers<float>(4, 2);
  const auto windows = reshape(x, index_list<4>{16, 4, 100, 2});
  const tensor<float> copied = windows(all, all, range(3, 90), all), turned = permute(windows, 2, 0, 1, 3);
  CHECK(array_equal(sum(windows(all, all, range(3, 90), all), axes(1, 3)), sum(copied, axes(1, 3))));
  CHECK(array_equal(max(permute(windows, 2, 0, 1, 3), axes(2, 3)), max(turned, axes(2, 3))));
  tensor<float> to({16, 200});
  to(all, range(0, 200, 2)) = sum(windows, axes(1, 3));
  CHECK(array_equal(to(all, range(0, 200, 2)), sum(windows, axes(1, 3))));
  const tensor<float> weighted = windows * y(newaxis, all, newaxis, all);
  CHECK(array_equal(sum(windows * y(newaxis, all, newaxis, all), axes(1, 3)), sum(weighted, axes(1, 3))));
}

TEST_CASE("a plan says that neighbours are folded at last, and packs nothing") {
  const tensor<float, 2> x({64, 64});
  tensor<float> y;
  const auto plan = explain(y, mean(reshape(x, index_list<4>{32, 2, 32, 2}), axes(1, 3)));
  CHECK(plan.stages.at(0).packed == 0);
  CHECK(plan.stages.at(0).loops == "32 x [2 x 64], 2 neighbours folded at last");
}

} // namespace tutti
