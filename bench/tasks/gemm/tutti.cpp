// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

namespace {

template <class M>
void square(M& y, const M& a, const M& b) { y = matmul(a, b); }

} // namespace

const bench::a_case squares("square", square<matrix>);
const bench::a_case double_squares("double_square", square<tutti::tensor<double, 2>>);

const bench::a_case left("left_turned",
                         [](matrix& y, const matrix& a, const matrix& b) { y = matmul(transpose(a), b); });
const bench::a_case right("right_turned",
                          [](matrix& y, const matrix& a, const matrix& b) { y = matmul(a, transpose(b)); });
