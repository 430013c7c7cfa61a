// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

const bench::a_case rows("rows", [](etensor<2>& y, const etensor<2>& x) {
  const axes<1> last{1};
  const axes<2> one_a_row{x.dimension(0), 1}, whole_row{1, x.dimension(1)};
  y = (x - x.maximum(last).eval().reshape(one_a_row).broadcast(whole_row)).exp();
  y = y * y.sum(last).inverse().eval().reshape(one_a_row).broadcast(whole_row);
});
