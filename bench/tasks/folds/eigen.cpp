// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

const bench::a_case moments("moments", [](std::tuple<vector, vector>& y, const matrix& x) {
  auto& [mean, variance] = y;
  mean = x.rowwise().mean();
  variance = (x.colwise() - mean).square().rowwise().mean();
});

const bench::a_case argmax_all("argmax_all", [](std::int64_t& y, const matrix& x) {
  Eigen::Index row, column;
  x.maxCoeff(&row, &column);
  y = row * x.cols() + column;
});

using positions = Eigen::Array<std::int64_t, Eigen::Dynamic, 1>;
const bench::a_case argmax_rows("argmax_rows", [](positions& y, const matrix& x) {
  for (integer i = 0; i < x.rows(); ++i) {
    Eigen::Index where;
    x.row(i).maxCoeff(&where);
    y(i) = where;
  }
});

const bench::a_case argmax_columns("argmax_columns", [](positions& y, const matrix& x) {
  for (integer j = 0; j < x.cols(); ++j) {
    Eigen::Index where;
    x.col(j).maxCoeff(&where);
    y(j) = where;
  }
});
