// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

const bench::a_case outer("outer", [](matrix& y, const vector& u, const vector& v) { y = u(all, newaxis) * v; });

const bench::a_case pixels("pixels", [](cube& y, const matrix& m, const vector& v) { y = m(all, all, newaxis) * v; });

const bench::a_case channels("channels", [](cube& y, const cube& x, const vector& v) { y = x * v; });

using images = tutti::tensor<float, 4>;
const bench::a_case batch("batch", [](images& y, const images& x, const vector& gain, const matrix& m) {
  y = x * gain(all, newaxis, newaxis, newaxis) + m(all, all, newaxis);
});
