// SPDX-License-Identifier: MIT
#include <rivals/onednn.hpp>

namespace {

// One for each case.
template <int Case>
void compute(images& y, const images& x, const images& w, const images* b, bench::integer padding, bool by_channel) {
  static bench::convolution convolution;
  convolution(y, x, w, b, padding, by_channel ? x.extents()[1] : 1);
}

} // namespace

const bench::a_case window("window",
                           [](images& y, const images& x, const images& w) { compute<0>(y, x, w, nullptr, 1, false); });
const bench::a_case window_layer("window_layer", [](images& y, const images& x, const images& w, const images& b) {
  compute<1>(y, x, w, &b, 1, false);
});
const bench::a_case pointwise("pointwise", [](images& y, const images& x, const images& w) {
  compute<2>(y, x, w, nullptr, 0, false);
});
const bench::a_case pointwise_layer("pointwise_layer", [](images& y, const images& x, const images& w,
                                                          const images& b) { compute<3>(y, x, w, &b, 0, false); });
const bench::a_case depthwise("depthwise", [](images& y, const images& x, const images& w) {
  compute<4>(y, x, w, nullptr, 1, true);
});
const bench::a_case depthwise_layer("depthwise_layer", [](images& y, const images& x, const images& w,
                                                          const images& b) { compute<5>(y, x, w, &b, 1, true); });
