// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

using pair = Eigen::IndexPair<Eigen::Index>;

const bench::a_case batch("batch", [](etensor<3>& y, const etensor<3>& a, const etensor<2>& b) {
  y = a.contract(b, Eigen::array<pair, 1>{pair(2, 0)});
});

const bench::a_case chain("chain", [](etensor<2>& y, const etensor<2>& a, const etensor<2>& b, const etensor<2>& c) {
  const Eigen::array<pair, 1> adjacent{pair(1, 0)};
  y = a.contract(b.contract(c, adjacent), adjacent);
});
