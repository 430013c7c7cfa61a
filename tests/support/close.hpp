// SPDX-License-Identifier: MIT
#pragma once

// close: a formula's value is near what is expected. It is computed first, so that the comparison, which is no part of the
// formula, is compiled but once.

#include <tutti/tensor.hpp>

namespace test {

template <class F, class Expected>
bool close(const F& formula, const Expected& expected) {
  const tutti::tensor<double, tutti::rank_of<F>> value = formula;
  return allclose(value, expected);
}

} // namespace test
