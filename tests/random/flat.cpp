// SPDX-License-Identifier: MIT

// Formulas with reductions that are small enough for the short way, and the same just above: against plain loops.

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
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

} // namespace tutti
