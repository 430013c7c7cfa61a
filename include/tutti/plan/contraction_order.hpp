// SPDX-License-Identifier: MIT
#pragma once

// In which order the N factors of a product are multiplied two at a time. The cost of a pair is its multiplications: the
// product of the extents of all letters that either has.

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include <tutti/expr/subscripts.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

using tutti::detail::letter_extents;
using tutti::detail::letter_set;

/// Calls f with each letter of a set, in their order.
template <class F>
void for_each_letter(letter_set set, const F& f) {
  for (; set != 0; set &= set - 1) f(static_cast<std::size_t>(std::countr_zero(set)));
}

/// How many positions the letters have; a number that no integer may hold.
inline double positions_of(letter_set set, const letter_extents& extents) {
  double count = 1;
  for_each_letter(set, [&](std::size_t letter) { count *= static_cast<double>(extents[letter]); });
  return count;
}

/// Two factors to multiply. The n given ones are 0 to n - 1; what the first step makes is n, the second's is n + 1, ...
struct contraction_step {
  std::size_t left, right;
};
template <std::size_t N>
using contraction_steps = std::array<contraction_step, N - 1>;

/// Of at most so many factors all orders are compared; 3^8 are 6561 comparisons, some 20 us.
inline constexpr std::size_t most_compared_factors = 8;

namespace detail {

/// The best tree over all subsets of the factors, each cut in two in all ways.
template <std::size_t N>
class order_by_subsets {
public:
  order_by_subsets(const std::array<letter_set, N>& factors, letter_set out, const letter_extents& extents) {
    const auto letters_of = [&](std::size_t subset) {
      letter_set set = 0;
      for (std::size_t f = 0; f < N; ++f)
        if ((subset >> f & 1) != 0) set |= factors[f];
      return set;
    };
    for (std::size_t subset = 1; subset <= all; ++subset) {
      entry& e = best_[subset];
      e.letters = letters_of(subset);
      if (std::has_single_bit(subset)) continue;
      e.letters &= out | letters_of(all & ~subset);
      e.cost = std::numeric_limits<double>::infinity();
      // Each cut once: the part that has the subset's lowest factor is the left one.
      const std::size_t lowest = subset & (~subset + 1);
      for (std::size_t part = (subset - 1) & subset; part != 0; part = (part - 1) & subset) {
        if ((part & lowest) == 0) continue;
        const entry &left = best_[part], &right = best_[subset & ~part];
        const double cost = left.cost + right.cost + positions_of(left.letters | right.letters, extents);
        if (cost < e.cost) {
          e.cost = cost;
          e.left = part;
        }
      }
    }
  }
  contraction_steps<N> steps() const {
    contraction_steps<N> list{};
    std::size_t made = 0;
    add_steps(all, list, made);
    return list;
  }

private:
  struct entry {
    double cost = 0;
    letter_set letters = 0;
    std::size_t left = 0;
  };
  // The number of the subset's product.
  std::size_t add_steps(std::size_t subset, contraction_steps<N>& list, std::size_t& made) const {
    if (std::has_single_bit(subset)) return static_cast<std::size_t>(std::countr_zero(subset));
    const std::size_t left = add_steps(best_[subset].left, list, made);
    const std::size_t right = add_steps(subset & ~best_[subset].left, list, made);
    list[made] = {left, right};
    return N + made++;
  }

  static constexpr std::size_t all = (std::size_t{1} << N) - 1;
  std::array<entry, all + 1> best_{};
};

} // namespace detail

/// The best order where only neighbours are multiplied, as in a chain of matrices: a dynamic programme over all intervals
/// (Cormen et al., Introduction to Algorithms, 15.2), n^3 / 6 comparisons.
template <std::size_t N>
contraction_steps<N> order_chain(const std::array<letter_set, N>& factors, letter_set out,
                                 const letter_extents& extents) {
  struct entry {
    double cost = 0;
    letter_set letters = 0;
    std::size_t cut = 0;
  };
  std::array<entry, N * N> best{}; // of the factors first to last
  const auto at = [&](std::size_t first, std::size_t last) -> entry& { return best[first * N + last]; };
  const auto outside = [&](std::size_t first, std::size_t last) {
    letter_set set = out;
    for (std::size_t f = 0; f < N; ++f)
      if (f < first || f > last) set |= factors[f];
    return set;
  };
  for (std::size_t f = 0; f < N; ++f) at(f, f).letters = factors[f];
  for (std::size_t length = 2; length <= N; ++length)
    for (std::size_t first = 0; first + length <= N; ++first) {
      const std::size_t last = first + length - 1;
      entry& e = at(first, last);
      e.cost = std::numeric_limits<double>::infinity();
      for (std::size_t cut = first; cut < last; ++cut) {
        const entry &left = at(first, cut), &right = at(cut + 1, last);
        const double cost = left.cost + right.cost + positions_of(left.letters | right.letters, extents);
        if (cost >= e.cost) continue;
        e.cost = cost;
        e.cut = cut;
        e.letters = (left.letters | right.letters) & outside(first, last);
      }
    }
  contraction_steps<N> steps{};
  std::size_t made = 0;
  const auto add = [&](const auto& self, std::size_t first, std::size_t last) -> std::size_t {
    if (first == last) return first;
    const std::size_t left = self(self, first, at(first, last).cut), right = self(self, at(first, last).cut + 1, last);
    steps[made] = {left, right};
    return N + made++;
  };
  add(add, 0, N - 1);
  return steps;
}

/// Again and again the pair whose product is smallest beside what it replaces: the greedy order of opt_einsum (Smith and
/// Gray, 2018).
template <std::size_t N>
contraction_steps<N> order_greedily(const std::array<letter_set, N>& factors, letter_set out,
                                    const letter_extents& extents) {
  std::array<letter_set, 2 * N - 1> letters{}; // of the factors, then of the products
  std::copy(factors.begin(), factors.end(), letters.begin());
  std::array<std::size_t, N> left{}; // what is not used up
  for (std::size_t f = 0; f < N; ++f) left[f] = f;
  contraction_steps<N> steps{};
  for (std::size_t made = 0; made < N - 1; ++made) {
    const std::size_t count = N - made;
    std::size_t best_i = 0, best_j = 1;
    letter_set best_letters = 0;
    double best_gain = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t j = i + 1; j < count; ++j) {
        letter_set needed = out;
        for (std::size_t o = 0; o < count; ++o)
          if (o != i && o != j) needed |= letters[left[o]];
        const letter_set a = letters[left[i]], b = letters[left[j]], product = (a | b) & needed;
        const double gain = positions_of(product, extents) - positions_of(a, extents) - positions_of(b, extents);
        if (gain >= best_gain) continue;
        best_gain = gain;
        best_i = i;
        best_j = j;
        best_letters = product;
      }
    steps[made] = {left[best_i], left[best_j]};
    letters[N + made] = best_letters;
    left[best_i] = N + made;
    std::copy(left.begin() + best_j + 1, left.begin() + count, left.begin() + best_j);
  }
  return steps;
}

/// The order for factors with these letters: the cheapest of all, of a chain the cheapest among neighbours, of many a good
/// one.
template <std::size_t N>
contraction_steps<N> order_contractions(const std::array<letter_set, N>& factors, letter_set out,
                                        const letter_extents& extents, bool chain) {
  if (chain) return order_chain(factors, out, extents);
  if constexpr (N <= most_compared_factors) return detail::order_by_subsets<N>(factors, out, extents).steps();
  else return order_greedily(factors, out, extents);
}

} // namespace plan

TUTTI_NAMESPACE_END
