// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/masked_columns.hpp: softmax of masked scores times values, against the same without leaving
// anything out.
// labels: parallel

#include <support/attention.hpp>
#include <support/catch.hpp>

#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include <tutti/nn/attention.hpp>
#include <tutti/plan/explain.hpp>

namespace {

using test::draw, test::random_reals, test::softmax, tutti::index, tutti::tensor;
constexpr tutti::all_t whole{};
constexpr float inf = std::numeric_limits<float>::infinity();

// Both forms of a mask. (Few types of formulas: each takes its time to compile.)
struct operands {
  tensor<float, 3> q, k, v;
  tensor<bool, 3> seen;

  auto scores() const { return matmul(q, swapaxes(k, -1, -2)) * 0.5f; }
  auto chosen(float hidden = -inf) const { return matmul(softmax(where(seen, scores(), hidden)), v); }
  tensor<float, 3> added(float hidden = -inf) const { return where(seen, 0.f, hidden); }
  template <class T>
  auto scaled(float scale, const tensor<T, 3>& mask) const {
    return matmul(softmax(mask + scale * matmul(q, swapaxes(k, -1, -2))), v);
  }
  auto otherwise() const { return matmul(softmax(where(!seen, -inf, scores())), v); }
  auto summed(const tensor<float, 3>& mask) const {
    return matmul(softmax(matmul(q, swapaxes(k, -1, -2)) / 2 + mask), v);
  }
};

template <class E>
bool hides_columns(const E& e) {
  tensor<float, 3> o(e.shape());
  const tutti::view<float, 3> to(o.data(), o.shape());
  return tutti::plan::panel_statement<float, 3, tutti::borrowed, E>(to, e).hides_columns();
}

/// Statement by statement, with the matrix of scores.
tensor<float, 3> plain(const operands& x) {
  const tensor<float, 3> masked = where(x.seen, tensor(x.scores()), -inf);
  const tensor<float, 3> weights = softmax(masked);
  return matmul(weights, x.v);
}

template <class E>
void check_formula(const E& e, const tensor<float, 3>& expected) {
  tutti::set_num_threads(1);
  const tensor<float, 3> o = e;
  CHECK(allclose(o, expected, 1e-5, 1e-6, true));
  for (const int threads : {2, 3}) {
    tutti::set_num_threads(threads);
    const tensor<float, 3> again = e;
    CHECK(std::memcmp(o.data(), again.data(), static_cast<std::size_t>(o.size()) * sizeof(float)) == 0);
  }
  tutti::set_num_threads(0);
}
void check(const operands& x) {
  const tensor expected = plain(x);
  check_formula(x.chosen(), expected);
  check_formula(x.summed(x.added()), expected);
}
void check(const operands& x, bool hides) {
  check(x);
  CHECK(hides_columns(x.chosen()) == hides);
  CHECK(hides_columns(x.summed(x.added())) == hides);
}

operands random_operands(index batch, index n, index m, index d) {
  return {random_reals({batch, n, d}), random_reals({batch, m, d}), random_reals({batch, m, d + 1}),
          tensor<bool, 3>({1, n, m})};
}
template <class Sees>
void set_mask(tensor<bool, 3>& seen, const Sees& sees) {
  for (index b = 0; b < seen.shape()[0]; ++b)
    for (index i = 0; i < seen.shape()[1]; ++i)
      for (index j = 0; j < seen.shape()[2]; ++j) seen(b, i, j) = sees(b, i, j);
}

} // namespace

TEST_CASE("causal attention leaves out the keys behind a panel's queries") {
  // (Of the last ones a thread keeps keys and values packed.)
  constexpr std::array<tutti::index, 4> sizes[] = {{2, 256, 256, 16}, {1, 300, 129, 8},  {3, 129, 300, 5},
                                                   {1, 128, 128, 4},  {1, 1000, 640, 7}, {2, 5, 2000, 3},
                                                   {2, 700, 640, 40}};
  for (const auto& [batch, n, m, d] : sizes) {
    auto x = random_operands(batch, n, m, d);
    set_mask(x.seen, [](auto, auto i, auto j) { return i >= j; });
    check(x, m > 128 && n >= 32);
    const tensor expected = plain(x);
    check_formula(tutti::nn::scaled_dot_product_attention(x.q, x.k, x.v, tutti::nn::is_causal, {.scale = 0.5}),
                  expected);
    check_formula(x.otherwise(), expected);
    CHECK(hides_columns(x.otherwise()) == (m > 128 && n >= 32));
    check_formula(x.scaled(0.5f, x.added()), expected);
  }
}

