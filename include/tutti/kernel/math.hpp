// SPDX-License-Identifier: MIT
#pragma once

// Elementary functions of packs of float, double and complex numbers, within 4 units in the last place; measured
// errors and times stand in docs/reference/accuracy.md. NaN, infinities, zeros with a sign and subnormal numbers give
// what the C standard says. A lane's result depends on nothing but that lane.

#include <tutti/kernel/math/complex.hpp>               // arg and complex functions
#include <tutti/kernel/math/exponential.hpp>           // exp exp2 expm1
#include <tutti/kernel/math/hyperbolic.hpp>            // sinh cosh tanh asinh acosh atanh
#include <tutti/kernel/math/inverse_trigonometric.hpp> // asin acos atan atan2
#include <tutti/kernel/math/logarithm.hpp>             // log log2 log10 log1p
#include <tutti/kernel/math/power.hpp>                 // pow cbrt rsqrt
#include <tutti/kernel/math/special.hpp>               // erf erfc tgamma lgamma
#include <tutti/kernel/math/trigonometric.hpp>         // sin cos tan
