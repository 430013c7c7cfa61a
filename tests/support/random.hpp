// SPDX-License-Identifier: MIT
#pragma once

// The one source of random numbers of a test.

#include <random>

#include <tutti/core/shape.hpp>

namespace test {

inline std::mt19937 generator(12);

inline tutti::index draw(int low, int high) { return std::uniform_int_distribution<int>(low, high)(generator); }

} // namespace test
