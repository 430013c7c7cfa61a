// SPDX-License-Identifier: MIT
#pragma once

// The version stands here and nowhere else: CMake and the packages read it from this file.
#define TUTTI_VERSION_MAJOR 0
#define TUTTI_VERSION_MINOR 1
#define TUTTI_VERSION_PATCH 0