TEST_CASE("windows, padding of each matrix of a batch, and keys at the front may be hidden") {
  auto x = random_operands(3, 200, 700, 6);
  const auto check_mask = [&](const auto& sees, bool hides) {
    set_mask(x.seen, sees);
    check(x, hides);
  };
  check_mask([](auto, auto i, auto j) { return j >= i + 300 && j < i + 350; }, true);
  check_mask([](auto, auto i, auto j) { return j >= i + 400; }, true);
  check_mask([](auto...) { return true; }, false);
  check_mask([](auto...) { return false; }, false);
  check_mask([](auto, auto i, auto) { return i >= 150; }, false); // queries that see all or nothing
  x.seen = tensor<bool, 3>({3, 1, 700});
  const std::array<tutti::index, 3> lengths{130, 500, 700};
  check_mask([&](auto b, auto, auto j) { return j < lengths[static_cast<std::size_t>(b)]; }, true);
}

TEST_CASE("parts of keys and values that a thread keeps packed") {
  auto x = random_operands(2, 600, 700, 40);
  set_mask(x.seen, [](auto, auto i, auto j) { return j >= i && j < i + 200; });
  check(x, true);
  set_mask(x.seen, [](auto, auto, auto j) { return j >= 300 && j < 350; }); // too few to be kept
  check(x, true);
}

TEST_CASE("random masks") {
  for (int round = 0; round < 20; ++round) {
    const tutti::index batch = draw(1, 3), n = draw(1, 300), m = draw(130, 600), d = draw(1, 12);
    auto x = random_operands(batch, n, m, d);
    x.seen = tensor<bool, 3>({round % 2 == 0 ? batch : 1, n, m});
    const tutti::index low = draw(0, 120), high = draw(121, static_cast<int>(m));
    set_mask(x.seen, [&](auto, auto, auto j) { return j >= low && j < high && draw(0, 20) == 0; });
    check(x);
  }
}

TEST_CASE("what is not finite is not left out where it matters") {
  auto x = random_operands(1, 256, 512, 4);
  set_mask(x.seen, [](auto, auto i, auto j) { return i >= j; });
  const tensor k = x.k, v = x.v, mask = x.added();
  for (const float odd : {inf, -inf, std::nanf("")}) {
    // 0 times a value that is not finite is NaN.
    x.v(0, 500, 2) = odd;
    check(x, false);
    CHECK(tutti::all(isnan(tensor(x.chosen())(0, whole, 2)))());
    x.v = v;
    // A score that is not finite is gone by where, but not by adding minus infinity to it.
    x.k(0, 500, 1) = odd;
    CHECK(hides_columns(x.chosen()));
    check_formula(x.chosen(), plain(x));
    CHECK_FALSE(hides_columns(x.summed(mask)));
    CHECK(tutti::any(isnan(tensor(x.summed(mask))))());
    x.k = k;
  }
  // Where the product overflows, the sum with minus infinity is NaN, however small the scale is.
  x.q(whole, whole, 1) = 1e10f;
  x.k(0, 500, 1) = 1e30f;
  for (const float scale : {1e-10f, 0.f, 1.f}) {
    CHECK_FALSE(hides_columns(x.scaled(scale, mask)));
    CHECK(tutti::any(isnan(tensor(x.scaled(scale, mask))))());
  }
  CHECK_FALSE(hides_columns(x.scaled(1e-10f, tensor<double, 3>(mask)))); // it is a product of floats all the same
  x.q(whole, whole, 1) = 1;
  CHECK(hides_columns(x.scaled(1e-10f, mask)));
  CHECK_FALSE(hides_columns(x.scaled(1e10f, mask)));
  CHECK_FALSE(hides_columns(x.scaled(inf, mask)));
  // Another number hides nothing.
  x.k = k;
  CHECK_FALSE(hides_columns(x.chosen(-1e30f)));
  CHECK_FALSE(hides_columns(x.summed(x.added(-1e30f))));
}

TEST_CASE("plans tell") {
  const auto x = random_operands(1, 256, 512, 4);
  const tensor<float, 3> o({1, 256, 5});
  CHECK_THAT(tutti::explain(o, x.chosen()).to_text(), ContainsSubstring("the mask hides columns"));
  CHECK_THAT(tutti::explain(o, matmul(softmax(x.scores()), x.v)).to_text(),
             !ContainsSubstring("the mask hides columns"));
}
