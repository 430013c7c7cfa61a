// SPDX-License-Identifier: MIT
#include <tutti/core/config.hpp>

#if defined(_OPENMP)
#error "OpenMP is on although TUTTI_OPENMP is OFF"
#endif
