// SPDX-License-Identifier: MIT
#include <rivals/eigen_matrix.hpp>

namespace {

template <class M>
void product(M& y, const M& a, const M& b) { y.noalias() = a * b; }

using floats = ematrix<float>;

} // namespace

const bench::a_case squares[] = {{"square", product<floats>}, {"few_steps", product<floats>}};
const bench::a_case double_squares("double_square", product<ematrix<double>>);
const bench::a_case few_columns("few_columns", product<floats>);

const bench::a_case row("row", [](evector& y, const evector& x, const floats& b) {
  y.transpose().noalias() = x.transpose() * b;
});
const bench::a_case column("column", [](evector& y, const floats& a, const evector& x) { y.noalias() = a * x; });
