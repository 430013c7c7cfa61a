// SPDX-License-Identifier: MIT
#pragma once

// Eigen's arrays (Core) and tensors (unsupported/CXX11/Tensor), row-major like the others' data.

#include <Eigen/Core>
#include <unsupported/Eigen/CXX11/Tensor>

#include <tasks/case.hpp>

namespace bench {

template <class T, int Rows, int Columns, int Options>
struct maker<Eigen::Array<T, Rows, Columns, Options>> {
  using array = Eigen::Array<T, Rows, Columns, Options>;
  static array make(const shape& s) {
    if constexpr (Rows != Eigen::Dynamic) return array::Zero();
    else if constexpr (Columns == 1) return array::Zero(s[0]);
    else return array::Zero(s[0], s[1]);
  }
};
template <class T, int Rank, int Options>
struct maker<Eigen::Tensor<T, Rank, Options>> {
  static Eigen::Tensor<T, Rank, Options> make(const shape& s) {
    Eigen::array<Eigen::Index, Rank> extents;
    std::copy(s.begin(), s.end(), extents.begin());
    Eigen::Tensor<T, Rank, Options> t(extents);
    t.setZero();
    return t;
  }
};

/// An Eigen tensor of rank N, and a list of N axes or extents.
template <int N, class T = float>
using etensor = Eigen::Tensor<T, N, Eigen::RowMajor>;
template <int N>
using axes = Eigen::array<Eigen::Index, N>;

} // namespace bench

using bench::axes, bench::etensor, bench::integer;
using vector = Eigen::ArrayXf;
using matrix = Eigen::Array<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Eigen::all;
