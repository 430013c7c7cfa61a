// SPDX-License-Identifier: MIT
#include <rivals/hand.hpp>

const bench::a_case row("row", [](matrix& y, const matrix& x, const vector& g, const vector& b) {
  for (integer i = 0; i < x.extent(0); ++i)
    bench::each(x.extent(1), [to = y.row(i), p = x.row(i), q = g.data(), r = b.data()](integer j) {
      bench::store(to + j, bench::fma(bench::load(p + j), bench::load(q + j), bench::load(r + j)));
    });
});

const bench::a_case column("column", [](matrix& y, const matrix& x, const vector& m) {
  for (integer i = 0; i < x.extent(0); ++i)
    bench::each(x.extent(1), [to = y.row(i), p = x.row(i), of_row = pack(m.data()[i])](integer j) {
      bench::store(to + j, bench::load(p + j) - of_row);
    });
});
