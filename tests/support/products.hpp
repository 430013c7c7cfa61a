// SPDX-License-Identifier: MIT
#pragma once

// Operands of matrix products: small whole numbers, whose products are summed without rounding.

#include <array>

#include <support/random.hpp>
#include <tutti/tutti.hpp>

namespace test {

template <class T, tutti::index Rank>
tutti::tensor<T, Rank> random_tensor(const tutti::index_list<Rank>& shape) {
  tutti::tensor<T, Rank> x(shape);
  std::uniform_int_distribution<int> number(-4, 4);
  for (T& v : x) v = static_cast<T>(static_cast<float>(number(generator)));
  return x;
}
template <class T = float>
auto matrix(tutti::index m, tutti::index n) { return random_tensor<T>(tutti::index_list<2>{m, n}); }
template <class T = float>
auto vector(tutti::index n) { return random_tensor<T>(tutti::index_list<1>{n}); }

inline bool is_one_stage(const tutti::execution_plan& plan) {
  return plan.stages.size() == 1 && plan.temporaries() == 0;
}

/// Every way that a product is computed: tiles, one block of steps and several, vectors, nothing to sum.
inline constexpr std::array<tutti::index, 3> sizes[] = {{5, 7, 3},    {64, 64, 64},   {33, 70, 1200}, {1, 400, 20},
                                                        {400, 1, 20}, {130, 30, 700}, {1, 1, 5},      {13, 90, 0},
                                                        {300, 3, 11}, {2100, 9, 900}};

} // namespace test
