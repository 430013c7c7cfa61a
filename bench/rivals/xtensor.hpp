// SPDX-License-Identifier: MIT
#pragma once

// xtensor with xsimd, as its manual advises: static ranks (xtensor, not xarray), assignment through noalias where the
// result does not read its destination, reductions immediate or lazy, whichever is faster.

#include <xtensor/xbuilder.hpp>
#include <xtensor/xfixed.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xsort.hpp>
#include <xtensor/xstrided_view.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>

#include <tasks/case.hpp>

namespace bench {

template <class T, std::size_t Rank>
struct maker<xt::xtensor<T, Rank>> {
  static xt::xtensor<T, Rank> make(const shape& s) {
    std::array<std::size_t, Rank> extents;
    std::transform(s.begin(), s.end(), extents.begin(), [](integer n) { return static_cast<std::size_t>(n); });
    return xt::zeros<T>(extents);
  }
};
template <class T, std::size_t... Extents>
struct maker<xt::xtensor_fixed<T, xt::xshape<Extents...>>> {
  static xt::xtensor_fixed<T, xt::xshape<Extents...>> make(const shape&) {
    return xt::zeros<T>(std::array<std::size_t, sizeof...(Extents)>{Extents...});
  }
};

} // namespace bench

using vector = xt::xtensor<float, 1>;
using matrix = xt::xtensor<float, 2>;
using cube = xt::xtensor<float, 3>;
using xt::all, xt::keep_dims, xt::newaxis, xt::noalias, xt::range, xt::view;
inline constexpr auto now = xt::evaluation_strategy::immediate;
