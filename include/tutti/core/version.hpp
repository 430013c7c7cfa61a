// SPDX-License-Identifier: MIT
#pragma once

// The version. CMake and Conan's recipe read it from here; CITATION.cff and the vcpkg port, which cannot, repeat it, and
// tools/check compares them.
#define TUTTI_VERSION_MAJOR 0
#define TUTTI_VERSION_MINOR 1
#define TUTTI_VERSION_PATCH 0
