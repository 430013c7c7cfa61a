// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/contraction_order.hpp: the order is the cheapest of all, by trying all.

#include <support/catch.hpp>

#include <tutti/plan/contraction_order.hpp>

namespace {

using tutti::plan::contraction_step, tutti::plan::letter_extents, tutti::plan::letter_set;

std::mt19937 generator(3);
int draw(int low, int high) { return std::uniform_int_distribution<int>(low, high)(generator); }

template <std::size_t N>
struct problem {
  std::array<letter_set, N> factors{};
  letter_set out = 0;
  letter_extents extents{};
};

template <std::size_t N>
problem<N> random_problem(int letters) {
  problem<N> p;
  p.extents.fill(1);
  for (int l = 0; l < letters; ++l) p.extents[static_cast<std::size_t>(l)] = draw(2, 9);
  for (letter_set& set : p.factors)
    for (int n = draw(1, 3); n > 0; --n) set |= letter_set{1} << draw(0, letters - 1);
  for (int l = 0; l < letters; ++l)
    if (draw(0, 2) == 0) p.out |= letter_set{1} << l;
  return p;
}

/// The multiplications of an order, counted by carrying it out on the sets.
template <std::size_t N>
double cost_of(const problem<N>& p, const tutti::plan::contraction_steps<N>& steps) {
  std::vector<letter_set> all(p.factors.begin(), p.factors.end());
  std::vector<bool> used(all.size() + steps.size(), false);
  double cost = 0;
  for (const contraction_step& s : steps) {
    REQUIRE(s.left != s.right);
    REQUIRE(std::max(s.left, s.right) < all.size());
    REQUIRE((!used[s.left] && !used[s.right]));
    used[s.left] = used[s.right] = true;
    letter_set needed = p.out;
    for (std::size_t o = 0; o < all.size(); ++o)
      if (!used[o]) needed |= all[o];
    double positions = 1;
    for (std::size_t l = 0; l < 60; ++l)
      if (((all[s.left] | all[s.right]) >> l & 1) != 0) positions *= static_cast<double>(p.extents[l]);
    cost += positions;
    all.push_back((all[s.left] | all[s.right]) & needed);
  }
  return cost;
}

/// The cost of the best order, by trying every pair first.
template <std::size_t N>
double least_cost(const problem<N>& p, const std::vector<letter_set>& factors) {
  if (factors.size() == 1) return 0;
  double least = 1e300;
  for (std::size_t i = 0; i < factors.size(); ++i)
    for (std::size_t j = i + 1; j < factors.size(); ++j) {
      letter_set needed = p.out;
      std::vector<letter_set> rest;
      for (std::size_t o = 0; o < factors.size(); ++o)
        if (o != i && o != j) {
          rest.push_back(factors[o]);
          needed |= factors[o];
        }
      double positions = 1;
      for (std::size_t l = 0; l < 60; ++l)
        if (((factors[i] | factors[j]) >> l & 1) != 0) positions *= static_cast<double>(p.extents[l]);
      rest.push_back((factors[i] | factors[j]) & needed);
      least = std::min(least, positions + least_cost(p, rest));
    }
  return least;
}
template <std::size_t N>
double least_cost(const problem<N>& p) { return least_cost(p, std::vector(p.factors.begin(), p.factors.end())); }

/// Calls f with each of these numbers, as a constant.
template <std::size_t... Ns>
void for_each_count(const auto& f) { (f(std::integral_constant<std::size_t, Ns>()), ...); }

/// Matrices of random extents, of which neighbours are multiplied.
template <std::size_t N>
problem<N> random_chain() {
  problem<N> p;
  p.extents.fill(1);
  for (std::size_t m = 0; m < N; ++m) p.factors[m] = letter_set{3} << m;
  for (std::size_t l = 0; l <= N; ++l) p.extents[l] = draw(2, 50);
  p.out = letter_set{1} | letter_set{1} << N;
  return p;
}

} // namespace

TEST_CASE("of few factors the order is the cheapest") {
  for_each_count<2, 3, 4, 5, 6>([](auto count) {
    for (int round = 0; round < 40; ++round) {
      const auto p = random_problem<count>(6);
      CHECK(cost_of(p, tutti::plan::order_contractions(p.factors, p.out, p.extents, false)) == least_cost(p));
    }
  });
}

TEST_CASE("of many factors every one is used once") {
  for_each_count<9, 17, 30>([](auto count) {
    for (int round = 0; round < 7; ++round) {
      const auto p = random_problem<count>(12);
      CHECK(cost_of(p, tutti::plan::order_contractions(p.factors, p.out, p.extents, false)) > 0);
    }
  });
}

TEST_CASE("a chain of matrices is multiplied in the cheapest order") {
  for_each_count<2, 3, 4, 5, 6>([](auto count) {
    for (int round = 0; round < 20; ++round) {
      const auto p = random_chain<count>();
      CHECK(cost_of(p, tutti::plan::order_contractions(p.factors, p.out, p.extents, true)) == least_cost(p));
    }
  });
  // The textbook's: six matrices, 15125 multiplications.
  auto p = random_chain<6>();
  const int extents[] = {30, 35, 15, 5, 10, 20, 25};
  std::copy(std::begin(extents), std::end(extents), p.extents.begin());
  CHECK(cost_of(p, tutti::plan::order_contractions(p.factors, p.out, p.extents, true)) == 15125);
}
