// SPDX-License-Identifier: MIT
#pragma once

#include <tutti/tensor.hpp>

[[gnu::visibility("default")]] tutti::tensor<float, 2> layer(const tutti::tensor<float, 2>& x,
                                                             const tutti::tensor<float, 2>& w);
