// SPDX-License-Identifier: MIT
#pragma once

// Everything.

#include <tutti/io.hpp>
#include <tutti/nn.hpp>
#include <tutti/plan/explain/analyze.hpp>
#include <tutti/plan/explain/dot.hpp>
#include <tutti/plan/explain/json.hpp>
#include <tutti/plan/explain/svg.hpp>
#include <tutti/plan/trace.hpp>
#include <tutti/tensor.hpp>
