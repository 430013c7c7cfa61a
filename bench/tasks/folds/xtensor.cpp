// SPDX-License-Identifier: MIT
#include <rivals/xtensor.hpp>

const bench::a_case moments("moments", [](std::tuple<vector, vector>& y, const matrix& x) {
  auto& [mean, variance] = y;
  mean = xt::mean(x, {1}, now);
  variance = xt::mean(xt::square(x - view(mean, all(), newaxis())), {1}, now);
});

const bench::a_case argmax_all("argmax_all", [](std::int64_t& y, const matrix& x) {
  y = static_cast<std::int64_t>(xt::argmax(x)());
});

using positions = xt::xtensor<std::size_t, 1>;
const bench::a_case argmax_rows("argmax_rows", [](positions& y, const matrix& x) { y = xt::argmax(x, 1); });

const bench::a_case argmax_columns("argmax_columns", [](positions& y, const matrix& x) { y = xt::argmax(x, 0); });

const bench::a_case cumsum_rows("cumsum_rows", [](matrix& y, const matrix& x) { y = xt::cumsum(x, 1); });

const bench::a_case cumsum_columns("cumsum_columns", [](matrix& y, const matrix& x) { y = xt::cumsum(x, 0); });
