// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

const bench::a_case add("add", [](etensor<2>& y, const etensor<2>& a, const etensor<2>& b) {
  y = a + b.shuffle(axes<2>{1, 0});
});

const bench::a_case permute201("permute201",
                               [](etensor<3>& y, const etensor<3>& x) { y = x.shuffle(axes<3>{2, 0, 1}); });

const bench::a_case permute021("permute021",
                               [](etensor<3>& y, const etensor<3>& x) { y = x.shuffle(axes<3>{0, 2, 1}); });

const bench::a_case permute210("permute210",
                               [](etensor<3>& y, const etensor<3>& x) { y = x.shuffle(axes<3>{2, 1, 0}); });
