// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

const bench::a_case axis0("axis0", [](etensor<1>& y, const etensor<2>& x) { y = x.sum(axes<1>{0}); });

const bench::a_case axis1("axis1", [](etensor<1>& y, const etensor<2>& x) { y = x.sum(axes<1>{1}); });

const bench::a_case middle("middle", [](etensor<2>& y, const etensor<3>& x) { y = x.sum(axes<1>{1}); });
