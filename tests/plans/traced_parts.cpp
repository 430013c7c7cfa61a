// SPDX-License-Identifier: MIT
// A program whose statements run partly in a shared library: see trace_parts.py.
#include <tutti/tensor.hpp>

using namespace tutti;

void scale(float* data, tutti::index count);

namespace {

inline void shift(tensor<float, 1>& x) {
  x = x + 1; // line: inlined
}

} // namespace

int main() {
  set_num_threads(1);
  tensor<float, 1> x({5000});
  shift(x);
  scale(x.data(), x.size());
  x = x - 1; // line: program
  return x(4999) == 1 ? 0 : 1;
}
