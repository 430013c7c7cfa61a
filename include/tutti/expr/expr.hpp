// SPDX-License-Identifier: MIT
#pragma once

// All of the expressions: WHAT can be said.

#include <tutti/expr/generate.hpp>
#include <tutti/expr/map.hpp>
#include <tutti/expr/operators.hpp>
#include <tutti/expr/reduce.hpp>
#include <tutti/expr/structure.hpp>
