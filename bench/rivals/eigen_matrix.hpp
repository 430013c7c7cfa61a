// SPDX-License-Identifier: MIT
#pragma once

// Eigen's matrices, row-major like the others' data.

#include <Eigen/Core>

#include <tasks/case.hpp>

template <class T>
using ematrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using evector = Eigen::VectorXf;

namespace bench {

template <class T>
struct maker<ematrix<T>> {
  static ematrix<T> make(const shape& s) { return ematrix<T>::Zero(s[0], s[1]); }
};
template <>
struct maker<evector> {
  static evector make(const shape& s) { return evector::Zero(s[0]); }
};

} // namespace bench
