// SPDX-License-Identifier: MIT
#include <rivals/tutti.hpp>

using tutti::tensor;

const bench::a_case moments("moments", [](std::tuple<vector, vector>& y, const matrix& x) {
  y = eval(mean(x, 1), variance(x, 1));
});

const bench::a_case argmax_all("argmax_all", [](std::int64_t& y, const matrix& x) { y = argmax(x); });

using positions = tensor<std::int64_t, 1>;
const bench::a_case argmax_rows("argmax_rows", [](positions& y, const matrix& x) { y = argmax(x, 1); });

const bench::a_case argmax_columns("argmax_columns", [](positions& y, const matrix& x) { y = argmax(x, 0); });

const bench::a_case cumsum_rows("cumsum_rows", [](matrix& y, const matrix& x) { y = cumsum(x, 1); });

const bench::a_case cumsum_columns("cumsum_columns", [](matrix& y, const matrix& x) { y = cumsum(x, 0); });
