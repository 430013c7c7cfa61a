// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

const bench::a_case argmax_all("argmax_all", [](std::int64_t& y, const etensor<2>& x) {
  const Eigen::Tensor<Eigen::Index, 0, Eigen::RowMajor> where = x.argmax();
  y = where();
});

using positions = etensor<1, std::int64_t>;
const bench::a_case argmax_rows("argmax_rows",
                                [](positions& y, const etensor<2>& x) { y = x.argmax(1).cast<std::int64_t>(); });

const bench::a_case argmax_columns("argmax_columns",
                                   [](positions& y, const etensor<2>& x) { y = x.argmax(0).cast<std::int64_t>(); });

const bench::a_case cumsum_rows("cumsum_rows", [](etensor<2>& y, const etensor<2>& x) { y = x.cumsum(1); });

const bench::a_case cumsum_columns("cumsum_columns", [](etensor<2>& y, const etensor<2>& x) { y = x.cumsum(0); });
