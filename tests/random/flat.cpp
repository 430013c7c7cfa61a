// SPDX-License-Identifier: MIT

// Formulas with reductions that are small enough for the short way, and the same just above: against plain loops.

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <memory>
#include <random>

#include <support/catch.hpp>
#include <tutti/nn.hpp>
#include <tutti/tensor.hpp>

namespace tutti {

namespace {

template <class T>
tensor<T, 1> numbers(index n, unsigned seed) {
  std::mt19937 random(seed);
  tensor<T, 1> x({n});
  for (T& v : x) v = static_cast<T>(1 + static_cast<int>(random() % 9)) / T(4);
  return x;
}

template <class T>
bool near(T a, double b) { return std::abs(static_cast<double>(a) - b) <= 1e-5 * std::max(1.0, std::abs(b)); }

template <class T, class F>
bool each(const tensor<T, 1>& y, const F& expected) {
  bool right = true;
  for (index i = 0; i < y.size(); ++i) right = right && near(y(i), expected(i));
  return right;
}

constexpr index lengths[] = {1, 2, 3, 7, 8, 15, 16, 17, 64, 100, 511, 512, 513, 600, 4096, 4097};

} // namespace

TEMPLATE_TEST_CASE("small formulas with reductions", "", float, double) {
  using T = TestType;
  for (const index n : lengths) {
    CAPTURE(n);
    const auto x = numbers<T>(n, 1), w = numbers<T>(n, 2);
    const auto at = [](const auto& v) { return [&v](index i) { return static_cast<double>(v(i)); }; };
    const auto total = [&](const auto& f) {
      double s = 0;
      for (index i = 0; i < n; ++i) s += f(i);
      return s;
    };
    const double mean_of = total(at(x)) / static_cast<double>(n), largest = *std::max_element(x.begin(), x.end());
    const double spread =
        std::sqrt(total([&](index i) { return std::pow(at(x)(i) - mean_of, 2); }) / static_cast<double>(n));
    const auto weight = [&](index i) { return std::exp(at(x)(i) - largest); };
    const double length = std::sqrt(total([&](index i) { return std::pow(at(x)(i) - at(w)(i), 2); }));

    tensor<T, 1> y({n});
    y = softmax(x, 0);
    CHECK(each(y, [&](index i) { return weight(i) / total(weight); }));
    y = (x - mean(x)) / (stddev(x) + 1);
    CHECK(each(y, [&](index i) { return (at(x)(i) - mean_of) / (spread + 1); }));
    y = x * (sum(w) / sum(x)) - w / 3;
    CHECK(each(y, [&](index i) { return at(x)(i) * total(at(w)) / total(at(x)) - at(w)(i) / 3; }));
    y = where(x == max(x), min(w, 0, keepdims), x);
    CHECK(each(y, [&](index i) { return at(x)(i) == largest ? *std::min_element(w.begin(), w.end()) : at(x)(i); }));
    const tensor<T, 0> distance = sqrt(sum(square(x - w)));
    CHECK(near(distance.item(), length));
    CHECK(near(norm(x - w).item(), length));
    CHECK(near(logsumexp(x, 0).item(), largest + std::log(total(weight))));
    CHECK((sum(x > mean(x)) / T(n)).item() <= 1);
    // Whatever way it takes, the same bits: as one row of two.
    const tensor<T, 2> rows = stack(0, x, w), softmaxes = softmax(rows, 1), quotients = rows / norm(rows, 1, keepdims);
    y = softmax(x, 0);
    CHECK(all(y == softmaxes(0, all)).item());
    y = w / norm(w);
    CHECK(all(y == quotients(1, all)).item());
    // The right side is read before it is written.
    y = x;
    y = y / sum(y);
    CHECK(each(y, [&](index i) { return at(x)(i) / total(at(x)); }));
    y = x;
    y(range(1, none)) = y(range(0, -1)) - max(y) * y(range(1, none));
    CHECK(each(y, [&](index i) { return i == 0 ? at(x)(0) : at(x)(i - 1) - largest * at(x)(i); }));
    y = x;
    y += mean(y, 0, keepdims) * w;
    CHECK(each(y, [&](index i) { return at(x)(i) + mean_of * at(w)(i); }));
    auto all_of = y(all, newaxis);
    all_of = all_of - min(all_of);
    CHECK(near(min(y).item(), 0));
  }
}

TEST_CASE("small formulas with reductions: element types, matrices, nothing at all") {
  const tensor<int, 1> whole = arange(10);
  const tensor<int, 1> shares = whole * 100 / sum(whole);
  CHECK(shares(9) == 20);
  const tensor<float, 1> real = whole / 4.f + mean(whole);
  CHECK(real(2) == 5);
  const tensor<bool, 1> above = whole > mean(whole) && any(whole == 3);
  CHECK((!above(4) && above(5)));
  const tensor<std::complex<float>, 1> turned = cast<std::complex<float>>(whole) * std::complex<float>(0, 1);
  const tensor<std::complex<float>, 1> centered = turned - mean(turned);
  CHECK(centered(0) == std::complex<float>(0, -4.5f));
  const tensor<float16, 1> halves = cast<float16>(whole);
  const tensor<float16, 1> scaled = halves / max(halves);
  CHECK(static_cast<float>(scaled(9)) == 1);
  const tensor<float, 2> m = reshape(arange(6.f), 2, 3), scaled_m = m / sum(m) + max(m, axes(0, 1), keepdims);
  CHECK(scaled_m(1, 2) == 5 + 1 / 3.f);
  const tensor<float> dynamic = m, share = dynamic / sum(dynamic);
  CHECK(share(1, 0) == 0.2f);
  const tensor<float, 1> nothing({0});
  tensor<float, 1> y = nothing / sum(nothing);
  CHECK(y.size() == 0);
  CHECK_THROWS_AS(y = nothing - max(nothing), value_error);
  CHECK(std::isnan(sqrt(mean(nothing)).item()));
  tensor<float, 1> odd({3}, 1.f);
  odd(1) = std::numeric_limits<float>::infinity();
  odd(2) = -0.f;
  y = odd / max(odd);
  CHECK((y(0) == 0 && std::isnan(y(1)) && std::signbit(y(2))));
  y = odd / 3;
  CHECK((y(0) == 1 / 3.f && y(1) == odd(1) && std::signbit(y(2))));
}

TEMPLATE_TEST_CASE("formulas of a few packs: of every length, where their leaves lie", "", float, double, int,
                   std::int8_t, bool, std::complex<float>) {
  using T = TestType;
  constexpr T values[] = {T(0), T(1), T(0), T(1), T(1)};
  const auto differ = [&](T a, T b) { return values[a != b ? 1 : 0]; };
  for (index n = 1; n <= 280; n += n < 70 ? 1 : 7) {
    CAPTURE(n);
    // The destination is amid memory that must stay as it is; `from` elements of a leaf lie under it.
    for (const index from : {-3, -1, 0, 1, 2, 300}) {
      std::unique_ptr<T[]> memory(new T[1000]);
      const auto was = [&](index i) { return values[(i * 7 + n) % 5]; };
      for (index i = 0; i < 1000; ++i) memory[static_cast<std::size_t>(i)] = was(i);
      const view<T, 1> to(memory.get() + 10, {n}), leaf(memory.get() + 10 + from, {n});
      to = cast<T>(leaf != to);
      bool right = true;
      for (index i = 0; i < 1000; ++i) {
        const T expected = i >= 10 && i < 10 + n ? differ(was(i + from), was(i)) : was(i);
        right = right && memory[static_cast<std::size_t>(i)] == expected;
      }
      CHECK(right);
    }
  }
}

TEST_CASE("formulas of a few packs: shapes that are not the destination's, and other strides") {
  for (const index rows : {1, 2, 3, 5}) {
    for (const index columns : {1, 2, 4, 7, 16}) {
      CAPTURE(rows, columns);
      tensor<float, 2> a({rows, columns}), b({columns, rows}), c({1, columns}), y({rows, columns});
      a = reshape(arange(static_cast<float>(a.size())), rows, columns);
      b = reshape(arange(static_cast<float>(b.size())), columns, rows) + 100.f;
      c = reshape(arange(static_cast<float>(columns)), 1, columns) * 7.f;
      const auto right = [&](const auto& f) {
        bool all_right = true;
        for (index i = 0; i < rows; ++i)
          for (index j = 0; j < columns; ++j) all_right = all_right && y(i, j) == f(i, j);
        return all_right;
      };
      y = 2.f * a - 1.f;
      CHECK(right([&](index i, index j) { return 2 * a(i, j) - 1; }));
      y = a - transpose(b);
      CHECK(right([&](index i, index j) { return a(i, j) - b(j, i); }));
      y = a - c;
      CHECK(right([&](index i, index j) { return a(i, j) - c(0, j); }));
      y = a - c(0, all);
      CHECK(right([&](index i, index j) { return a(i, j) - c(0, j); }));
      y = a + a(all, range(none, none, -1));
      CHECK(right([&](index i, index j) { return a(i, j) + a(i, columns - 1 - j); }));
      y = a;
      y = y + y(range(none, none, -1), all);
      CHECK(right([&](index i, index j) { return a(i, j) + a(rows - 1 - i, j); }));
      y = a;
      y(all, 0) = y(all, -1) * 3.f;
      CHECK(right([&](index i, index j) { return j == 0 ? a(i, columns - 1) * 3 : a(i, j); }));
      const tensor<float> of_any_rank = a;
      y = of_any_rank / 3.f;
      CHECK(right([&](index i, index j) { return a(i, j) / 3; }));
      y += a / 3.f;
      CHECK(right([&](index i, index j) { return a(i, j) / 3 + a(i, j) / 3; }));
      tensor<double, 2> wide = a + 0.5;
      y = wide * a;
      CHECK(right([&](index i, index j) { return static_cast<float>((a(i, j) + 0.5) * a(i, j)); }));
    }
  }
  const tensor<float, 1> x({3}, 1.f);
  tensor<float, 1> y({3}, 7.f);
  const tensor<float, 1> long_one({4}, 1.f);
  CHECK_THROWS_AS(y(all) = x + long_one, shape_error);
  CHECK((y(0) == 7 && y(2) == 7));
}

TEST_CASE("one value is written as one") {
  tensor<float, 1> x = arange(10.f);
  x(3) = sum(x).item();
  CHECK((x(2) == 2 && x(3) == 45 && x(4) == 4));
  auto third = x(range(3, 4));
  third = max(x, 0, keepdims) - 2.f;
  CHECK((x(2) == 2 && x(3) == 43 && x(4) == 4));
  tensor<double, 1> wide({3}, 1.);
  wide(range(1, 2)) = sqrt(sum(x, 0, keepdims) * 0.f + 9.f);
  CHECK((wide(0) == 1 && wide(1) == 3 && wide(2) == 1));
  tensor<bool, 1> flags({3}, false);
  flags(range(1, 2)) = any(x > 40.f, 0, keepdims);
  CHECK((!flags(0) && flags(1) && !flags(2)));
}

} // namespace tutti
