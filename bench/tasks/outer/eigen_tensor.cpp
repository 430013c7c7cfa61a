// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

const bench::a_case outer("outer", [](etensor<2>& y, const etensor<1>& u, const etensor<1>& v) {
  const axes<2> column{u.size(), 1}, row{1, v.size()};
  y = u.reshape(column).broadcast(row) * v.reshape(row).broadcast(column);
});

const bench::a_case pixels("pixels", [](etensor<3>& y, const etensor<2>& m, const etensor<1>& v) {
  const axes<3> plane{m.dimension(0), m.dimension(1), 1}, depth{1, 1, 3};
  y = m.reshape(plane).broadcast(depth) * v.reshape(depth).broadcast(plane);
});

const bench::a_case channels("channels", [](etensor<3>& y, const etensor<3>& x, const etensor<1>& v) {
  y = x * v.reshape(axes<3>{1, 1, 3}).broadcast(axes<3>{x.dimension(0), x.dimension(1), 1});
});

const bench::a_case batch("batch", [](etensor<4>& y, const etensor<4>& x, const etensor<1>& gain, const etensor<2>& m) {
  const integer images = x.dimension(0), rows = x.dimension(1), columns = x.dimension(2);
  y = x * gain.reshape(axes<4>{images, 1, 1, 1}).broadcast(axes<4>{1, rows, columns, 3}) +
      m.reshape(axes<4>{1, rows, columns, 1}).broadcast(axes<4>{images, 1, 1, 3});
});
