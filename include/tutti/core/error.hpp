// SPDX-License-Identifier: MIT
#pragma once

// What the library throws. Each type says which kind of misuse it was; the message says the rest.

#include <stdexcept>
#include <string>

#include <tutti/core/config.hpp>

TUTTI_NAMESPACE_BEGIN

/// The base of all that the library throws.
struct error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Shapes that do not fit each other or the operation: broadcasting, matmul, reshape, assignment to a view.
struct shape_error : error {
  using error::error;
};

/// An axis that the operand does not have, or that is named twice.
struct axis_error : error {
  using error::error;
};

/// An index or a slice outside the extent, or a wrong number of indices.
struct index_error : error {
  using error::error;
};

/// A value that the operation cannot take: max of nothing, a negative extent, a step of 0.
struct value_error : error {
  using error::error;
};

/// An element type that a file holds and the program did not ask for, or that cannot be converted.
struct type_error : error {
  using error::error;
};

/// A file that cannot be read or written, or whose content is not what its format says.
struct io_error : error {
  using error::error;
};

/// In a checked build: an expression whose tensor was destroyed, moved from or reallocated before it was evaluated.
struct lifetime_error : error {
  using error::error;
};

TUTTI_NAMESPACE_END
