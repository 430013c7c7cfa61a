// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

const bench::a_case planes("planes", [](etensor<3>& y, const etensor<3, std::uint8_t>& x) {
  y = x.shuffle(axes<3>{2, 0, 1}).cast<float>() * (1 / 255.f);
});
