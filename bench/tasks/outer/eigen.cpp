// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

namespace {

using triples = Eigen::Array<float, Eigen::Dynamic, 3, Eigen::RowMajor>;

} // namespace

const bench::a_case outer("outer", [](matrix& y, const vector& u, const vector& v) {
  y.matrix().noalias() = u.matrix() * v.matrix().transpose();
});

const bench::a_case pixels("pixels", [](etensor<3>& y, const matrix& m, const vector& v) {
  Eigen::Map<triples>(y.data(), m.size(), 3).matrix().noalias() =
      Eigen::Map<const Eigen::VectorXf>(m.data(), m.size()) * v.matrix().transpose();
});

const bench::a_case channels("channels", [](etensor<3>& y, const etensor<3>& x, const vector& v) {
  const Eigen::Index n = x.size() / 3;
  const Eigen::Array<float, 1, 3> w = v.transpose();
  Eigen::Map<triples>(y.data(), n, 3) = Eigen::Map<const triples>(x.data(), n, 3).rowwise() * w;
});
