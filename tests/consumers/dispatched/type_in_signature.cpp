// SPDX-License-Identifier: MIT
// Wrong: a shape is another type in each variant, and so each offers another function.
#include <tutti/core/shape.hpp>

tutti::index first_extent(const tutti::index_list<2>& shape) { return shape[0]; }
