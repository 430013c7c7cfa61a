// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

const bench::a_case every_second("every_second", [](vector& y, const vector& v) { y = v(range(none, none, 2)) * 2; });

const bench::a_case reversed("reversed", [](vector& y, const vector& v) { y = v(range(none, none, -1)) * 2; });

const bench::a_case source("source",
                           [](matrix& y, const matrix& a) { y = a(range(none, none, 2), range(none, none, 2)) * 2; });

const bench::a_case destination("destination", [](matrix& y, const matrix& a) {
  y(range(none, none, 2), range(none, none, 2)) = a * 2;
});
