// SPDX-License-Identifier: MIT
#include <support/catch.hpp>
#include <tutti/plan/explain.hpp>
#include <tutti/tensor.hpp>

// Reductions of points' few coordinates, which are neighbours in memory: they are folded as they are loaded.

namespace tutti {

namespace {

template <class T>
tensor<T> numbers(const index_list<>& shape, int seed = 0) {
  tensor<T> x(shape);
  index i = seed;
  for (T& v : x) v = T(static_cast<real_t<T>>((i * 31 + i / 7) % 23)), ++i;
  return x;
}

// The fold of points, and that of the same points whose coordinates are apart in memory.
template <class T, class F>
void check_points(const F& f) {
  for (const index count : {2, 3, 4, 5, 6, 8})
    for (const index points : {1, 7, 48, 341, 1500}) {
      INFO(points << " points of " << count);
      const tensor<T> p = numbers<T>({points, count}), q = numbers<T>({points, count}, 5), one = numbers<T>({count}, 2),
                      each = numbers<T>({points, 1}, 3);
      const tensor<T> p_apart = transpose(p), q_apart = transpose(q);
      const tensor together = f(p, q, one, each), apart = f(transpose(p_apart), transpose(q_apart), one, each);
      CHECK(allclose(together, apart, 1e-5, 1e-5));
    }
}

} // namespace

TEST_CASE("coordinates of points are folded as if they were apart") {
  const auto products = [](const auto& p, const auto& q, const auto&, const auto&) { return sum(p * q, 1); };
  check_points<float>(products);
  check_points<double>(products);
  check_points<std::int16_t>(products);
  check_points<std::int64_t>(products);
  check_points<std::complex<double>>(products);
  check_points<float>([](const auto& p, const auto&, const auto& one, const auto&) { return norm(p - one, 1); });
  check_points<float>([](const auto& p, const auto&, const auto&, const auto& each) { return mean(p * each, 1); });
  check_points<std::uint8_t>([](const auto& p, const auto&, const auto&, const auto&) { return mean(p, 1); });
  check_points<std::int8_t>([](const auto& p, const auto&, const auto&, const auto&) { return max(p, 1); });
}

TEST_CASE("conditions on points are folded as if their coordinates were apart") {
  check_points<float>([](const auto& p, const auto&, const auto& one, const auto&) { return all(p > one - 9, 1); });
  check_points<double>([](const auto& p, const auto& q, const auto&, const auto&) { return any(p == q, 1); });
  check_points<std::int16_t>([](const auto& p, const auto&, const auto&, const auto&) { return sum(p > 11, 1); });
}

TEST_CASE("formulas of several folds of points, and of one number a point") {
  const auto cosine = [](const auto& p, const auto& q, const auto&, const auto& each) {
    return sum(p * q, 1) / (norm(p, 1) * norm(q, 1) + 1) * each(all, 0) + q(all, 1);
  };
  check_points<float>(cosine);
  check_points<double>(cosine);
  // One fold reads another's results.
  check_points<float>([](const auto& p, const auto& q, const auto&, const auto&) {
    return sum(p * sum(q, 1, keepdims), 1) + sum(q, 1);
  });
  check_points<double>([](const auto& p, const auto& q, const auto&, const auto&) {
    return sum(q, 1) + sum(p * sum(q, 1, keepdims), 1);
  });
  check_points<float>([](const auto& p, const auto&, const auto&, const auto&) { return logsumexp(p, 1); });
  check_points<float>([](const auto& p, const auto&, const auto&, const auto&) { return argmax(p, 1) + sum(p, 1); });
}

TEST_CASE("points of a batch, and results that stand apart or are updated") {
  const tensor<float> p = numbers<float>({5, 90, 3}), apart = permute(p, 2, 0, 1);
  const tensor<float> lengths = norm(permute(apart, 1, 2, 0), 2);
  CHECK(allclose(norm(p, 2), lengths));
  CHECK(allclose(norm(p(range(1, 4), range(5, 80), all), 2), lengths(range(1, 4), range(5, 80))));
  tensor<float> to({5, 180});
  to(all, range(0, 180, 2)) = norm(p, 2);
  CHECK(allclose(to(all, range(0, 180, 2)), lengths));
  tensor<float> updated = lengths;
  updated += 2 * norm(p, 2);
  CHECK(allclose(updated, 3 * lengths));
}

TEST_CASE("a plan says that points are folded as they lie, and packs nothing") {
  const tensor<float> p({1000, 3});
  tensor<float> y;
  const auto plan = explain(y, norm(p, 1));
  CHECK(plan.stages.at(0).packed == 0);
  CHECK(plan.stages.at(0).loops.ends_with("3 neighbours folded at last"));
}

} // namespace tutti
