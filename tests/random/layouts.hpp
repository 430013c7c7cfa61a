// SPDX-License-Identifier: MIT
#pragma once

// The same numbers in memory in several ways.

#include <tutti/tensor.hpp>

namespace tutti {

// Calls f with the same rows in several layouts.
template <class T, class F>
void in_layouts(const tensor<T, 2>& x, const F& f) {
  const index n = x.shape()[0], size = x.shape()[1];
  f(x(all, all));
  tensor<T, 2> wide({n, size + 2}), apart({2 * n, size}), upside_down({n, size}), mirrored({n, size}),
      by_columns({size, n});
  wide(all, range(1, size + 1)) = x;
  f(wide(all, range(1, size + 1)));
  apart(range(none, none, 2)) = x;
  f(apart(range(none, none, 2)));
  upside_down(range(none, none, -1)) = x;
  f(upside_down(range(none, none, -1)));
  mirrored(all, range(none, none, -1)) = x;
  f(mirrored(all, range(none, none, -1)));
  by_columns = transpose(x);
  f(transpose(by_columns));
}

} // namespace tutti
