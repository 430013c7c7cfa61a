// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>

/// The instruction set that was chosen.
std::string instruction_set();

/// The softmax of some numbers, in place.
void softmax(std::span<float> x);

/// What a constructor of a global counted.
std::size_t constructed();

/// Throws std::runtime_error: tutti::shape_error is another type in each variant.
void fail();
