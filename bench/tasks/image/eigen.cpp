// SPDX-License-Identifier: MIT
#include <rivals/eigen.hpp>

namespace {

using bytes = Eigen::Array<std::uint8_t, Eigen::Dynamic, 3, Eigen::RowMajor>;
using planar = Eigen::Array<float, Eigen::Dynamic, 3, Eigen::ColMajor>;

} // namespace

const bench::a_case planes("planes", [](etensor<3>& y, const etensor<3, std::uint8_t>& x) {
  const Eigen::Index pixels = x.size() / 3;
  Eigen::Map<planar>(y.data(), pixels, 3) = Eigen::Map<const bytes>(x.data(), pixels, 3).cast<float>() * (1 / 255.f);
});
