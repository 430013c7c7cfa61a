// SPDX-License-Identifier: MIT

// A function that returns a tensor, compiled for one instruction set, and a program that calls it, compiled for another.

#include <tutti/tensor.hpp>

tutti::tensor<float, 1> returned();

#if defined(CALLS)
int main() { return static_cast<int>(returned().size()) - 2; }
#else
tutti::tensor<float, 1> returned() { return tutti::tensor<float, 1>({2}); }
#endif
