// SPDX-License-Identifier: MIT
#include <rivals/openblas.hpp>

namespace {

void vector_product(CBLAS_TRANSPOSE turned, array<float>& y, const array<float>& a, const array<float>& x) {
  cblas_sgemv(CblasRowMajor, turned, static_cast<int>(a.extent(0)), static_cast<int>(a.extent(1)), 1, a.data(),
              static_cast<int>(a.extent(1)), x.data(), 1, 0, y.data(), 1);
}

} // namespace

const bench::a_case squares[] = {{"square", product<float>}, {"double_square", product<double>}};
const bench::a_case thin[] = {{"few_steps", product<float>}, {"few_columns", product<float>}};

const bench::a_case row("row", [](array<float>& y, const array<float>& x, const array<float>& b) {
  vector_product(CblasTrans, y, b, x);
});
const bench::a_case column("column", [](array<float>& y, const array<float>& a, const array<float>& x) {
  vector_product(CblasNoTrans, y, a, x);
});
