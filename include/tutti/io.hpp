// SPDX-License-Identifier: MIT
#pragma once

// Tensors in files and as text.

#include <tutti/io/file.hpp>
#include <tutti/io/npy.hpp>
#include <tutti/io/print.hpp>
#if __has_include(<nlohmann/json.hpp>)
#include <tutti/io/safetensors.hpp>
#endif
