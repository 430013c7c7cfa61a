// SPDX-License-Identifier: MIT
#include <rivals/xtensor.hpp>

namespace {

using xt::placeholders::_;

} // namespace

const bench::a_case every_second("every_second",
                                 [](vector& y, const vector& v) { noalias(y) = view(v, range(_, _, 2)) * 2; });

const bench::a_case reversed("reversed", [](vector& y, const vector& v) { noalias(y) = view(v, range(_, _, -1)) * 2; });

const bench::a_case source("source", [](matrix& y, const matrix& a) {
  noalias(y) = view(a, range(_, _, 2), range(_, _, 2)) * 2;
});

const bench::a_case destination("destination", [](matrix& y, const matrix& a) {
  auto to = view(y, range(_, _, 2), range(_, _, 2));
  noalias(to) = a * 2;
});
