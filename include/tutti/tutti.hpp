// SPDX-License-Identifier: MIT
#pragma once

// Everything.

#include <tutti/io.hpp>
#include <tutti/nn.hpp>
#include <tutti/plan/explain.hpp>
#include <tutti/tensor.hpp>
