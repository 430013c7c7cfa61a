// SPDX-License-Identifier: MIT
#include <rivals/hand.hpp>

using bench::array, bench::integer;

namespace {

// The compiler makes packs of every second element of two rows.
template <class Fold>
void pool(array<float>& y, const array<float>& x, const Fold& fold) {
  const integer width = y.extent(3), rows = y.size() / width;
  for (integer row = 0; row < rows; ++row) {
    const float* const above = x.data() + row * 4 * width;
    const float* const below = above + 2 * width;
    float* const to = y.data() + row * width;
    for (integer i = 0; i < width; ++i)
      to[i] = fold(fold(above[2 * i], above[2 * i + 1]), fold(below[2 * i], below[2 * i + 1]));
  }
}

} // namespace

const bench::a_case max("max", [](array<float>& y, const array<float>& x) {
  pool(y, x, [](float a, float b) { return a < b ? b : a; });
});
const bench::a_case mean("mean", [](array<float>& y, const array<float>& x) {
  pool(y, x, [](float a, float b) { return 0.5f * (a + b); });
});
