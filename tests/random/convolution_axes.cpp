// SPDX-License-Identifier: MIT
#include <random/convolution.hpp>

namespace random_test {

TEST_CASE("convolutions over one axis") {
  SECTION("float") { convolutions<float, float, float, 1, false>(150, as_it_is, as_it_is); }
  SECTION("transposed") { convolutions<float, float, float, 1, true>(100, as_it_is, as_it_is); }
}
TEST_CASE("convolutions over three axes") { convolutions<float, float, float, 3, false>(60, as_it_is, as_it_is); }

TEST_CASE("long signals under long filters") {
  repeat(60, [](dice& d, std::string& description) -> std::string {
    const index filter = d.between(1, 400), length = d.between(1, 1500);
    const leaf<float> a(d, dynamic_shape{length}), v(d, dynamic_shape{filter});
    description = std::to_string(length) + " by " + std::to_string(filter);
    INFO(description);
    const auto x = copy_of(a.view<1>()), w = copy_of(v.view<1>());
    reference::array<reference_t<float>> expected({length + filter - 1});
    for (index i = 0; i < length + filter - 1; ++i) {
      double sum = 0;
      for (index k = 0; k < filter; ++k)
        if (i - k >= 0 && i - k < length) sum += static_cast<double>(x.at({i - k})) * static_cast<double>(w.at({k}));
      expected.set(i, static_cast<float>(sum));
    }
    leaf<float> destination(d, dynamic_shape{length + filter - 1}, false, false);
    return check_view(destination.view(), *destination.memory, convolve(a.view<1>(), v.view<1>()), expected);
  });
}

} // namespace random_test
