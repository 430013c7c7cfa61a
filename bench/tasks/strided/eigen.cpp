// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

namespace {

// Maps with strides: Eigen's faster way to say v(seq(0, last, 2)).
using every_second_element = Eigen::InnerStride<2>;
using every_second_of_both = Eigen::Stride<Eigen::Dynamic, 2>;

} // namespace

const bench::a_case every_second("every_second", [](vector& y, const vector& v) {
  y = Eigen::Map<const vector, 0, every_second_element>(v.data(), y.size()) * 2;
});

const bench::a_case reversed("reversed", [](vector& y, const vector& v) { y = v.reverse() * 2; });

const bench::a_case source("source", [](matrix& y, const matrix& a) {
  const every_second_of_both steps(2 * a.cols(), 2);
  y = Eigen::Map<const matrix, 0, every_second_of_both>(a.data(), y.rows(), y.cols(), steps) * 2;
});

const bench::a_case destination("destination", [](matrix& y, const matrix& a) {
  const every_second_of_both steps(2 * y.cols(), 2);
  Eigen::Map<matrix, 0, every_second_of_both>(y.data(), a.rows(), a.cols(), steps) = a * 2;
});
