// SPDX-License-Identifier: MIT
#pragma once

// Formulas as a user of tutti writes them.

#include <tasks/case.hpp>
#include <tutti/tensor.hpp>

namespace bench {

template <class T, tutti::index Rank>
struct maker<tutti::tensor<T, Rank>> {
  static tutti::tensor<T, Rank> make(const shape& s) {
    auto extents = tutti::index_list<Rank>::filled(static_cast<integer>(s.size()), 0);
    std::copy(s.begin(), s.end(), extents.begin());
    return tutti::tensor<T, Rank>(extents);
  }
};
template <class T, tutti::index... Extents>
struct maker<tutti::fixed<T, Extents...>> {
  static tutti::fixed<T, Extents...> make(const shape&) { return {}; }
};

} // namespace bench

using vector = tutti::tensor<float, 1>;
using matrix = tutti::tensor<float, 2>;
using cube = tutti::tensor<float, 3>;
using tutti::all, tutti::keepdims, tutti::newaxis, tutti::none, tutti::range;
