// SPDX-License-Identifier: MIT
#include <rivals/xtensor.hpp>

using bytes = xt::xtensor<std::uint8_t, 3>;
const bench::a_case planes("planes", [](cube& y, const bytes& x) {
  noalias(y) = xt::cast<float>(xt::transpose(x, {2, 0, 1})) / 255.f;
});
