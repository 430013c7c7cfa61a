// SPDX-License-Identifier: MIT
// Tests include/tutti/plan/contraction_order.hpp: the order is the cheapest of all, by trying all.

#include <support/catch.hpp>

#include <tutti/plan/contraction_order.hpp>

namespace {

using tutti::plan::contraction_step, tutti::plan::letter_extents, tutti::plan::letter_set;

std::mt19937 generator(3);
int draw(int low, int high) { return std::uniform_int_distribution<int>(low, high)(generator); }

struct problem {
  std::vector<letter_set> factors;
  letter_set out = 0;
  letter_extents extents{};
};

problem random_problem(int factors, int letters) {
  problem p;
  p.extents.fill(1);
  for (int l = 0; l < letters; ++l) p.extents[static_cast<std::size_t>(l)] = draw(2, 9);
  for (int f = 0; f < factors; ++f) {
    letter_set set = 0;
    for (int n = draw(1, 3); n > 0; --n) set |= letter_set{1} << draw(0, letters - 1);
    p.factors.push_back(set);
  }
  for (int l = 0; l < letters; ++l)
    if (draw(0, 2) == 0) p.out |= letter_set{1} << l;
  return p;
}

/// The multiplications of an order, counted by carrying it out on the sets.
double cost_of(const problem& p, const std::vector<contraction_step>& steps) {
  std::vector<letter_set> all = p.factors;
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
  REQUIRE(steps.size() + 1 == p.factors.size());
  return cost;
}

/// The cost of the best order, by trying every pair first.
double least_cost(const problem& p, std::vector<letter_set> factors) {
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

} // namespace

TEST_CASE("of few factors the order is the cheapest") {
  for (int round = 0; round < 200; ++round) {
    const problem p = random_problem(draw(2, 6), 6);
    const auto steps = tutti::plan::order_contractions(p.factors, p.out, p.extents, false);
    CHECK(cost_of(p, steps) == least_cost(p, p.factors));
  }
}

TEST_CASE("of many factors every one is used once") {
  for (int round = 0; round < 20; ++round) {
    const problem p = random_problem(draw(9, 30), 12);
    CHECK(cost_of(p, tutti::plan::order_contractions(p.factors, p.out, p.extents, false)) > 0);
  }
}

TEST_CASE("a chain of matrices is multiplied in the cheapest order") {
  for (int round = 0; round < 100; ++round) {
    problem p;
    p.extents.fill(1);
    const int matrices = draw(2, 6);
    for (int m = 0; m < matrices; ++m) p.factors.push_back(letter_set{3} << m);
    for (int l = 0; l <= matrices; ++l) p.extents[static_cast<std::size_t>(l)] = draw(2, 50);
    p.out = letter_set{1} | letter_set{1} << matrices;
    const auto steps = tutti::plan::order_contractions(p.factors, p.out, p.extents, true);
    CHECK(cost_of(p, steps) == least_cost(p, p.factors));
  }
  // The textbook's: six matrices, 15125 multiplications.
  problem p;
  p.extents.fill(1);
  const int extents[] = {30, 35, 15, 5, 10, 20, 25};
  for (std::size_t l = 0; l < 7; ++l) p.extents[l] = extents[l];
  for (int m = 0; m < 6; ++m) p.factors.push_back(letter_set{3} << m);
  p.out = letter_set{1} | letter_set{1} << 6;
  CHECK(cost_of(p, tutti::plan::order_contractions(p.factors, p.out, p.extents, true)) == 15125);
}
