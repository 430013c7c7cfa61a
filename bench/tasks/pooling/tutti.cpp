// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>
#include <tutti/nn.hpp>

using images = tutti::tensor<float, 4>;

const bench::a_case max("max", [](images& y, const images& x) { y = tutti::nn::max_pool2d(x, 2); });
const bench::a_case mean("mean", [](images& y, const images& x) { y = tutti::nn::avg_pool2d(x, 2); });
