// SPDX-License-Identifier: MIT
#pragma once

// All of the expressions: WHAT can be said.

#include <tutti/expr/apply.hpp>
#include <tutti/expr/argreduce.hpp>
#include <tutti/expr/complex.hpp>
#include <tutti/expr/contract.hpp>
#include <tutti/expr/convolution.hpp>
#include <tutti/expr/correlation.hpp>
#include <tutti/expr/diagonal.hpp>
#include <tutti/expr/einsum.hpp>
#include <tutti/expr/fixed.hpp>
#include <tutti/expr/generate.hpp>
#include <tutti/expr/join.hpp>
#include <tutti/expr/map.hpp>
#include <tutti/expr/math.hpp>
#include <tutti/expr/named.hpp>
#include <tutti/expr/operators.hpp>
#include <tutti/expr/pooling.hpp>
#include <tutti/expr/predicates.hpp>
#include <tutti/expr/products.hpp>
#include <tutti/expr/reduce.hpp>
#include <tutti/expr/reshape.hpp>
#include <tutti/expr/rounding.hpp>
#include <tutti/expr/scan.hpp>
#include <tutti/expr/selection.hpp>
#include <tutti/expr/special.hpp>
#include <tutti/expr/statistics.hpp>
#include <tutti/expr/structure.hpp>
#include <tutti/expr/trigonometry.hpp>
#include <tutti/expr/truth.hpp>
#include <tutti/expr/update.hpp>
#include <tutti/expr/window.hpp>
