// SPDX-License-Identifier: MIT
#include <rivals/openblas.hpp>

const bench::a_case scores("scores", [](array<float>& y, const array<float>& q, const array<float>& k) {
  const integer rows = q.extent(2), columns = k.extent(2), depth = q.extent(3);
  for (integer b = 0; b < q.extent(0) * q.extent(1); ++b)
    multiply<float, CblasNoTrans, CblasTrans>(rows, columns, depth, q.data() + b * rows * depth,
                                              k.data() + b * columns * depth, 0.f, y.data() + b * rows * columns);
});

const bench::a_case batch("batch", [](array<float>& y, const array<float>& a, const array<float>& b) {
  multiply(a.extent(0) * a.extent(1), b.extent(1), b.extent(0), a.data(), b.data(), 0.f, y.data());
});

// From the right, which takes the fewest multiplications of these shapes.
const bench::a_case chain("chain",
                          [](array<float>& y, const array<float>& a, const array<float>& b, const array<float>& c) {
                            array<float> last({b.extent(0), c.extent(1)});
                            product<float>(last, b, c);
                            product<float>(y, a, last);
                          });
