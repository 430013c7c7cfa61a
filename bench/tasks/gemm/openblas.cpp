// SPDX-License-Identifier: MIT
#include <rivals/openblas.hpp>

const bench::a_case squares[] = {{"square", product<float>}, {"double_square", product<double>}};
const bench::a_case left("left_turned", product<float, CblasTrans, CblasNoTrans>);
const bench::a_case right("right_turned", product<float, CblasNoTrans, CblasTrans>);
