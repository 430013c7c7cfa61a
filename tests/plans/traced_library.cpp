// SPDX-License-Identifier: MIT
// A shared library that traces, for a program that does too: see trace_parts.py.
#include <tutti/tensor.hpp>

using namespace tutti;

[[gnu::visibility("default")]] void scale(float* data, tutti::index count) {
  view<float, 1> x(data, {count});
  x = x * 2; // line: library
}
