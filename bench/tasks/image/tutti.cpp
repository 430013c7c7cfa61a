// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

using bytes = tutti::tensor<std::uint8_t, 3>;
const bench::a_case planes("planes",
                           [](cube& y, const bytes& x) { y = permute(tutti::cast<float>(x) / 255.f, 2, 0, 1); });
