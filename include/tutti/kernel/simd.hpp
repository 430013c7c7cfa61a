// SPDX-License-Identifier: MIT
#pragma once

// Everything about instruction sets: packs of lanes, how they get from and to memory, and what can be done with them.
// The functions below are found by argument-dependent lookup.

#include <tutti/kernel/simd/complex.hpp>   // real, imag, conj, hypot, abs
#include <tutti/kernel/simd/convert.hpp>   // convert
#include <tutti/kernel/simd/divide.hpp>    // fmod, floor_divide, mod
#include <tutti/kernel/simd/dot.hpp>       // dot_quads
#include <tutti/kernel/simd/functions.hpp> // maximum, abs, sqrt, floor, isnan, ...
#include <tutti/kernel/simd/groups.hpp>    // split_groups, join_groups
#include <tutti/kernel/simd/memory.hpp>    // load, store, stream, load_strided
#include <tutti/kernel/simd/operators.hpp> // + - * / & | ^ ~ << >> == < ..., select
#include <tutti/kernel/simd/pack.hpp>      // pack, mask, lanes, broadcast, iota, join
#include <tutti/kernel/simd/reduce.hpp>    // fold, any, all, count
#include <tutti/kernel/simd/strided.hpp>   // take_every, repeat_lanes
#include <tutti/kernel/simd/transpose.hpp> // transpose_tile
