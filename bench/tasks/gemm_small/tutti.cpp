// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

namespace {

template <class Y, class A, class B>
void product(Y& y, const A& a, const B& b) { y = matmul(a, b); }

using doubles = tutti::tensor<double, 2>;

} // namespace

const bench::a_case squares("square", product<matrix, matrix, matrix>);
const bench::a_case double_squares("double_square", product<doubles, doubles, doubles>);
const bench::a_case row("row", product<vector, vector, matrix>);
const bench::a_case column("column", product<vector, matrix, vector>);
const bench::a_case thin[] = {{"few_steps", product<matrix, matrix, matrix>},
                              {"few_columns", product<matrix, matrix, matrix>}};
