// SPDX-License-Identifier: MIT
#include <rivals/xtensor.hpp>

const bench::a_case outer("outer", [](matrix& y, const vector& u, const vector& v) {
  noalias(y) = view(u, all(), newaxis()) * v;
});

const bench::a_case pixels("pixels", [](cube& y, const matrix& m, const vector& v) {
  noalias(y) = view(m, all(), all(), newaxis()) * v;
});

const bench::a_case channels("channels", [](cube& y, const cube& x, const vector& v) { noalias(y) = x * v; });

using images = xt::xtensor<float, 4>;
const bench::a_case batch("batch", [](images& y, const images& x, const vector& gain, const matrix& m) {
  noalias(y) = x * view(gain, all(), newaxis(), newaxis(), newaxis()) + view(m, all(), all(), newaxis());
});
