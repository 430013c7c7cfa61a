// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>

namespace test {

/// Whether an emulator runs the tests, which CMake says in the environment: what takes seconds on a processor takes minutes there.
inline bool emulated() { return std::getenv("TUTTI_TEST_EMULATED") != nullptr; }

} // namespace test
