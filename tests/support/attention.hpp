// SPDX-License-Identifier: MIT
#pragma once

// Operands of attention, and its softmax as a formula.

#include <support/random.hpp>
#include <tutti/tensor.hpp>

namespace test {

/// Numbers from -1 to 1.
template <class T = float>
tutti::tensor<T, 3> random_reals(const tutti::index_list<3>& shape) {
  tutti::tensor<T, 3> x(shape);
  std::uniform_real_distribution<float> number(-1, 1);
  for (T& v : x) v = tutti::convert_element<T>(number(generator));
  return x;
}

/// Along the last axis.
template <class E>
auto softmax(const E& e) {
  const auto weight = exp(e - max(e, -1, tutti::keepdims));
  return weight / sum(weight, -1, tutti::keepdims);
}

} // namespace test
