// SPDX-License-Identifier: MIT
#include <rivals/eigen_matrix.hpp>

namespace {

template <class M>
void square(M& y, const M& a, const M& b) { y.noalias() = a * b; }

} // namespace

const bench::a_case squares("square", square<ematrix<float>>);
const bench::a_case double_squares("double_square", square<ematrix<double>>);

using floats = ematrix<float>;
const bench::a_case left("left_turned",
                         [](floats& y, const floats& a, const floats& b) { y.noalias() = a.transpose() * b; });
const bench::a_case right("right_turned",
                          [](floats& y, const floats& a, const floats& b) { y.noalias() = a * b.transpose(); });
