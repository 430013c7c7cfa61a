// SPDX-License-Identifier: MIT
#pragma once

// In which order the factors of a product are multiplied two at a time. The cost of a pair is its multiplications: the
// product of the extents of all letters that either has.

#include <bit>
#include <limits>
#include <span>
#include <vector>

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
  friend bool operator==(const contraction_step&, const contraction_step&) = default;
};

/// Of at most so many factors all orders are compared; 3^8 are 6561 comparisons, some 20 us.
inline constexpr std::size_t most_compared_factors = 8;

namespace detail {

/// The best tree over all subsets of the factors, each cut in two in all ways.
class order_by_subsets {
public:
  order_by_subsets(std::span<const letter_set> factors, letter_set out, const letter_extents& extents)
      : count_(factors.size()), best_(std::size_t{1} << factors.size()) {
    const std::size_t all = best_.size() - 1;
    const auto letters_of = [&](std::size_t subset) {
      letter_set set = 0;
      for (std::size_t f = 0; f < count_; ++f)
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
  std::vector<contraction_step> steps() const {
    std::vector<contraction_step> list;
    if (count_ > 1) add_steps(best_.size() - 1, list);
    return list;
  }

private:
  struct entry {
    double cost = 0;
    letter_set letters = 0;
    std::size_t left = 0;
  };
  std::size_t add_steps(std::size_t subset, std::vector<contraction_step>& list) const {
    if (std::has_single_bit(subset)) return static_cast<std::size_t>(std::countr_zero(subset));
    const std::size_t left = add_steps(best_[subset].left, list);
    const std::size_t right = add_steps(subset & ~best_[subset].left, list);
    list.push_back({left, right});
    return count_ + list.size() - 1;
  }

  std::size_t count_;
  std::vector<entry> best_;
};

} // namespace detail

/// The best order where only neighbours are multiplied, as in a chain of matrices: a dynamic programme over all intervals
/// (Cormen et al., Introduction to Algorithms, 15.2), n^3 / 6 comparisons.
inline std::vector<contraction_step> order_chain(std::span<const letter_set> factors, letter_set out,
                                                 const letter_extents& extents) {
  const std::size_t n = factors.size();
  struct entry {
    double cost = 0;
    letter_set letters = 0;
    std::size_t cut = 0;
  };
  std::vector<entry> best(n * n); // of the factors first to last
  const auto at = [&](std::size_t first, std::size_t last) -> entry& { return best[first * n + last]; };
  const auto outside = [&](std::size_t first, std::size_t last) {
    letter_set set = out;
    for (std::size_t f = 0; f < n; ++f)
      if (f < first || f > last) set |= factors[f];
    return set;
  };
  for (std::size_t f = 0; f < n; ++f) at(f, f).letters = factors[f];
  for (std::size_t length = 2; length <= n; ++length)
    for (std::size_t first = 0; first + length <= n; ++first) {
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
  std::vector<contraction_step> steps;
  const auto add = [&](const auto& self, std::size_t first, std::size_t last) -> std::size_t {
    if (first == last) return first;
    const std::size_t left = self(self, first, at(first, last).cut), right = self(self, at(first, last).cut + 1, last);
    steps.push_back({left, right});
    return n + steps.size() - 1;
  };
  if (n > 1) add(add, 0, n - 1);
  return steps;
}

/// Again and again the pair whose product is smallest beside what it replaces: the greedy order of opt_einsum (Smith and
/// Gray, 2018).
inline std::vector<contraction_step> order_greedily(std::span<const letter_set> factors, letter_set out,
                                                    const letter_extents& extents) {
  std::vector<letter_set> letters(factors.begin(), factors.end());
  std::vector<std::size_t> left(factors.size());
  for (std::size_t f = 0; f < left.size(); ++f) left[f] = f;
  std::vector<contraction_step> steps;
  while (left.size() > 1) {
    std::size_t best_i = 0, best_j = 1;
    letter_set best_letters = 0;
    double best_gain = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < left.size(); ++i)
      for (std::size_t j = i + 1; j < left.size(); ++j) {
        letter_set needed = out;
        for (std::size_t o = 0; o < left.size(); ++o)
          if (o != i && o != j) needed |= letters[left[o]];
        const letter_set a = letters[left[i]], b = letters[left[j]], made = (a | b) & needed;
        const double gain = positions_of(made, extents) - positions_of(a, extents) - positions_of(b, extents);
        if (gain >= best_gain) continue;
        best_gain = gain;
        best_i = i;
        best_j = j;
        best_letters = made;
      }
    steps.push_back({left[best_i], left[best_j]});
    left[best_i] = letters.size();
    letters.push_back(best_letters);
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(best_j));
  }
  return steps;
}

/// The order for factors with these letters: the cheapest of all, of a chain the cheapest among neighbours, of many a good
/// one.
inline std::vector<contraction_step> order_contractions(std::span<const letter_set> factors, letter_set out,
                                                        const letter_extents& extents, bool chain) {
  if (chain) return order_chain(factors, out, extents);
  if (factors.size() <= most_compared_factors) return detail::order_by_subsets(factors, out, extents).steps();
  return order_greedily(factors, out, extents);
}

} // namespace plan

TUTTI_NAMESPACE_END
